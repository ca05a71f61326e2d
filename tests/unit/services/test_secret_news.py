"""Who writes a secret is told once in the thread; the sentence does not repeat it."""

import json
from pathlib import Path

from bot.settings import RedactionSettings
from bot.slack.cards import wish_post
from storage.models import OutboxRow
from storage.uow import Database
from tests.support.desk import desk

TOKEN = "gh" + "p_" + "a1B2c3" * 6


async def _row(database: Database, thread_id: str) -> OutboxRow | None:
    async with database.read() as uow:
        return await uow.outbox.by_key("T1", f"secret:{thread_id}")


async def test_it_is_said_once_in_a_thread(database: Database, tmp_path: Path) -> None:
    at = desk(database, tmp_path)
    task = await at.take_in(f"why is {TOKEN} refused?")
    await at.take_in(f"and {TOKEN}?", ts="1700000001.000200", root_ts="1700000001.000100")
    row = await _row(database, task.thread_id)
    assert row is not None
    assert "<@U1> that looks like a secret (github token)" in row.payload["text"]
    assert TOKEN not in json.dumps(row.payload)


async def test_nothing_is_said_without_one_or_when_switched_off(
    database: Database, tmp_path: Path
) -> None:
    task = await desk(database, tmp_path).take_in("an API for invoices")
    assert await _row(database, task.thread_id) is None
    off = desk(database, tmp_path, redaction=RedactionSettings(secrets=False))
    task = await off.take_in(f"see {TOKEN}", ts="1700000009.000100")
    assert await _row(database, task.thread_id) is None


def test_a_command_does_not_post_it() -> None:
    assert TOKEN not in json.dumps(wish_post("U1", f"use {TOKEN}").payload())
