"""Sweeps rest until one look finds something due for them, and never for long."""

from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, cast

import pytest
from apscheduler.triggers.cron import CronTrigger
from structlog.testing import capture_logs

from bot.clock import ManualClock, SystemClock
from bot.errors import DatabaseAway
from bot.services.workers import Presence
from scheduler.ticks import LOOK_SECONDS, REST_SECONDS, Ticks
from storage.repositories.due import LOOKED_FOR
from storage.uow import Database
from tests.support.desk import desk
from tests.support.schedules import NoStarter, counted, scheduled

NINE = datetime(2026, 3, 23, 9, 0, 30, tzinfo=UTC)


def _ticks(database: Database, tmp_path: Path, clock: ManualClock) -> Ticks:
    ctx = desk(database, tmp_path, clock=clock).ctx
    return Ticks(ctx, cast(Any, NoStarter()), Presence("bot-0", clock.now()))


async def _looks(ticks: Ticks, clock: ManualClock, seconds: int) -> list[str]:
    """Look as often as the process does for so long; returns what was to be run."""
    found = []
    for _ in range(seconds // LOOK_SECONDS):
        clock.advance(timedelta(seconds=LOOK_SECONDS))
        found += [sweep.id for sweep in await ticks.look()]
    return found


async def test_with_nothing_due_each_sweep_rests_for_two_minutes(
    database: Database, tmp_path: Path
) -> None:
    clock = ManualClock(NINE)
    ticks = _ticks(database, tmp_path, clock)
    first = [sweep.id for sweep in await ticks.look()]
    assert first == ["escalations"], "what was missed is caught up with at the start"
    resting = LOOKED_FOR - ({"sweep"} if database.dialect == "postgresql" else set())
    each = [await _looks(ticks, clock, LOOK_SECONDS) for _ in range(REST_SECONDS // LOOK_SECONDS)]
    assert sorted(chain.from_iterable(each)) == sorted(resting), "each once"
    assert max(map(len, each)) <= 2, "not all in one moment"


async def test_what_comes_up_is_run_at_the_next_look_but_no_oftener_than_its_pace(
    database: Database, tmp_path: Path
) -> None:
    clock = ManualClock(NINE - timedelta(minutes=40))
    ticks = _ticks(database, tmp_path, clock)
    with counted():
        await scheduled(ticks._ctx)
        await _looks(ticks, clock, REST_SECONDS)
        before = await _looks(ticks, clock, REST_SECONDS)
        assert before.count("schedules") == 1, "rested"
        clock.advance(timedelta(minutes=6))  # 09:30 in Berlin
        assert "schedules" in [sweep.id for sweep in await ticks.look()]
        after = await _looks(ticks, clock, 12)
        assert after.count("schedules") == 2, "still due as nobody fired it: every 5 s, not 2"
        assert await ticks.run("schedules") == 1
        assert "schedules" not in await _looks(ticks, clock, 12)


async def test_only_postgres_looks_for_dead_processes_by_the_clock(
    database: Database, tmp_path: Path
) -> None:
    ticks = _ticks(database, tmp_path, ManualClock(NINE))
    by_clock = ticks.names - LOOKED_FOR
    assert {"heartbeat", "catch-up", "memory", "conflicts"} <= by_clock
    found = {sweep.id for sweep in await ticks.look()} | set(
        await _looks(ticks, cast(ManualClock, ticks._ctx.clock), REST_SECONDS)
    )
    assert ("sweep" in found) == (database.dialect == "sqlite")


async def test_a_database_that_is_away_is_one_line_and_no_stack(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes every few seconds, of every sweep, until somebody makes room."""
    ticks = _ticks(database, tmp_path, ManualClock(NINE))

    def full(**_: object) -> None:
        raise DatabaseAway("database or disk is full")

    monkeypatch.setattr(database, "begin", full)
    monkeypatch.setattr(NoStarter, "running", 0, raising=False)
    with capture_logs() as logged:
        assert await ticks.run("heartbeat") is None
    (line,) = logged
    assert line == {
        "event": "tick.database_away",
        "log_level": "error",
        "job": "heartbeat",
        "kind": "database or disk is full",
    }


async def test_ticks_wait_for_no_clock_that_was_ahead(database: Database, tmp_path: Path) -> None:
    """APScheduler would call nothing until the clock is where it was."""
    ticks = _ticks(database, tmp_path, ManualClock(NINE))
    ticks.start()
    try:
        ahead = SystemClock().now() + timedelta(hours=1)
        jobs = ticks._scheduler.get_jobs()
        daily = {job.id: job.next_run_time for job in jobs if isinstance(job.trigger, CronTrigger)}
        for job in jobs:  # those of a time of day: as after a day's jump
            job.modify(next_run_time=ahead + timedelta(days=job.id in daily))
        await ticks.turned_back()
        for job in ticks._scheduler.get_jobs():
            if job.id in daily:
                assert job.next_run_time == daily[job.id]
            else:
                assert job.next_run_time < ahead - timedelta(minutes=50)
    finally:
        ticks.stop()


async def test_posts_and_schedules_wait_for_no_clock_that_was_ahead(
    database: Database, tmp_path: Path
) -> None:
    clock = ManualClock(NINE)
    ticks = _ticks(database, tmp_path, clock)
    clock.advance(timedelta(hours=1))
    with counted():
        row = await scheduled(ticks._ctx, "every day 09:30")
        async with database.begin() as uow:
            await uow.outbox.add(
                workspace_id="T1",
                channel_id="C1",
                key="a",
                method="chat.postMessage",
                payload={"text": "a"},
                now=clock.now(),
            )
            found = await uow.schedules.get("T1", row.id)
            found.next_slot_at = NINE + timedelta(days=9)
        clock.advance(-timedelta(hours=1))
        await ticks.turned_back()
        async with database.read() as uow:
            post = await uow.outbox.by_key("T1", "a")
            assert post is not None
            assert post.not_before == NINE
            found = await uow.schedules.get("T1", row.id)
            assert found.next_slot_at is not None
            assert found.next_slot_at < NINE + timedelta(days=2)
