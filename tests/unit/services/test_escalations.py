"""Escalations as use cases: opened once, moved once, timers once, whatever crashes in between."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from bot.clock import ManualClock
from bot.domain.access import Person
from bot.domain.escalation import EscalationState, Kind
from bot.domain.events import TaskEnded
from bot.domain.setting import Scope
from bot.domain.task import TaskState
from bot.domain.turns import ESCALATION
from bot.errors import NotFound, UserFacingError
from bot.services import (
    escalation_audit,
    escalation_news,
    escalation_sweep,
    escalations,
    tasks,
)
from bot.services.escalating_news import EscalatingNews
from bot.services.escalation_audit import TimerReport
from bot.services.escalation_rows import case_of_due
from bot.services.escalations import Report
from bot.services.workspace_settings import choose
from bot.settings import EscalationSettings
from storage.models import Escalation, EscalationEvent
from storage.repositories.escalations import DueRow
from storage.uow import Database
from tests.support.desk import Desk, desk

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA, BEN = "U0ANA", "U0BEN"


@dataclass
class Zones:
    """A directory that knows in which zones people live."""

    zones: dict[str, str]

    async def person(self, user_id: str) -> Person:
        return Person(user_id, timezone=self.zones.get(user_id, ""))

    async def members(self, group_id: str) -> frozenset[str]:
        return frozenset()


PEOPLE = Zones({ANA: "Europe/Berlin", BEN: "Asia/Kolkata"})


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path, clock=ManualClock(MONDAY))


def report(**more: Any) -> Report:
    given: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "title": "Webhook drops events",
        "level": 1,
        "key": "command:1",
        "user_id": ANA,
        "owner_id": ANA,
    }
    return Report(**given | more)


async def opened(room: Desk, **more: Any) -> Escalation:
    row = await escalations.open_escalation(room.ctx, PEOPLE, report(**more))
    assert row is not None
    return row


async def now_of(room: Desk, row: Escalation) -> Escalation:
    async with room.ctx.database.read() as uow:
        return await uow.escalations.find("T1", row.id)


async def timeline(room: Desk, row: Escalation) -> list[EscalationEvent]:
    async with room.ctx.database.read() as uow:
        return list(await uow.escalations.timeline(row.id))


async def posts(room: Desk, row: Escalation) -> list[str]:
    async with room.ctx.database.read() as uow:
        rows = await uow.queue.heads(room.clock.now(), limit=0)
        assert rows == []
        found = [await uow.outbox.by_key("T1", f"escalation:{row.id}{end}") for end in _ENDS]
    return [post.key.partition(row.id)[2] for post in found if post is not None]


_ENDS = ("", ":edit", *(f":{n}" for n in range(1, 9)), *(f":{n}:call" for n in range(1, 9)))


async def test_it_is_opened_once_with_its_timer_and_its_card(room: Desk) -> None:
    row = await opened(room)
    assert await escalations.open_escalation(room.ctx, PEOPLE, report()) is None
    assert (row.public_id, row.state, row.owner_id) == ("X-1", EscalationState.OPEN, ANA)
    assert row.due_at == MONDAY + timedelta(hours=2)
    (line,) = await timeline(room, row)
    assert (line.kind, line.by_id, line.next_at) == (Kind.OPENED, ANA, row.due_at)
    assert await posts(room, row) == [""]


async def test_the_policy_is_frozen(room: Desk) -> None:
    """A later setting changes no running timer, only those of later cases."""
    row = await opened(room)
    place = {"workspace_id": "T1", "scope": Scope.CHANNEL, "scope_id": "C1"}
    await choose(room.ctx, {"escalation_level1": "0.5-1"}, **place, by=ANA)  # type: ignore[arg-type]
    room.clock.advance(timedelta(minutes=40))
    assert await escalation_sweep.sweep(room.ctx) == 0
    again = await opened(room, key="command:2")
    assert again.due_at == room.clock.now() + timedelta(minutes=30)
    assert (await now_of(room, row)).due_at == MONDAY + timedelta(hours=2)


async def test_hours_are_the_persons_own(database: Database, tmp_path: Path) -> None:
    """Zone from Slack, hours from their own setting, holidays of the workspace."""
    hours = EscalationSettings(holidays="DE-BY")
    room = desk(database, tmp_path, clock=ManualClock(datetime(2026, 1, 5, 16, tzinfo=UTC)))
    room = desk(database, tmp_path, clock=room.clock, escalation=hours)
    first = await opened(room, key="a")
    # Epiphany is a holiday in Bavaria: 17:00 to 18:00 on the 5th, then on the 7th.
    assert first.due_at == datetime(2026, 1, 7, 9, tzinfo=UTC)
    await choose(
        room.ctx,
        {"work_hours": "always"},
        workspace_id="T1",
        scope=Scope.USER,
        scope_id=ANA,
        by=ANA,
    )
    second = await opened(room, key="b")
    assert second.due_at == room.clock.now() + timedelta(hours=2)


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


async def test_who_is_still_on_it_keeps_their_zone_when_slack_is_silent(room: Desk) -> None:
    row = await opened(room)
    kept = await escalations.acknowledge(room.ctx, PEOPLE, row, by=BEN)
    again = await escalations.acknowledge(room.ctx, Zones({}), kept, by=BEN)
    assert again.hours["timezone"] == "Asia/Kolkata"


async def test_a_week_of_ticks_over_a_change_of_clocks(database: Database, tmp_path: Path) -> None:
    """Friday evening in Berlin, half-hourly ticks: nobody is asked at the weekend or at night."""
    start = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)  # 17:00 there
    rules = EscalationSettings(level2_people=BEN, level3_people=ANA, page_minutes=60)
    room = desk(database, tmp_path, clock=ManualClock(start), escalation=rules)
    row = await opened(room)
    for _ in range(2 * 24 * 6):
        room.clock.advance(timedelta(minutes=30))
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


async def test_a_click_counts_once_and_the_second_person_is_told(room: Desk) -> None:
    row = await opened(room)
    for _ in range(2):
        await escalations.acknowledge(room.ctx, PEOPLE, row, by=BEN, receipt="click:1")
    kept = await now_of(room, row)
    assert (kept.state, kept.owner_id) == (EscalationState.ACKNOWLEDGED, BEN)
    assert kept.hours["timezone"] == "Asia/Kolkata"
    assert len(await timeline(room, row)) == 2
    with pytest.raises(UserFacingError, match="X-1 is acknowledged by <@U0BEN> already"):
        await escalations.acknowledge(room.ctx, PEOPLE, row, by=ANA, receipt="click:2")
    async with room.ctx.database.read() as uow:
        acts = await uow.audit.of("T1", "escalation", row.id)
    assert [act.action for act in acts] == ["escalation.opened", "escalation.acknowledged"]


async def test_an_old_timer_does_nothing_to_a_case_that_moved_on(room: Desk) -> None:
    """Acknowledged a second before its reminder: there is none."""
    row = await opened(room)
    room.clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    await escalations.acknowledge(room.ctx, PEOPLE, row, by=ANA)
    room.clock.advance(timedelta(seconds=2))
    assert await escalation_sweep.sweep(room.ctx) == 0


async def test_a_task_of_an_open_case_goes_first(room: Desk) -> None:
    task = await room.take_in()
    row = await opened(room, task_id=task.id)
    assert (await room.task(task.id)).priority == ESCALATION
    other = await opened(room, task_id=task.id, key="k2")
    for case, priority in ((row, ESCALATION), (other, 0)):
        move = escalations.resolved("Restarted it.")
        await escalations.act(room.ctx, "T1", case.id, move, by=ANA)
        assert (await room.task(task.id)).priority == priority


async def test_a_task_can_be_linked_later(room: Desk) -> None:
    row, task = await opened(room), await room.take_in()
    for _ in range(2):
        await escalations.link(room.ctx, row, task.id, by=BEN)
    assert (await room.task(task.id)).priority == ESCALATION
    assert [line.kind for line in await timeline(room, row)] == [Kind.OPENED, Kind.LINKED]


async def test_it_is_resolved_with_words(room: Desk) -> None:
    row = await opened(room)
    with pytest.raises(UserFacingError, match="what solved it"):
        escalations.resolved("  ")
    move = escalations.resolved("Rotated sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789 away.")
    kept = await escalations.act(room.ctx, "T1", row.id, move, by=BEN, text="Rolled back.")
    assert (kept.state, kept.resolved_by, kept.due_at) == (EscalationState.RESOLVED, BEN, None)
    assert kept.resolution == "Rolled back."
    with pytest.raises(UserFacingError, match="X-1 is resolved already"):
        await escalations.act(room.ctx, "T1", row.id, move, by=BEN)


async def test_another_workspace_finds_nothing(room: Desk) -> None:
    row = await opened(room)
    with pytest.raises(NotFound):
        await escalations.act(room.ctx, "T2", row.id, escalations.resolved("x"), by=BEN)


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


async def test_a_sweep_costs_by_what_is_due(room: Desk) -> None:
    """Fifty more cases that wait cost no statement; due ones cost by batches, not each."""
    statements: list[str] = []

    def count(*arguments: Any) -> None:
        statements.append(arguments[2])

    engine = room.ctx.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)

    async def sweep() -> int:
        statements.clear()
        await escalation_sweep.sweep(room.ctx)
        return len(statements)

    try:
        await opened(room, key="first")
        idle = await sweep()
        for number in range(50):
            await opened(room, key=f"k{number}")
        assert await sweep() == idle
        room.clock.advance(timedelta(hours=2))
        assert await sweep() <= idle + 7
    finally:
        event.remove(engine, "before_cursor_execute", count)
    async with room.ctx.database.read() as uow:
        assert await uow.escalation_audit.overdue(room.clock.now()) == []


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_failed_task_opens_a_case_where_wanted(
    database: Database, tmp_path: Path, wanted: bool
) -> None:
    """In the failure's own transaction, once a run."""
    rules = EscalationSettings(failed=wanted)
    made = desk(database, tmp_path, clock=ManualClock(MONDAY), escalation=rules)
    news = EscalatingNews(made.news)
    ctx = replace(made.ctx, announcer=news)
    news.attach(ctx)
    task = await made.take_in(user_id=BEN)
    for _ in range(2):
        async with ctx.database.begin() as uow:
            row = await uow.tasks.get(task.id, lock=True)
            if row.state is not TaskState.FAILED:
                await tasks.end(ctx, uow, row, TaskState.FAILED, reason="The plan is empty.")
            else:
                await news.announce(uow, TaskEnded(task.id))
    async with ctx.database.read() as uow:
        found = await uow.escalations.of_task(task.id)
    assert [(case.title, case.owner_id, case.impact) for case in found] == (
        [("T-1 failed: an API for invoices", BEN, "The plan is empty.")] if wanted else []
    )
