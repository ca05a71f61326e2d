"""Opens an escalation for a task that failed, where the settings of its channel say so."""

from bot.domain.events import TaskEnded, TaskEvent
from bot.domain.roots import is_provisional
from bot.domain.task import TaskState
from bot.services.context import Announcer, Context
from bot.services.escalation_policy import freeze, responder
from bot.services.escalations import Report, store
from bot.services.workspace_settings import effective
from storage.models import Task
from storage.uow import UnitOfWork


class EscalatingNews:
    """An Announcer in front of another one: a failure and its escalation are stored together."""

    def __init__(self, announcer: Announcer) -> None:
        self._announcer = announcer
        self._ctx: Context | None = None

    def attach(self, ctx: Context) -> None:
        """Say which context the news are about; before that nothing is escalated."""
        self._ctx = ctx

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Hand the event on, and escalate a failure."""
        await self._announcer.announce(uow, event)
        if self._ctx is None or not isinstance(event, TaskEnded):
            return
        # From the session's memory: whoever announces an end has just changed the row.
        task = await uow.session.get_one(Task, event.task_id)
        if task.state is TaskState.FAILED and not task.channel_id.startswith("D"):
            await _escalate(self._ctx, uow, task)


async def _escalate(ctx: Context, uow: UnitOfWork, task: Task) -> None:
    settings = await effective(ctx, uow, task.workspace_id, channel_id=task.channel_id)
    if not settings.is_on("escalation_failed") or await uow.escalations.of_task(task.id):
        return
    key, now = f"failed:{task.id}:{task.run}", ctx.clock.now()
    if not await uow.receipts.claim(task.workspace_id, key, now=now):
        return
    place = {"workspace_id": task.workspace_id, "channel_id": task.channel_id}
    policy = await freeze(ctx, None, **place, uow=uow)
    # Slack is not asked inside this transaction: until somebody answers, the default zone counts.
    owner = await responder(ctx, None, task.requester_id, **place, uow=uow)
    thread = await uow.threads.get(task.thread_id)
    report = Report(
        workspace_id=task.workspace_id,
        channel_id=task.channel_id,
        title=f"{task.public_id} failed: {task.title or task.text[:100]}",
        level=1,
        key=key,
        owner_id=task.requester_id,
        impact=task.state_reason,
        root_ts="" if is_provisional(thread.root_ts) else thread.root_ts,
        task_id=task.id,
        source="task",
    )
    await store(ctx, uow, report, policy, owner.hours)
