"""A model weighs a standup's risks after the close: once, in the ledger, and never in its way."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.standup.risks import RiskList, risk
from bot.domain.task import TaskState
from bot.errors import ModelUnavailable
from bot.model.standup_port import StandupRiskRequest
from bot.services import schedules, standup_risks, standup_sweep, standup_views
from bot.services.context import Models
from bot.services.schedules import By
from bot.services.standup_answers import Said, answer
from bot.settings import BudgetSettings
from bot.slack.cards.standup_report import report_card
from storage.models import ModelCall, OutboxRow, Standup, Task
from storage.repositories.standups import root_key
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.schedules import firing, scheduled
from tests.support.stage import words

HOUR = timedelta(hours=1)
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What no statement of its own needs proving for on the other database."""
SAID = "The canary is red <!channel>"


def with_claude(made: Desk) -> Desk:
    """Return the desk where Claude works by default."""
    models = Models(made.model, default="claude", claude=lambda: made.model)
    return Desk(replace(made.ctx, models=models), made.model, made.news)


@pytest.fixture
def claude(office: Desk) -> Desk:
    return with_claude(office)


async def closed(made: Desk) -> Standup:
    """Hold a standup in which one person names a blocker; its first message is posted."""
    schedule = await scheduled(made.ctx, "daily 09:30", kind="standup", zones=("UTC",))
    made.clock.advance(HOUR / 2)
    await firing(made.ctx).fire_due()
    async with made.ctx.database.begin() as uow:
        (row,) = await uow.standups.newest("T1", "C1", states=("open",))
        root = await uow.outbox.by_key("T1", root_key(row.id))
        assert root is not None
        root.sent_ts, root.state = "1700000009.000100", "sent"
    await answer(made.ctx, "T1", row.id, Said("U5", "s", "form", {0: "x", 1: "y", 2: SAID}))
    await schedules.remove(made.ctx, schedule, By("U1", ""))  # which ends no standup
    made.clock.advance(HOUR)
    assert await standup_sweep.sweep(made.ctx) == 1
    return row


async def tasks_of(made: Desk) -> list[Task]:
    async with made.ctx.database.read() as uow:
        return list(await uow.session.scalars(select(Task)))


async def told(made: Desk, row: Standup) -> str:
    async with made.ctx.database.read() as uow:
        row = await uow.standups.get("T1", row.id)
        return words(report_card(await standup_views.report_of(made.ctx, uow, row)).blocks)


async def test_its_answer_stands_in_the_report_and_is_paid_once(claude: Desk) -> None:
    row = await closed(claude)
    (task,) = await tasks_of(claude)
    assert (task.mode, task.state, task.requester_id) == ("standup", TaskState.ACCEPTED, "U1")
    assert "Risks" not in await told(claude, row)
    claude.model.always(
        StandupRiskRequest, RiskList(risks=(risk("The release waits <@U9>", "ask <!here>"),))
    )
    for _ in range(2):
        await standup_risks.weigh(claude.ctx, task.id, run=task.workflow_id)
    (request,) = claude.model.asked(StandupRiskRequest)
    assert isinstance(request, StandupRiskRequest)
    assert SAID in request.said[2].text
    assert not request.said[2].trusted
    assert request.facts == (f"B-1 blocks (1 standups): {SAID}",)
    report = await told(claude, row)
    assert "• The release waits &lt;@U9&gt; → ask &lt;!here&gt;" in report
    assert "Risks by scripted, at the close." in report
    assert task.public_id not in report, "the asking is none of the channel's work"
    async with claude.ctx.database.read() as uow:
        (call,) = (await uow.session.scalars(select(ModelCall))).all()
        edit = await uow.outbox.by_key("T1", f"{root_key(row.id)}:report:edit")
    assert (call.step, call.state) == ("r1:risks", "done")
    assert edit is not None
    assert (await tasks_of(claude))[0].state is TaskState.DONE
    assert claude.news.names.count("TaskAccepted") == 0


@ONE
async def test_a_model_that_is_away_leaves_the_rules_risks_and_no_card(claude: Desk) -> None:
    row = await closed(claude)
    before = await told(claude, row)
    (task,) = await tasks_of(claude)
    claude.model.enqueue(StandupRiskRequest, ModelUnavailable("It is away."))
    await standup_risks.weigh(claude.ctx, task.id, run=task.workflow_id)
    (after,) = await tasks_of(claude)
    assert (after.state, after.state_reason) == (TaskState.DONE, "")
    assert "It is away." in (after.answer or "")
    assert await told(claude, row) == before
    async with claude.ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow))).all()
    assert not [r for r in rows if r.task_id == task.id]


@ONE
async def test_one_that_would_cost_too_much_is_not_asked(
    database: Database, tmp_path: Path
) -> None:
    poor = with_claude(desk(database, tmp_path, budget=BudgetSettings(per_channel_day=0)))
    await closed(poor)
    (task,) = await tasks_of(poor)
    await standup_risks.weigh(poor.ctx, task.id, run=task.workflow_id)
    assert poor.model.asked(StandupRiskRequest) == []
    assert (await tasks_of(poor))[0].state is TaskState.DONE


@ONE
async def test_where_the_offline_model_works_nothing_is_asked(office: Desk) -> None:
    await closed(office)
    assert await tasks_of(office) == []
