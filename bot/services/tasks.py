"""A task's life as people steer it: stopped, approved, taken up again, opened for a new round."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.domain import task as rules
from bot.domain.events import TaskEnded, TaskMoved
from bot.domain.forget import check_wish
from bot.domain.task import AT_WORK, ENDED, AssignmentState, TaskState
from bot.domain.usage import MICROS
from bot.errors import UserFacingError
from bot.services.context import Context
from bot.services.workspace_settings import effective
from storage.models import Plan, Task
from storage.uow import UnitOfWork


def open_round(task: Task, *, now: datetime) -> None:
    """A message for a task that has ended opens its next round; otherwise it is read on the way."""
    if task.state not in ENDED:
        return
    task.round += 1
    task.run += 1
    task.state = TaskState.PLANNING
    task.state_reason = ""
    task.stop_requested_by = None
    task.error_id = None
    task.updated_at = now
    task.started_at = None
    task.ended_at = None


async def stop(ctx: Context, task_id: str, *, by: str, receipt: str = "") -> Task:
    """Ask a task to stop: no further model call begins. Raises UserFacingError when it ended.

    `receipt` names the click or command; its second delivery changes nothing.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if not await uow.receipts.is_new(task.workspace_id, receipt, now=now):
            return task
        if task.state in ENDED:
            raise UserFacingError(f"{task.public_id} has already ended: {task.state.value}.")
        task.stop_requested_by = by
        await end(ctx, uow, task, TaskState.STOPPED, reason=f"Stopped by {mention(by)}.")
        await uow.audit.add(
            task.workspace_id, by, action="task.stop", noun="task", noun_id=task.id, at=now
        )
    return task


async def end(
    ctx: Context, uow: UnitOfWork, task: Task, state: TaskState, *, reason: str = ""
) -> None:
    """Move a task to an ended state, cancel what has not begun, and say so."""
    now = ctx.clock.now()
    task.state = rules.move(task.public_id, task.state, state)
    task.state_reason = reason
    task.updated_at = task.ended_at = now
    task.resume_at = task.give_up_at = None
    await uow.session.flush()
    await uow.plans.cancel(task.id, task.round, now=now)
    await ctx.announcer.announce(uow, TaskEnded(task.id))


async def finish(ctx: Context, uow: UnitOfWork, task: Task) -> bool:
    """End a round well; returns True when a message that no call has read opened the next one."""
    await end(ctx, uow, task, TaskState.DONE)
    unread = await uow.threads.messages(task.thread_id, after_ts=task.read_ts)
    if not any(message.trusted for message in unread):
        return False
    open_round(task, now=ctx.clock.now())
    await uow.session.flush()
    return True


async def approve_plan(ctx: Context, task_id: str, *, by: str, receipt: str = "") -> Task:
    """Let a plan that waits for a yes be worked; the caller starts the task afterwards.

    `receipt` names the click; its second delivery changes nothing.
    """
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if not await uow.receipts.is_new(task.workspace_id, receipt, now=ctx.clock.now()):
            return task
        if task.state is not TaskState.AWAITING_APPROVAL:
            raise UserFacingError(f"{task.public_id} does not wait for a yes any more.")
        plan = await uow.plans.of_round(task.id, task.round)
        if plan is not None:
            plan.approved_by = by
        await _go_on(ctx, uow, task, by=by, action="plan.approve")
    return task


async def resume(
    ctx: Context,
    task_id: str,
    *,
    by: str,
    offline: bool = False,
    extra_budget_micros: int = 0,
    receipt: str = "",
) -> Task:
    """Take up a paused, failed or stopped task where it was; the caller starts it afterwards.

    `offline` goes on with the offline playbook, `extra_budget_micros` raises its money limits.
    `receipt` names the click or command; its second delivery changes nothing.
    """
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if not await uow.receipts.is_new(task.workspace_id, receipt, now=ctx.clock.now()):
            return task
        if task.state not in (TaskState.PAUSED, TaskState.FAILED, TaskState.STOPPED):
            raise UserFacingError(f"{task.public_id} is {task.state.value}; nothing to retry.")
        check_wish(task.text, task.public_id)
        if offline:
            task.model = "offline"
        task.extra_budget_micros += extra_budget_micros
        await _go_on(ctx, uow, task, by=by, action="task.resume")
    return task


async def renew_run(ctx: Context, task_id: str, *, run: int) -> Task | None:
    """Give a task at work a new run when its run `run` is over; None when it has moved on."""
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if task.state not in AT_WORK or task.run != run:
            return None
        task.run += 1
        task.updated_at = ctx.clock.now()
        await uow.session.flush()
    return task


async def note_interrupted(ctx: Context, task_ids: Sequence[str]) -> None:
    """Say on the tasks' cards that their process ends and that they go on by themselves."""
    for task_id in task_ids:
        async with ctx.database.begin() as uow:
            task = await uow.tasks.get(task_id, lock=True)
            if task.state in AT_WORK:
                task.state_reason = INTERRUPTED
                await uow.session.flush()
                await ctx.announcer.announce(uow, TaskMoved(task.id))


async def note_going_on(ctx: Context, uow: UnitOfWork, task: Task) -> None:
    """Take back what `note_interrupted` said: the task is being worked again."""
    task.state_reason = ""
    await uow.session.flush()
    await ctx.announcer.announce(uow, TaskMoved(task.id))


INTERRUPTED = "Interrupted by a restart; I will go on by myself."


async def choose_model(ctx: Context, task_id: str, model: Literal["claude", "offline"]) -> Task:
    """Let another model work a task from its next call on."""
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        task.model = model
        await uow.session.flush()
    return task


async def _go_on(ctx: Context, uow: UnitOfWork, task: Task, *, by: str, action: str) -> None:
    now = ctx.clock.now()
    plan = await uow.plans.of_round(task.id, task.round)
    target = TaskState.PLANNING if plan is None else TaskState.WORKING
    if (
        plan is not None
        and plan.approved_by is None
        and await _still_needs_yes(ctx, uow, task, plan)
    ):
        target = TaskState.AWAITING_APPROVAL
    task.state = rules.move(task.public_id, task.state, target)
    task.state_reason = ""
    task.stop_requested_by = None
    task.error_id = None
    task.resume_at = None
    task.ended_at = None
    task.updated_at = now
    task.run += 1
    for item in await uow.plans.assignments(plan.id) if plan else ():
        if item.state in (AssignmentState.CANCELLED, AssignmentState.FAILED):
            item.state = AssignmentState.WAITING
            item.problem = ""
            item.ended_at = None
    await uow.session.flush()
    await uow.audit.add(task.workspace_id, by, action=action, noun="task", noun_id=task.id, at=now)
    await ctx.announcer.announce(uow, TaskMoved(task.id))


async def needs_yes(ctx: Context, uow: UnitOfWork, task: Task, micros: int | None) -> bool:
    """Return whether a plan with that estimate waits for a yes, by the requester's settings too."""
    if not micros:
        return False
    place = {"channel_id": task.channel_id, "user_id": task.requester_id}
    settings = await effective(ctx, uow, task.workspace_id, **place)
    return micros > settings.budget.approve_above * MICROS


async def _still_needs_yes(ctx: Context, uow: UnitOfWork, task: Task, plan: Plan) -> bool:
    """A cancelled plan that waited for a yes still needs it, unless it became free."""
    if ctx.models.of(task) is ctx.models.offline:
        return False
    return await needs_yes(ctx, uow, task, plan.estimate_micros)


def mention(user_id: str) -> str:
    """Return how a person is named in a sentence; our own words in the terminal."""
    return "you" if user_id == TERMINAL_USER else f"<@{user_id}>"


TERMINAL_USER = "terminal"
LEAD_USER = "lead"
"""Who acts when the program itself does."""


async def resume_due(ctx: Context) -> list[Task]:
    """Take up every paused task of Slack whose moment has come; the caller starts them.

    The terminal's tasks wait for the terminal: their news would go to a channel that is not there.
    """
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        due = await uow.tasks.due_to_resume(now, surface="slack")
    resumed: list[Task] = []
    for each in due:
        async with ctx.database.begin() as uow:
            task = await uow.tasks.get(each.id, lock=True)
            # A person, or another process, may have been faster than this list.
            if task.state is TaskState.PAUSED and task.resume_at and task.resume_at <= now:
                await _go_on(ctx, uow, task, by=LEAD_USER, action="task.resume")
                resumed.append(task)
    return resumed
