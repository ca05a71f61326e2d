"""Makes model calls through the ledger: reserved before, stored after, never paid twice."""

import asyncio
from typing import TypeVar
from weakref import WeakValueDictionary

from pydantic import BaseModel

from bot.domain.usage import Usage
from bot.errors import ExternalError, ModelFailed, TeamleadError, Used
from bot.model.port import Model, Reply, Request
from bot.services import budgets
from bot.services.context import Context
from storage.models import ModelCall, Task

R = TypeVar("R", bound=BaseModel)


class TaskStopped(TeamleadError):
    """A person stopped task `task_id`; no further call is made."""

    def __init__(self, task_id: str) -> None:
        super().__init__("The task was stopped.")
        self.task_id = task_id


async def call(
    ctx: Context,
    task_id: str,
    step: str,
    *,
    model: Model,
    request: Request[R],
    even_stopped: bool = False,
) -> Reply[R]:
    """Return the reply for `step` of a task, from the ledger if it was ever given.

    A call for the same step that is still out is waited for: somebody who presses "Try now" while
    the last run's calls come in must not pay for them twice.
    `even_stopped` is for what people ask for after a stop, e.g. another draft of a decision.
    Raises TaskStopped, BudgetSpent, ModelUnavailable or ModelAnswerInvalid; the row says which.
    """
    turn = _turns.setdefault((task_id, step), asyncio.Lock())
    async with turn:
        reserved = await _reserve(
            ctx, task_id, step, model=model, request=request, even_stopped=even_stopped
        )
        if isinstance(reserved, Reply):
            return reserved
        return await _pay(ctx, reserved, model=model, request=request)


_turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()


async def refuse(ctx: Context, task_id: str, step: str, *, problem: str) -> None:
    """Take a finished reply back that proved useless, so that the step is asked for again."""
    async with ctx.database.begin() as uow:
        row = await uow.ledger.finished(task_id, step)
        if row is not None:
            row.state = "failed"
            row.problem = problem


async def _pay(ctx: Context, reserved: str, *, model: Model, request: Request[R]) -> Reply[R]:
    try:
        reply = await model.call(request)
    except ExternalError as error:
        await _settle_failed(ctx, reserved, error)
        raise
    await _settle_done(ctx, reserved, reply)
    return reply


async def _reserve(
    ctx: Context,
    task_id: str,
    step: str,
    *,
    model: Model,
    request: Request[R],
    even_stopped: bool,
) -> Reply[R] | str:
    """Return the finished reply, or the id of a fresh row with the money reserved."""
    estimate = model.estimate(request).cost_micros or 0
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        finished = await uow.ledger.finished(task_id, step)
        if finished is not None:
            return _reply(finished, request)
        task = await uow.tasks.get(task_id)
        if task.stop_requested_by is not None and not even_stopped:
            raise TaskStopped(task_id)
        await uow.channels.lock_workspace(task.workspace_id)
        await uow.ledger.mark_lost(task_id, step, now=now)
        await budgets.check(uow, task, ctx.settings.budget, needed_micros=estimate, now=now)
        call_row = _row(task, step, model.label, estimate)
        call_row.attempt = await uow.ledger.attempts(task_id, step) + 1
        call_row.started_at = now
        return (await uow.ledger.add(call_row)).id


def _row(task: Task, step: str, label: str, estimate: int) -> ModelCall:
    return ModelCall(
        workspace_id=task.workspace_id,
        channel_id=task.channel_id,
        task_id=task.id,
        step=step,
        state="reserved",
        model=label,
        reserved_micros=estimate,
    )


def _reply(row: ModelCall, request: Request[R]) -> Reply[R]:
    value = request.result_type.model_validate(row.result)
    usage = Usage(
        tokens_in=row.tokens_in,
        tokens_out=row.tokens_out,
        tokens_cached=row.tokens_cached,
        cost_micros=row.cost_micros,
        seconds=row.seconds,
    )
    return Reply(value=value, model=row.model, usage=usage)  # type: ignore[arg-type]  # by result_type


async def _settle_done(ctx: Context, call_id: str, reply: Reply[R]) -> None:
    async with ctx.database.begin() as uow:
        row = await uow.ledger.get(call_id)
        row.state = "done"
        row.ended_at = ctx.clock.now()
        row.model = reply.model
        row.result = reply.value.model_dump(mode="json")
        _note_usage(row, reply.usage)
        task = await uow.tasks.get(row.task_id)
        task.give_up_at = None  # the model is back: its next absence has a patience of its own


async def _settle_failed(ctx: Context, call_id: str, error: ExternalError) -> None:
    """An answer that cannot be used is paid like any other; one that never came costs nothing."""
    async with ctx.database.begin() as uow:
        row = await uow.ledger.get(call_id)
        row.state = "failed"
        row.ended_at = ctx.clock.now()
        row.problem = error.text
        row.cost_micros = 0  # providers bill no call without an answer
        if isinstance(error, ModelFailed) and error.usage is not None:
            _note_usage(row, error.usage)


def _note_usage(row: ModelCall, usage: Used) -> None:
    row.tokens_in = usage.tokens_in
    row.tokens_out = usage.tokens_out
    row.tokens_cached = usage.tokens_cached
    row.cost_micros = usage.cost_micros
    row.seconds = usage.seconds
