"""A workspace that removed the app: what comes up there by time waits until it is back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.decision import DecisionState, DueKind
from bot.domain.hand_off_words import read_asked
from bot.domain.setting import Scope, Value
from bot.services import (
    decision_dues,
    escalation_offers,
    hand_off_news,
    hand_offs,
    installations,
    team_report,
)
from bot.services.hand_offs import NewHandOff
from bot.services.slack_news import SlackNews
from bot.services.workspace_settings import choose
from storage.models import OutboxRow
from tests.storage.rows import add_decision, add_task
from tests.unit.installation.conftest import Office

DAYS = 5
ACCEPTED: dict[str, Any] = {
    "state": DecisionState.ACCEPTED,
    "body": {"title": "Kafka", "context": "c", "outcome": "o"},
}


@pytest.fixture
async def owing(office: Office) -> Office:
    """An installed workspace that owes a report, a reminder, a review and an offer."""
    await office.install()
    ctx = office.at.ctx
    news = SlackNews()
    object.__setattr__(ctx, "announcer", news)
    news.attach(ctx)
    asked = read_asked("a staging database", now=ctx.clock.now())
    wanted = NewHandOff("T1", "C1", "C2", "out", "devops", asked, "U1", key="command:1")
    await hand_offs.request(ctx, wanted)
    async with ctx.database.begin() as uow:
        task = await add_task(uow)
        await add_decision(uow, task, title="PostgreSQL", updated_at=ctx.clock.now())
        row = await add_decision(uow, task, title="Kafka", **ACCEPTED)
        day = ctx.clock.now() + timedelta(days=1)
        await uow.decision_parts.plan_dues(row, {DueKind.REVIEW: day})
    place: dict[str, Value | None] = {"team_main_orchestrator": "C9REPORT"}
    await choose(ctx, place, workspace_id="T1", scope=Scope.WORKSPACE, scope_id="", by="U1")
    return office


async def posts(office: Office) -> int:
    async with office.at.ctx.database.read() as uow:
        query = select(func.count()).select_from(OutboxRow)
        return (await uow.session.scalars(query)).one()


async def days_pass(office: Office, days: int) -> None:
    ctx = office.at.ctx
    for _ in range(days):
        office.at.clock.advance(timedelta(days=1))
        await hand_off_news.remind_due(ctx)
        await decision_dues.tell_due(ctx)
        await escalation_offers.offer(ctx, at=ctx.clock.now())
        await team_report.send_all(ctx, ctx.clock.now())


async def test_what_is_queued_while_the_app_is_there(owing: Office) -> None:
    await days_pass(owing, DAYS)
    async with owing.at.ctx.database.read() as uow:
        keys = (await uow.session.scalars(select(OutboxRow.key))).all()
    found = "\n".join(keys)
    for part in (":remind:", "team-report:", "escalation-offer:", ":review:"):
        assert part in found


async def test_nothing_is_queued_for_who_left(owing: Office) -> None:
    ctx = owing.at.ctx
    await installations.remove(ctx, "T1", reason="app_uninstalled", at=ctx.clock.now())
    before = await posts(owing)
    await days_pass(owing, DAYS)
    assert await posts(owing) == before
    await owing.install()
    await days_pass(owing, 1)
    assert before < await posts(owing) <= before + 5
