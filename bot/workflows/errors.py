"""One door for everything that goes wrong inside a workflow: the task says so, nothing is lost."""

import secrets
from datetime import timedelta

import structlog

from bot.domain import task as rules
from bot.domain.events import TaskPaused
from bot.domain.task import ENDED, AssignmentState, TaskState
from bot.errors import BudgetSpent, ExternalError, UserFacingError
from bot.services import tasks
from bot.services.context import Context
from bot.services.ledger import TaskStopped
from bot.services.model_step import Superseded
from bot.services.tool_calls import YesNeeded
from bot.slack.text import count
from storage.models import Task
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)


def new_error_id() -> str:
    """Return a short id that people can quote and the log can be searched for."""
    return f"E-{secrets.token_hex(3)}"


async def settle(ctx: Context, task_id: str, error: Exception, *, run: str | None) -> None:
    """Put what happened into the task's row: paused, failed or stopped, with one sentence.

    `run` is the workflow's id: what an older run still had out says nothing about the present one.
    """
    if isinstance(error, (TaskStopped, Superseded)):
        return
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if task.state in ENDED or task.workflow_id != run:
            return
        if isinstance(error, YesNeeded):
            # Answered before this was written down: nobody will press anything any more.
            waits = await uow.tool_calls.waiting(task.id, round_number=task.round)
            task.resume_at, task.give_up_at = error.until if waits else ctx.clock.now(), None
            await _pause(ctx, uow, task, reason="A tool waits for a yes in this thread.")
        elif isinstance(error, BudgetSpent):
            # So the model was asked lately: its next absence has a patience of its own.
            task.resume_at = task.give_up_at = None
            await _pause(ctx, uow, task, reason=error.sentence())
        elif isinstance(error, ExternalError) and error.retryable:
            await _pause_until(ctx, uow, task, error)
        elif isinstance(error, ExternalError):
            await tasks.end(ctx, uow, task, TaskState.FAILED, reason=error.text)
        elif isinstance(error, UserFacingError):
            await tasks.end(ctx, uow, task, TaskState.FAILED, reason=error.sentence())
        else:
            await _bug(ctx, uow, task, error)


async def _pause(ctx: Context, uow: UnitOfWork, task: Task, *, reason: str) -> None:
    task.state = rules.move(task.public_id, task.state, TaskState.PAUSED)
    task.state_reason = reason
    task.updated_at = ctx.clock.now()
    plan = await uow.plans.of_round(task.id, task.round)
    for item in await uow.plans.assignments(plan.id) if plan else ():
        if item.state is AssignmentState.RUNNING:
            item.state = AssignmentState.WAITING
    await uow.session.flush()
    await ctx.announcer.announce(uow, TaskPaused(task.id))


async def _pause_until(ctx: Context, uow: UnitOfWork, task: Task, error: ExternalError) -> None:
    """The model is away: try again every few minutes, until we have tried long enough."""
    now = ctx.clock.now()
    patience = ctx.settings.model
    task.give_up_at = task.give_up_at or now + timedelta(minutes=patience.give_up_minutes)
    if now >= task.give_up_at:
        reason = f"{error.text} I tried for {count(patience.give_up_minutes, 'minute')}."
        await tasks.end(ctx, uow, task, TaskState.FAILED, reason=reason)
        return
    task.resume_at = now + timedelta(minutes=patience.retry_minutes)
    await _pause(ctx, uow, task, reason=error.text)


async def _bug(ctx: Context, uow: UnitOfWork, task: Task, error: Exception) -> None:
    task.error_id = new_error_id()
    log.error(
        "task.broke",
        task_id=task.id,
        error_id=task.error_id,
        kind=type(error).__name__,
        exc_info=error,
    )
    reason = f"Something broke on my side ({task.error_id})."
    await tasks.end(ctx, uow, task, TaskState.FAILED, reason=reason)
