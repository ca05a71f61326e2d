"""A person's yes or no to a call of a tool, and the task going on after it."""

from dataclasses import dataclass

from bot.domain.task import ENDED, TaskState
from bot.domain.tool_call import CallState
from bot.errors import NotFound, UserFacingError
from bot.services import tasks
from bot.services.context import Context
from bot.services.tool_call_news import show_call
from storage.models import Task


@dataclass(frozen=True)
class Answer:
    """Who said what about which call of a task; `receipt` names the click."""

    workspace_id: str
    task_id: str
    call_id: str
    allow: bool
    by: str
    receipt: str


async def answer(ctx: Context, given: Answer) -> Task | None:
    """Store an answer; returns the task when it goes on, for the caller to start.

    Raises NotFound for a call of another task or workspace, UserFacingError when it is too late.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(given.task_id, lock=True)
        if task.workspace_id != given.workspace_id:
            raise NotFound("task", given.task_id)
        row = await uow.tool_calls.get(given.workspace_id, given.call_id, lock=True)
        if row.task_id != task.id:
            raise NotFound("tool call", given.call_id)
        if not await uow.receipts.is_new(given.workspace_id, given.receipt, now=now):
            return None
        if row.state is not CallState.WAITING:
            raise UserFacingError("That call was answered already.")
        if task.state in ENDED:
            raise UserFacingError(f"{task.public_id} has already ended: {task.state.value}.")
        row.answered_by = given.by
        if given.allow:
            row.state = CallState.ALLOWED
        else:
            row.state, row.ended_at = CallState.REFUSED, now
            row.result = "A person refused this call; it was not made."
            row.result_size = len(row.result)
        await uow.session.flush()
        action = "tool.allow" if given.allow else "tool.refuse"
        await uow.audit.add(
            task.workspace_id, given.by, action=action, noun="tool call", noun_id=row.id, at=now
        )
        await show_call(ctx, uow, row, task)
        others = await uow.tool_calls.waiting(task.id, round_number=task.round)
        goes_on = task.state is TaskState.PAUSED and not others
        if goes_on:
            task.resume_at = now  # should this process end now, the tick takes it up
            await uow.session.flush()
    if not goes_on:
        return None
    try:
        return await tasks.resume(ctx, task.id, by=given.by)
    except UserFacingError:  # the tick was faster
        return None
