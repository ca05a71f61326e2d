"""The sweep: each timer once, whatever fails in between, at the hour that was meant."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.clock import ManualClock
from bot.domain.days import Span
from bot.domain.escalation import Kind
from bot.errors import ExternalError
from bot.services import (
    escalation_audit,
    escalation_news,
    escalation_sweep,
    escalations,
)
from bot.services.away import say_away
from bot.services.escalation_audit import TimerReport
from bot.services.escalation_rows import case_of_due
from bot.settings import EscalationSettings
from storage.repositories.escalations import DueRow
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.escalating import (
    ANA,
    BEN,
    MONDAY,
    PEOPLE,
    now_of,
    opened,
    posts,
    timeline,
)


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path, clock=ManualClock(MONDAY))


async def test_timers_go_off_once_in_two_processes(room: Desk) -> None:
    rows = [await opened(room, key=f"k{n}") for n in range(5)]
    room.clock.advance(timedelta(hours=2, seconds=3))
    counts = await asyncio.gather(*(escalation_sweep.sweep(room.ctx, batch=2) for _ in range(3)))
    # Who finds the rest locked leaves it to who has it.
    await escalation_sweep.sweep(room.ctx)
    assert sum(counts) <= 5
    for row in rows:
        kinds = [line.kind for line in await timeline(room, row)]
        assert kinds == [Kind.OPENED, Kind.REMINDED]
        assert await posts(room, row) == ["", ":edit", ":2"]


async def test_a_crash_in_the_sweep_loses_and_doubles_nothing(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await opened(room)
    room.clock.advance(timedelta(hours=2))

    async def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(escalation_news, "queue", dies)
        with pytest.raises(KeyboardInterrupt):
            await escalation_sweep.sweep(room.ctx)
    assert len(await timeline(room, row)) == 1
    assert await escalation_sweep.sweep(room.ctx) == 1
    assert await escalation_sweep.sweep(room.ctx) == 0
    assert [line.kind for line in await timeline(room, row)] == [Kind.OPENED, Kind.REMINDED]


async def test_a_case_that_breaks_stops_no_other(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await opened(room, key="a"), await opened(room, key="b")
    room.clock.advance(timedelta(hours=2))
    real = case_of_due

    def broken(row: DueRow) -> Any:
        if row.id == bad.id:
            raise ValueError("a policy of an older version")
        return real(row)

    with monkeypatch.context() as patch:
        patch.setattr("bot.services.escalation_sweep.case_of_due", broken)
        assert await escalation_sweep.sweep(room.ctx) == 1
    assert len(await timeline(room, good)) == 2
    assert (await now_of(room, bad)).due_at == room.clock.now() + timedelta(minutes=5)
    room.clock.advance(timedelta(minutes=5))
    assert await escalation_sweep.sweep(room.ctx) == 1
    assert len(await timeline(room, bad)) == 2


async def test_a_week_of_ticks_over_a_change_of_clocks(database: Database, tmp_path: Path) -> None:
    """Friday evening in Berlin, hourly ticks: nobody is asked at the weekend or at night."""
    start = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)  # 17:00 there
    rules = EscalationSettings(level2_people=BEN, level3_people=ANA, page_minutes=60)
    room = desk(database, tmp_path, clock=ManualClock(start), escalation=rules)
    row = await opened(room)
    for _ in range(24 * 6):
        room.clock.advance(timedelta(hours=1))
        await escalation_sweep.sweep(room.ctx)
    berlin, kolkata = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
    told = [(line.kind, line.at, line.level) for line in await timeline(room, row)]
    assert told[:6] == [
        (Kind.OPENED, start, 1),
        (Kind.REMINDED, datetime(2026, 3, 30, 10, 0, tzinfo=berlin), 1),
        (Kind.RAISED, datetime(2026, 3, 30, 12, 0, tzinfo=berlin), 2),
        (Kind.REMINDED, datetime(2026, 3, 31, 14, 30, tzinfo=kolkata), 2),
        (Kind.RAISED, datetime(2026, 3, 31, 15, 30, tzinfo=kolkata), 3),
        (Kind.ASKED, datetime(2026, 3, 31, 16, 0, tzinfo=berlin), 3),
    ]
    assert {line.late_seconds for line in await timeline(room, row)} == {0}
    found = await escalation_audit.audit(room.ctx)
    assert found == TimerReport()


async def test_an_old_timer_does_nothing_to_a_case_that_moved_on(room: Desk) -> None:
    """Acknowledged a second before its reminder: there is none."""
    row = await opened(room)
    room.clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    await escalations.acknowledge(room.ctx, PEOPLE, row, by=ANA)
    room.clock.advance(timedelta(seconds=2))
    assert await escalation_sweep.sweep(room.ctx) == 0


async def test_who_said_that_they_are_away_is_passed_over(
    database: Database, tmp_path: Path
) -> None:
    """By the timer and by hand."""
    staffed = EscalationSettings(work_hours="always", level2_people=BEN, level3_people=ANA)
    room = desk(database, tmp_path, clock=ManualClock(MONDAY), escalation=staffed)
    rows = [await opened(room, key=key, owner_id="U0CAI") for key in ("timer", "hand")]
    week = Span(first=MONDAY.date(), last=MONDAY.date() + timedelta(days=4))
    await say_away(room.ctx, workspace_id="T1", user_id=BEN, span=week, receipt="")
    await escalations.level_up(room.ctx, rows[1], seen=1, by="U0CAI")
    room.clock.advance(timedelta(hours=4))
    await escalation_sweep.sweep(room.ctx)
    for row in rows:
        found = await now_of(room, row)
        assert (found.level, found.owner_id) == (3, ANA)


async def test_level_4_calls_elsewhere_too(database: Database, tmp_path: Path) -> None:
    called = EscalationSettings(channel="C0OPS1", group="S0CALL", page_minutes=5)
    room = desk(database, tmp_path, clock=ManualClock(MONDAY), escalation=called)
    row = await opened(room, level=4)
    assert await posts(room, row) == ["", ":1", ":1:call"]
    room.clock.advance(timedelta(minutes=5))
    assert await escalation_sweep.sweep(room.ctx) == 1
    assert await posts(room, row) == ["", ":edit", ":1", ":2", ":1:call", ":2:call"]


async def test_the_auditor_says_what_went_wrong(room: Desk) -> None:
    """The bot was away for an hour when a timer should have gone off."""
    await opened(room)
    assert await escalation_audit.audit(room.ctx) == TimerReport()
    room.clock.advance(timedelta(hours=3))
    found = await escalation_audit.audit(room.ctx)
    assert (found.overdue, found.overdue_seconds, found.late) == (1, 3600, 0)
    await escalation_sweep.sweep(room.ctx)
    found = await escalation_audit.audit(room.ctx)
    assert (found.overdue, found.late, found.late_seconds) == (0, 1, 3600)
    room.clock.advance(timedelta(minutes=30))
    row = await opened(room, key="k2")
    room.clock.advance(timedelta(hours=2, minutes=10))
    # Acknowledged ten minutes after the reminder that did not come.
    await escalations.acknowledge(room.ctx, PEOPLE, row, by=BEN)
    assert (await escalation_audit.audit(room.ctx)).skipped == 1
    assert not (await escalation_audit.audit(room.ctx)).is_well


async def test_one_line_in_the_log_says_how_many_were_late(room: Desk) -> None:
    """After a pause thousands are, and each has its lateness in its timeline."""
    rows = [await opened(room, key=f"k{n}") for n in range(3)]
    room.clock.advance(timedelta(hours=3))
    with structlog.testing.capture_logs() as logs:
        assert await escalation_sweep.sweep(room.ctx) == 3
    late = [entry for entry in logs if entry["event"] == "escalation.late"]
    assert [(entry["count"], entry["worst_seconds"]) for entry in late] == [(3, 3600)]
    assert late[0]["worst_id"] in {row.id for row in rows}


async def test_a_sweep_costs_by_what_is_due(room: Desk) -> None:
    """Twenty more cases that wait cost no statement; due ones cost by batches, not each."""
    statements: list[str] = []

    def count(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", count)

    async def sweep() -> int:
        statements.clear()
        await escalation_sweep.sweep(room.ctx)
        return len(statements)

    try:
        await opened(room, key="first")
        idle = await sweep()
        assert idle > 0
        for number in range(20):
            await opened(room, key=f"k{number}")
        assert await sweep() == idle
        room.clock.advance(timedelta(hours=2))
        assert await sweep() <= idle + 8
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    async with room.ctx.database.read() as uow:
        assert (await uow.escalation_audit.overdue(room.clock.now())).count == 0


async def test_whatever_statement_a_sweep_dies_at_each_thing_happens_once(
    database: Database, tmp_path: Path
) -> None:
    """Killed at its first statement, its second and so on; the next sweep makes up for it."""
    called = EscalationSettings(channel="C0OPS1", level2_people=BEN)
    room = desk(database, tmp_path, clock=ManualClock(MONDAY), escalation=called)
    rows = [await opened(room, key="a"), await opened(room, key="b", level=4)]
    left = 0

    def die(*arguments: Any) -> None:
        nonlocal left
        left -= arguments[2].startswith(("SELECT", "INSERT", "UPDATE"))
        if left < 0:
            raise ConnectionError

    deaths = 0
    for hour in range(1, 13):
        room.clock.advance(timedelta(minutes=15 if hour % 2 else 30))
        left = hour
        event.listen(Engine, "before_cursor_execute", die)
        try:
            await escalation_sweep.sweep(room.ctx)
        except (ConnectionError, ExternalError):
            deaths += 1
        finally:
            event.remove(Engine, "before_cursor_execute", die)
        await escalation_sweep.sweep(room.ctx)
    assert deaths >= 5
    for row in rows:
        lines = await timeline(room, row)
        assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
        planned = [line.planned_at for line in lines if line.planned_at]
        assert len(set(planned)) == len(planned) > 1
        assert [line.next_at for line in lines[:-1]] == planned
        said = [f":{line.seq}" for line in lines[1:8]]
        assert set(said) <= set(await posts(room, row))
