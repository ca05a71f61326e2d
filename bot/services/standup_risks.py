"""A standup's risks as a model weighs them: asked for at the close, which never waits for it.

The report is posted with what rules find. Where a paid model works, a small task in the standup's
thread asks it once; its answer, kept in the ledger, then stands in the report. One that fails or
costs too much changes nothing.
"""

from bot.domain.standup.risks import RiskList
from bot.domain.task import ENDED
from bot.errors import BudgetSpent, ModelFailed
from bot.model.port import Reply, Said
from bot.model.standup_port import StandupRiskRequest
from bot.services import standup_news, standup_views, tasks
from bot.services.answering import begin_round, is_over
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.standup_weighed import MODE, NAME
from bot.services.workspace_settings import effective
from bot.slack.text import clip, line
from storage.models import Schedule, Standup, Task
from storage.repositories.standups import root_key
from storage.uow import UnitOfWork

_SAID = 1_000
"""Characters of an answer that the model reads."""


async def ask(ctx: Context, uow: UnitOfWork, row: Standup) -> None:
    """Store the task that asks, in the transaction of the close.

    None where the offline model works, where the thread is not posted yet or has a task already.
    """
    settings = await effective(ctx, uow, row.workspace_id, channel_id=row.channel_id)
    if ctx.models.label_of(settings.model) == ctx.models.offline.label:
        return
    root = await uow.outbox.by_key(row.workspace_id, root_key(row.id))
    if root is None or not root.sent_ts:
        return
    now = ctx.clock.now()
    thread = await uow.threads.ensure(
        row.workspace_id,
        row.channel_id,
        root.sent_ts,
        now=now,
        mention_only=settings.mention_only,
    )
    if await uow.tasks.of_thread(thread.id) is not None:
        return
    schedule = await uow.session.get_one(Schedule, row.schedule_id)  # it may be removed by now
    await uow.tasks.add(
        Task(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            thread_id=thread.id,
            number=await uow.channels.next_task_number(row.workspace_id),
            requester_id=schedule.created_by,
            text=f"Which risks does the standup of {row.slot_key[:10]} show?",
            title=f"Risks of the standup of {row.slot_key[:10]}",
            mode=MODE,
            model=settings.model,
            read_ts=root.sent_ts,
            created_at=now,
            updated_at=now,
        )
    )


async def weigh(ctx: Context, task_id: str, *, run: str | None = None) -> None:
    """Ask for the risks and end the task; safe to run again. Raises Superseded or TaskStopped."""
    try:
        await perform(ctx, task_id, RiskStep(ctx), run=run)
    except (BudgetSpent, ModelFailed) as failed:
        async with ctx.database.begin() as uow:
            task = await uow.tasks.get(task_id, lock=True)
            if task.state not in ENDED and task.workflow_id == (run or task.workflow_id):
                begin_round(ctx, task)  # where the money is spent it had not begun
                task.answer = f"The rules' risks stand: {failed}"
                await tasks.finish(ctx, uow, task)


class RiskStep(ModelStep[RiskList, None]):
    """The one call of such a task."""

    name = NAME

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._round = 0

    async def begin(self, uow: UnitOfWork, task: Task) -> StandupRiskRequest | Done[None]:
        """Read what people answered, as data, and what the tables say."""
        self._round = task.round
        if task.state in ENDED:
            return Done(None)
        begin_round(self._ctx, task)
        row = await _standup_of(uow, task)
        if row is None:
            await tasks.finish(self._ctx, uow, task)
            return Done(None)
        report = await standup_views.report_of(self._ctx, uow, row, weighed=False)
        asked = {q.position: q.text for q in await uow.standup_rows.questions(row.id)}
        answers = await uow.standup_rows.answers(row.id)
        blocked = [
            f"{b.public_id} blocks ({b.times} standups): {line(b.text)}"
            for b in (*report.card.blockers, *report.card.left_open)
            if not b.solved
        ]
        return StandupRiskRequest(
            text=task.text,
            said=tuple(
                Said(a.user_id, f"{asked.get(a.position, '')} {clip(a.text, _SAID)}", trusted=False)
                for a in answers
                if a.text
            ),
            facts=(*blocked, *report.assignments, *report.dependencies),
            known=report.risks,
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[RiskList]) -> None:
        """End the task and let the report show the answer, which the ledger keeps."""
        if is_over(task, self._round):
            return
        task.answer = "\n".join(f"• {risk.text} → {risk.mitigation}" for risk in reply.value.risks)
        task.answer = task.answer or "No risk."
        await uow.session.flush()
        row = await _standup_of(uow, task)
        await tasks.finish(self._ctx, uow, task)
        if row is not None:
            await standup_news.refresh(self._ctx, uow, row)


async def _standup_of(uow: UnitOfWork, task: Task) -> Standup | None:
    thread = await uow.threads.get(task.thread_id)
    return await uow.standups.by_root(task.workspace_id, task.channel_id, thread.root_ts)
