"""Escalations as use cases: opened once, moved once, by whoever clicks first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.domain.access import Person
from bot.domain.escalation import EscalationState, Kind
from bot.domain.events import TaskEnded
from bot.domain.setting import Scope
from bot.domain.task import TaskState
from bot.domain.turns import ESCALATION
from bot.errors import NotFound, UserFacingError
from bot.services import (
    escalation_sweep,
    escalations,
    tasks,
)
from bot.services.escalating_news import EscalatingNews
from bot.services.workspace_settings import choose
from bot.settings import EscalationSettings
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.escalating import (
    ANA,
    BEN,
    MONDAY,
    PEOPLE,
    Zones,
    now_of,
    opened,
    posts,
    report,
    timeline,
)


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path, clock=ManualClock(MONDAY))


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
    place: dict[str, Any] = {"workspace_id": "T1", "scope": Scope.CHANNEL, "scope_id": "C1"}
    await choose(room.ctx, {"escalation_level1": "0.5-1"}, **place, by=ANA)
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


async def test_who_is_still_on_it_keeps_their_zone_when_slack_is_silent(room: Desk) -> None:
    row = await opened(room)
    kept = await escalations.acknowledge(room.ctx, PEOPLE, row, by=BEN)
    again = await escalations.acknowledge(room.ctx, Zones({}), kept, by=BEN)
    assert again.hours["timezone"] == "Asia/Kolkata"


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


async def test_a_bot_is_never_asked(room: Desk) -> None:
    """It would be reminded until level 4, and never answer."""

    class Bots(Zones):
        async def person(self, user_id: str) -> Person:
            return Person(user_id, is_bot=user_id == "U0LEAD")

    with pytest.raises(UserFacingError, match="A bot cannot take this on"):
        await escalations.open_escalation(room.ctx, Bots({}), report(owner_id="U0LEAD"))
    row = await opened(room)
    with pytest.raises(UserFacingError, match="A bot cannot take this on"):
        await escalations.hand_over(room.ctx, Bots({}), row, by=ANA, to="U0LEAD")
    assert (await now_of(room, row)).owner_id == ANA
