"""The yes to a standup's proposal: a piece of work goes to another specialist."""

from bot.domain.events import TaskMoved
from bot.domain.task import ENDED, AssignmentState
from bot.errors import NotFound, UserFacingError
from bot.services import standup_news
from bot.services.context import Context
from bot.slack.text import clip, line
from storage.models import Assignment, Task


async def accept(
    ctx: Context,
    workspace_id: str,
    standup_id: str,
    assignment_id: str,
    *,
    to: str,
    by: str,
    receipt: str,
) -> None:
    """Give a piece that nobody has begun to another specialist.

    Raises UserFacingError when it has begun or ended, or is theirs already.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.standups.get(workspace_id, standup_id)
        item = await uow.plans.assignment(workspace_id, assignment_id)
        task = await uow.tasks.get(item.task_id, lock=True)
        await uow.session.refresh(item)  # it may have begun before the lock was ours
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return
        if task.channel_id != row.channel_id:
            raise NotFound("assignment", assignment_id)
        plan = await uow.plans.of_round(task.id, task.round)
        _check(ctx, task, item, to, is_present=plan is not None and plan.id == item.plan_id)
        source, item.specialist = item.specialist, to
        await uow.session.flush()
        await uow.audit.add(
            workspace_id,
            by,
            action="assignment.move",
            noun="task",
            noun_id=task.id,
            at=now,
            details={"key": item.key, "from": source, "to": to},
        )
        await ctx.announcer.announce(uow, TaskMoved(task.id))
        await standup_news.refresh(ctx, uow, row)


def _check(ctx: Context, task: Task, item: Assignment, to: str, *, is_present: bool) -> None:
    name = f"“{clip(line(item.title), 60)}” of {task.public_id}"
    if to not in ctx.team.specialists:
        raise UserFacingError(f"There is no specialist {to[:40]}.", hint="`/lead team` lists them.")
    if task.state in ENDED or not is_present or item.state is not AssignmentState.WAITING:
        raise UserFacingError(
            f"{name} does not wait any more.", hint=f"`/lead task {task.public_id}` says how it is."
        )
    if item.specialist == to:
        raise UserFacingError(f"{name} is with {to} already.")
