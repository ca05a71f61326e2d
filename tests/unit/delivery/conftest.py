"""An outbox in a real database, a scripted Slack and a clock that stands still."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.services.delivery_rows import Renderer
from bot.services.outbox import Delivery
from bot.settings import OutboxSettings
from bot.slack.poster import Poster
from storage.engine import database_url, open_engine
from storage.models import OutboxRow
from storage.uow import Database, UnitOfWork
from tests.support.databases import migrated_file
from tests.unit.delivery.scripted import ScriptedPoster

NOW = datetime(2023, 11, 14, 22, 0, tzinfo=UTC)
"""Before the scripted Slack's first ts, as messages are younger than their rows."""
TEAM, CHANNEL = "T1", "C1"
LEASE = timedelta(seconds=60)
"""Four time-outs of 15 seconds."""


@dataclass
class Outbox:
    """What the tests do to an outbox and ask of it."""

    database: Database
    clock: ManualClock
    slack: ScriptedPoster
    delivery: Delivery
    renderer: "ShownByTests"

    async def add(self, key: str, method: str = "chat.postMessage", **more: Any) -> bool:
        values: dict[str, Any] = {
            "workspace_id": TEAM,
            "channel_id": CHANNEL,
            "payload": {"text": key, "thread_ts": "1.0"},
            **more,
        }
        async with self.database.begin() as uow:
            return await uow.outbox.add(key=key, method=method, now=self.clock.now(), **values)

    async def edit(self, key: str, text: str) -> None:
        """Queue an edit as SlackNews does: added once, replaced from then on."""
        payload = {"text": text, "blocks": []}
        if not await self.add(f"{key}:edit", "chat.update", target_key=key, payload=payload):
            async with self.database.begin() as uow:
                await uow.outbox.replace(TEAM, f"{key}:edit", payload=payload, now=self.clock.now())

    async def row(self, key: str) -> OutboxRow:
        async with self.database.read() as uow:
            row = await uow.outbox.by_key(TEAM, key)
        assert row is not None
        return row

    async def drain(self, *, after: float = 0.0) -> None:
        """Let time pass, then deliver what is due."""
        if after:
            self.clock.advance(timedelta(seconds=after))
        await self.delivery.drain()

    async def left_sending(self, key: str, *, worker: str) -> None:
        """Mark a row as one that a worker has claimed this moment and says nothing more of."""
        async with self.database.begin() as uow:
            row = await uow.outbox.by_key(TEAM, key)
            assert row is not None
            row.state, row.claimed_by, row.attempts = "sending", worker, row.attempts + 1
            row.lease_until = self.clock.now() + LEASE
            await uow.session.flush()

    def another_worker(self, worker_id: str = "host:2") -> Delivery:
        return delivery_of(
            self.database, self.slack, self.clock, worker_id=worker_id, renderer=self.renderer
        )


class ShownByTests:
    """A renderer that shows what a test says a view looks like now."""

    def __init__(self) -> None:
        self.looks: dict[str, dict[str, Any] | Exception | None] = {}
        self.rendered: list[str] = []

    async def render(self, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
        self.rendered.append(row.key)
        look = self.looks[row.view or ""]
        if isinstance(look, Exception):
            raise look
        return look


def delivery_of(
    database: Database,
    slack: ScriptedPoster,
    clock: ManualClock,
    *,
    worker_id: str = "host:1",
    settings: OutboxSettings | None = None,
    renderer: Renderer | None = None,
) -> Delivery:
    async def poster_for(_: str) -> Poster:
        return slack

    return Delivery(
        database,
        poster_for,
        clock=clock,
        settings=settings or OutboxSettings(per_channel_seconds=1, burst=4, attempts=3),
        worker_id=worker_id,
        renderer=renderer or ShownByTests(),
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    await migrated_file(tmp_path / "outbox.db")
    database = Database(open_engine(database_url(f"sqlite:///{tmp_path / 'outbox.db'}")))
    async with database.begin() as uow:
        for channel in (CHANNEL, "C2"):
            await uow.channels.ensure(TEAM, channel, now=NOW)
    yield database
    await database.close()


@pytest.fixture
def slack() -> ScriptedPoster:
    return ScriptedPoster()


@pytest.fixture
def outbox(database: Database, slack: ScriptedPoster) -> Outbox:
    clock, renderer = ManualClock(NOW), ShownByTests()
    delivery = delivery_of(database, slack, clock, renderer=renderer)
    return Outbox(database, clock, slack, delivery, renderer)
