"""The ticks of a process fire the channels' schedules, and take over what others had begun."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.clock import ManualClock
from bot.services.workers import Presence
from scheduler.table import Sweep
from scheduler.ticks import Ticks
from storage.uow import Database
from tests.support.desk import desk
from tests.support.schedules import NoStarter, counted, scheduled

NINE = datetime(2026, 3, 23, 9, 0, 30, tzinfo=UTC)


async def test_a_due_schedule_is_fired_by_one_and_given_on_when_that_one_ends(
    database: Database, tmp_path: Path
) -> None:
    clock = ManualClock(NINE - timedelta(hours=1))
    ctx = desk(database, tmp_path, clock=clock).ctx
    both = [Ticks(ctx, cast(Any, NoStarter()), Presence(f"bot-{n}", clock.now())) for n in range(2)]
    for ticks in both:
        assert "schedules" in ticks.names
    with counted() as kept:
        await scheduled(ctx)
        assert [await ticks.run("schedules") for ticks in both] == [0, 0]
        clock.advance(timedelta(hours=1))
        kept.breaks = ValueError()
        assert [await ticks.run("schedules") for ticks in both] == [1, 0]
        clock.advance(timedelta(days=1))
        assert [await ticks.run("schedules") for ticks in reversed(both)] == [1, 0]
        row = await scheduled(ctx)
        async with database.begin() as uow:
            now = clock.now()
            await uow.schedule_runs.claim(
                row.id, now, worker="bot-9", now=now, workspace_id=row.workspace_id
            )
        clock.advance(timedelta(minutes=16))
        for ticks in both:
            await ticks.run("catch-up")
    assert [slot.schedule.public_id for slot in kept.slots] == ["S-1", "S-2"]


async def test_a_sweep_that_is_under_way_at_the_end_is_no_failure(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ctx = desk(database, tmp_path, clock=ManualClock(NINE)).ctx
    ticks = Ticks(ctx, cast(Any, NoStarter()), Presence("bot-0", NINE))
    begun, ended = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    ticks._sweeps = {"catch-up": Sweep("catch-up", 60, hang, first=True)}
    ticks.start()
    await begun.wait()
    ticks.stop()
    await ended.wait()
    await asyncio.sleep(0)
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == []
