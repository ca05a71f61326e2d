"""An assessment as a model reads it: asked for when it is made, which never waits for it.

It is posted with what the rules find. Where a paid model works, a small task in its thread asks
once; the answer then stands in the card. One that fails or costs too much changes nothing.
"""

from bot.domain.assessment import AssessmentReading, Findings, Period
from bot.domain.assessment.period import TITLES
from bot.domain.roots import provisional
from bot.domain.task import ENDED
from bot.errors import BudgetSpent, ModelFailed
from bot.model.assessment_port import AssessmentRequest
from bot.model.port import Reply
from bot.services import tasks
from bot.services.answering import begin_round, is_over
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.workspace_settings import effective
from bot.slack.cards.assessment import AssessmentCard, assessment_card
from storage.models import Assessment, Task
from storage.uow import UnitOfWork

MODE = "assessment"


async def ask(ctx: Context, uow: UnitOfWork, row: Assessment, *, by: str) -> Task | None:
    """Store the task that asks, in the transaction of the assessment; None where rules do."""
    settings = await effective(ctx, uow, row.workspace_id, channel_id=row.channel_id)
    if ctx.models.label_of(settings.model) == ctx.models.offline.label:
        return None
    now, name = ctx.clock.now(), f"{TITLES[Period(row.kind)]} {row.public_id}"
    thread = await uow.threads.ensure(
        row.workspace_id, row.channel_id, provisional(row.id), now=now, mention_only=True
    )
    task = await uow.tasks.add(
        Task(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            thread_id=thread.id,
            number=await uow.channels.next_task_number(row.workspace_id),
            requester_id=by or tasks.LEAD_USER,
            text=f"{name}: what do the figures say?",
            title=name,
            mode=MODE,
            model=settings.model,
            created_at=now,
            updated_at=now,
        )
    )
    row.task_id = task.id
    await uow.session.flush()
    return task


async def read(ctx: Context, task_id: str, *, run: str | None = None) -> None:
    """Ask how the figures read and end the task; safe to run again.

    Raises Superseded or TaskStopped.
    """
    try:
        await perform(ctx, task_id, ReadingStep(ctx), run=run)
    except (BudgetSpent, ModelFailed) as failed:
        async with ctx.database.begin() as uow:
            task = await uow.tasks.get(task_id, lock=True)
            if task.state not in ENDED and task.workflow_id == (run or task.workflow_id):
                task.answer = f"The figures stand as the rules read them: {failed}"
                await tasks.finish(ctx, uow, task)


class ReadingStep(ModelStep[AssessmentReading, None]):
    """The one call of such a task."""

    name = "assessment"

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._round = 0

    async def begin(self, uow: UnitOfWork, task: Task) -> AssessmentRequest | Done[None]:
        """Hand over the figures as they were counted."""
        self._round = task.round
        if task.state in ENDED:
            return Done(None)
        begin_round(self._ctx, task)
        row = await uow.assessments.of_task(task.id)
        if row is None:
            await tasks.finish(self._ctx, uow, task)
            return Done(None)
        found = Findings.model_validate(row.body)
        return AssessmentRequest(
            text=task.text, figures=found.figures, topics=found.topics, known=found.proposals
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[AssessmentReading]) -> None:
        """Store the reading, let the card show it, end the task."""
        if is_over(task, self._round):
            return
        row = await uow.assessments.of_task(task.id)
        if row is not None:
            row.reading, row.model = reply.value.model_dump(mode="json"), reply.model
            await uow.session.flush()
            await show(self._ctx, uow, row)
        task.answer = reply.value.headline
        await tasks.finish(self._ctx, uow, task)


async def show(ctx: Context, uow: UnitOfWork, row: Assessment) -> None:
    """Let the card show how the assessment stands."""
    await uow.outbox.show(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        key=provisional(row.id),
        payload=assessment_card(card_of(row)).payload(),
        now=ctx.clock.now(),
    )


def card_of(row: Assessment) -> AssessmentCard:
    """Return an assessment as it is shown: its numbers are those of the moment it was made."""
    reading = AssessmentReading.model_validate(row.reading) if row.reading else None
    return AssessmentCard(
        assessment_id=row.id,
        public_id=row.public_id,
        period=Period(row.kind),
        since=row.since,
        until=row.until,
        findings=Findings.model_validate(row.body),
        reading=reading,
        model=row.model or "",
    )
