"""An assessment is counted once from the channel's own rows, posted, and read by a paid model."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.assessment import AssessmentReading, Period
from bot.domain.learning import LearningKind
from bot.domain.task import TaskState
from bot.errors import ModelUnavailable
from bot.model.assessment_port import AssessmentRequest
from bot.services import assessments, learning, retro_actions
from bot.services.assessment_reading import card_of, read
from bot.services.assessments import Wanted
from bot.services.context import Context, Models
from bot.services.learning import NewItem
from bot.services.retro_actions import NewAction
from bot.slack.cards.assessment import as_markdown, assessment_card
from storage.models import Assessment, OutboxRow
from tests.storage.rows import add_task
from tests.support.desk import Desk
from tests.support.schedules import firing, scheduled

DAY = timedelta(days=1)
WEEKLY = Wanted("T1", "C1", Period.WEEKLY, key="k", by="U1", is_private=False)
READING = AssessmentReading(
    headline="Failures doubled.", observations=("9 done",), proposals=("Look at failures.",)
)


async def work(at: Desk, channel: str, state: TaskState, count: int) -> None:
    now = at.clock.now() - DAY
    async with at.ctx.database.begin() as uow:
        for _ in range(count):
            await add_task(
                uow,
                channel=channel,
                state=state,
                created_at=now - DAY / 24,
                updated_at=now,
                ended_at=now,
            )


async def posts(ctx: Context) -> list[OutboxRow]:
    """Return the posts and edits of assessments."""
    async with ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    return [row for row in rows if row.key.startswith("ask:")]


async def row_of(ctx: Context, assessment_id: str) -> Assessment:
    async with ctx.database.read() as uow:
        return await uow.assessments.get("T1", assessment_id)


async def test_counted_from_the_channels_own_rows(office: Desk) -> None:
    ctx = office.ctx
    await work(office, "C1", TaskState.DONE, 6)
    await work(office, "C1", TaskState.FAILED, 2)
    await work(office, "C2", TaskState.FAILED, 9)
    await retro_actions.add(ctx, NewAction("T1", "C1", "runbook", "U1"), receipt="a")
    office.clock.advance(DAY / 24)
    made = await asyncio.gather(*(assessments.make(ctx, WEEKLY) for _ in range(3)))
    assert len({row.id for row, _ in made}) == 1
    assert [task for _, task in made] == [None] * 3, "rules need no task"
    (post,) = await posts(ctx)
    card = card_of(made[0][0])
    said = {figure.name: (figure.value, figure.was) for figure in card.findings.figures}
    assert said["Tasks done"] == ("6, 8 came in", "0, 0 came in")
    assert said["Failed"][0] == "25 %, n=8"
    assert said["From wish to done"][0] == "1.0 h (median), n=6"
    assert card.proposals == (
        "Find owners for actions that are nobody's: RA-1.",
        "Look at why 2 of 8 tasks failed.",
    )
    assert "Failed: 25 %, n=8" in str(post.payload)
    assert "Tasks done: 6, 8 came in (0, 0 came in)" in as_markdown(card)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_each_kind_fires_once_for_its_slot(office: Desk) -> None:
    ctx = office.ctx
    item = NewItem("T1", "C1", LearningKind.TALK, "DST", "U1")
    await learning.add(ctx, item, receipt="l")
    await work(office, "C1", TaskState.DONE, 2)
    for kind in ("assessment", "monthly-review", "quarterly-planning", "annual-retrospective"):
        await scheduled(ctx, "daily 09:30", kind=kind, zones=("UTC",), window_minutes=0)
    office.clock.advance(DAY / 48)
    await asyncio.gather(*(firing(ctx, f"bot-{n}").fire_due() for n in range(2)))
    async with ctx.database.read() as uow:
        rows = await uow.assessments.newest("T1", "C1", limit=9)
    assert sorted(row.kind for row in rows) == ["annual", "monthly", "quarterly", "weekly"]
    months = card_of(next(row for row in rows if row.kind == "quarterly"))
    assert "Learned or taught: 0, 1 planned" in as_markdown(months)
    assert "Tasks done: 2, 2 came in (0, 0 came in) · 0 → 0 → 2" in as_markdown(months)
    assert "0 → 0 → 2" in str(assessment_card(months).blocks)
    async with ctx.database.read() as uow:
        schedule = (await uow.schedules.of_channel("T1", "C1"))[0]
    draw = assessments.CEREMONIES[0].preview
    assert draw is not None
    preview = await draw(ctx, schedule)
    assert "assessment.act" not in str(preview.blocks)
    assert len(await posts(ctx)) == 4, "a preview posts nothing"


def paid(office: Desk) -> Context:
    return replace(
        office.ctx,
        models=Models(office.ctx.models.offline, default="claude", claude=lambda: office.model),
    )


async def test_a_model_reads_it_once(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = paid(office)
    monkeypatch.setattr(ctx.models.offline, "label", "offline playbook", raising=False)
    monkeypatch.setattr(ctx.models, "label_of", lambda _: "Claude")
    await work(office, "C1", TaskState.DONE, 6)
    office.model.always(AssessmentRequest, READING)
    row, task = await assessments.make(ctx, WEEKLY)
    assert task is not None
    assert (await assessments.make(ctx, WEEKLY))[1] is not None, "found again, not made again"
    for _ in range(2):
        await read(ctx, task.id)
    (asked,) = office.model.asked(AssessmentRequest)
    assert isinstance(asked, AssessmentRequest)
    assert any(figure.value == "6, 6 came in" for figure in asked.figures)
    done = await office.task(task.id)
    assert (done.state, done.answer) == (TaskState.DONE, "Failures doubled.")
    card = card_of(await row_of(ctx, row.id))
    assert card.proposals == READING.proposals
    shown = str((await posts(ctx))[-1].payload)
    assert "Failures doubled." in shown
    assert "Read by" in shown


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_model_that_fails_changes_nothing(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = paid(office)
    monkeypatch.setattr(ctx.models, "label_of", lambda _: "Claude")
    row, task = await assessments.make(ctx, WEEKLY)
    assert task is not None
    office.model.enqueue(AssessmentRequest, ModelUnavailable("away"))
    await read(ctx, task.id)
    assert (await office.task(task.id)).state is TaskState.DONE, "it is not asked for again"
    assert (await row_of(ctx, row.id)).reading is None
    assert "Nothing" in str((await posts(ctx))[0].payload)
