"""Two deliveries with their own connections race over one database: each row once, in order."""

import asyncio
from datetime import UTC, datetime

from bot.clock import ManualClock
from bot.services.outbox import Delivery
from bot.settings import OutboxSettings
from bot.slack.poster import Poster
from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.uow import Database
from tests.unit.delivery.conftest import ShownByTests
from tests.unit.delivery.scripted import ScriptedPoster

NOW = datetime(2023, 11, 14, 22, 0, tzinfo=UTC)
CHANNELS = ("C1", "C2", "C3")
EACH = 12


async def _queue(database: Database, method: str, key: str, channel: str) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure("T1", channel, now=NOW)
        await uow.outbox.add(
            workspace_id="T1",
            channel_id=channel,
            key=key,
            method=method,
            payload={"text": key},
            target_key=key.removesuffix(":edit") if method == "chat.update" else None,
            now=NOW,
        )


def _delivery(database: Database, slack: ScriptedPoster, clock: ManualClock, name: str) -> Delivery:
    async def poster_for(_: str) -> Poster:
        return slack

    return Delivery(
        database,
        poster_for,
        clock=clock,
        settings=OutboxSettings(per_channel_seconds=0),
        worker_id=name,
        renderer=ShownByTests(),
    )


async def test_each_row_once_and_in_order(database: Database, database_url: str) -> None:
    slack, clock = ScriptedPoster(), ManualClock(NOW)
    keys = [f"{channel}-{number:02}" for number in range(EACH) for channel in CHANNELS]
    for key in keys:
        await _queue(database, "chat.postMessage", key, key[:2])
    for channel in CHANNELS:
        await _queue(database, "chat.update", f"{channel}-00:edit", channel)
    other = Database(open_engine(parse_url(database_url)))
    workers = [_delivery(database, slack, clock, "a"), _delivery(other, slack, clock, "b")]

    async def waits() -> int:
        async with database.read() as uow:
            return await uow.outbox.depth()

    try:
        async with asyncio.timeout(60):
            while await waits():
                await asyncio.gather(*(worker.drain() for worker in workers))
    finally:
        await other.close()

    posted = [
        str(call["metadata"]["event_payload"]["key"]) for call in slack.made("chat.postMessage")
    ]
    for channel in CHANNELS:
        assert [k for k in posted if k.startswith(channel)] == [
            k for k in keys if k.startswith(channel)
        ]
    assert sorted(posted) == sorted(keys)
    edits = sorted(str(call["text"]) for call in slack.made("chat.update"))
    assert edits == [f"{channel}-00:edit" for channel in CHANNELS]
