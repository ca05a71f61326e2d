"""Owners of actions and people of the learning plan are reminded once, when they are here."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.days import Span
from bot.domain.learning import LearningKind, LearningState
from bot.domain.retrospective import ActionState
from bot.errors import TransitionRefused, UserFacingError
from bot.services import away, learning, retro_actions, retrospective_sweep
from bot.services.context import Context
from bot.services.learning import NewItem
from bot.services.retro_actions import NewAction
from storage.models import LearningItem, OutboxRow, RetroAction
from tests.support.desk import Desk

DAY = timedelta(days=1)
SOON = date(2026, 3, 4)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Rules, whose questions to both databases are in tests/storage/test_retrospectives.py."""


async def action(ctx: Context, **more: Any) -> RetroAction:
    given: dict[str, Any] = {
        "text": "write the runbook",
        "by": "U1",
        "owner_id": "U2",
        "due_on": SOON,
    } | more
    row = await retro_actions.add(ctx, NewAction("T1", "C1", **given), receipt="a")
    assert row is not None
    return row


async def item(ctx: Context, **more: Any) -> LearningItem:
    given: dict[str, Any] = {
        "title": "How DST works",
        "by": "U1",
        "person_id": "U2",
        "due_on": SOON,
    } | more
    wanted = NewItem("T1", "C1", LearningKind.TALK, **given)
    row = await learning.add(ctx, wanted, receipt="l")
    assert row is not None
    assert await learning.add(ctx, wanted, receipt="l") is None
    return row


async def told(ctx: Context) -> list[tuple[str, str]]:
    """Return to whom something was sent, and what it says when it is sent."""
    draws = {
        retro_actions.REMINDER: retro_actions.draw_reminder,
        learning.REMINDER: learning.draw_reminder,
    }
    async with ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        found = []
        for row in rows:
            drawn = await draws[row.view](ctx, uow, row) if row.view in draws else None
            if drawn is not None:
                found.append((row.channel_id, str(drawn)))
        return found


async def test_an_owner_hears_the_day_before_and_on_the_day(office: Desk) -> None:
    ctx = office.ctx
    row = await action(ctx)
    assert await retrospective_sweep.sweep(ctx) == 0
    for _ in range(2):
        office.clock.advance(DAY)
        assert await retrospective_sweep.sweep(ctx) == 1
        assert await retrospective_sweep.sweep(ctx) == 0
    first, second = await told(ctx)
    assert [first[0], second[0]] == ["U2", "U2"]
    assert "write the runbook" in second[1]
    assert "is due today" in second[1]
    await retro_actions.end(ctx, "T1", row.id, ActionState.DONE, by="U2", receipt="d")
    assert await told(ctx) == [], "what is done is not reminded of"
    office.clock.advance(30 * DAY)
    assert await retrospective_sweep.sweep(ctx) == 0


async def test_who_is_away_hears_when_they_are_back(office: Desk) -> None:
    ctx = office.ctx
    await action(ctx)
    await away.say_away(
        ctx,
        workspace_id="T1",
        user_id="U2",
        span=Span(date(2026, 3, 3), date(2026, 3, 5)),
        receipt="",
    )
    for days in (1, 1, 1):
        office.clock.advance(days * DAY)
        assert await retrospective_sweep.sweep(ctx) == 0
    office.clock.advance(DAY)
    assert await retrospective_sweep.sweep(ctx) == 1
    ((_, said),) = await told(ctx)
    assert "2 days overdue" in said


async def test_what_is_nobodys_is_said_where_it_was_agreed_on(office: Desk) -> None:
    await action(office.ctx, owner_id="")
    office.clock.advance(DAY)
    await retrospective_sweep.sweep(office.ctx)
    ((place, said),) = await told(office.ctx)
    assert place == "C1"
    assert "write the runbook" in said


async def test_private_words_are_not_repeated_in_a_direct_message(office: Desk) -> None:
    ctx = office.ctx
    await action(ctx, is_private=True)
    await item(ctx, is_private=True)
    office.clock.advance(DAY)
    assert await retrospective_sweep.sweep(ctx) == 2
    said = await told(ctx)
    assert len(said) == 2
    assert "runbook" not in str(said)
    assert "DST" not in str(said)
    assert "<#C1>" in str(said)
    assert "retro.done" in str(said)
    assert "retro.change" not in str(said), "its form would show them"


async def test_the_plan_moves_and_reminds(office: Desk) -> None:
    ctx = office.ctx
    row = await item(ctx)
    office.clock.advance(DAY)
    await retrospective_sweep.sweep(ctx)
    assert [place for place, _ in await told(ctx)] == ["U2"]
    for receipt in ("b", "b"):
        await learning.step(ctx, row, LearningState.BEGUN, by="U2", receipt=receipt)
    done = await learning.step(
        ctx, row, LearningState.DONE, by="U2", receipt="d", evidence="https://example.com/slides"
    )
    assert (done.state, done.evidence) == ("done", "https://example.com/slides")
    assert await told(ctx) == []
    with pytest.raises(TransitionRefused):
        await learning.step(ctx, row, LearningState.BEGUN, by="U2", receipt="e")


async def test_what_makes_no_sense_is_refused(office: Desk) -> None:
    for wrong in ({"text": "  "}, {"text": "x" * 501}, {"due_on": date(2026, 3, 1)}):
        with pytest.raises(UserFacingError):
            await action(office.ctx, **wrong)
    for other in ({"title": ""}, {"title": "x" * 301}, {"due_on": date(2026, 3, 1)}):
        with pytest.raises(UserFacingError):
            await item(office.ctx, **other)
