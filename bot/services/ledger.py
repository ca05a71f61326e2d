"""The ledger of model calls: reserved before, settled after, never paid twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from bot.domain.usage import Usage
from bot.errors import BudgetSpent, ExternalError, ModelFailed, TeamleadError, Used
from bot.model.port import Model, Reply, Request
from bot.services import budgets, cost_warnings
from bot.services.context import Context
from bot.services.workspace_settings import over
from bot.settings import BudgetSettings
from storage.models import ModelCall, Task
from storage.uow import UnitOfWork

R = TypeVar("R", bound=BaseModel)

DIED = "the process died during the call"
"""What the row of a call says that never came home."""


class TaskStopped(TeamleadError):
    """A person stopped task `task_id`; no further call is made."""

    def __init__(self, task_id: str) -> None:
        super().__init__("The task was stopped.")
        self.task_id = task_id


class CallIsOut(TeamleadError):
    """Another process has made this very call and waits for its answer."""

    def __init__(self, call_id: str) -> None:
        super().__init__("The same call is out already.")
        self.call_id = call_id


async def refuse(ctx: Context, task_id: str, step: str, *, problem: str) -> None:
    """Take a finished reply back that proved useless, so that the step is asked for again."""
    async with ctx.database.begin() as uow:
        row = await uow.ledger.finished(task_id, step)
        if row is not None:
            row.state = "failed"
            row.problem = problem


@dataclass(frozen=True)
class Look:
    """What is known before a call: what it may cost, and the step's rows so far."""

    estimate: int
    spent: Mapping[str, int]
    budget: BudgetSettings
    earlier: Sequence[ModelCall]

    @property
    def finished(self) -> ModelCall | None:
        """The row whose call did this step, if one has."""
        return next((row for row in self.earlier if row.state == "done"), None)


async def look(
    ctx: Context,
    uow: UnitOfWork,
    task: Task,
    step: str,
    *,
    model: Model,
    request: Request[R],
    now: datetime,
) -> Look:
    """Look at money, limits and earlier attempts; locks the workspace where the call costs."""
    estimate = model.estimate(request).cost_micros or 0
    if estimate:
        await uow.channels.lock_workspace(task.workspace_id)
    seen = await uow.ledger.look(
        task.workspace_id, task.channel_id, task.id, step, since=budgets.day_start(now)
    )
    return Look(
        estimate=estimate,
        spent=seen.spent,
        budget=over(ctx, seen.chosen).budget if estimate else ctx.settings.budget,
        earlier=await uow.ledger.of_step(task.id, step) if seen.attempts else (),
    )


async def reserve(
    ctx: Context,
    uow: UnitOfWork,
    task: Task,
    step: str,
    *,
    seen: Look,
    label: str,
    now: datetime,
) -> str:
    """Add a row for a call that is about to be made, with its money; returns its id.

    One of the step's earlier rows that never came back was lost with its process.
    Raises BudgetSpent, and CallIsOut when that process lives.
    """
    deadline = ctx.settings.model.deadline_seconds
    for row in seen.earlier:
        if not ctx.caller.is_out(row, now=now, deadline_seconds=deadline):
            continue
        # A restarted process may have the dead one's name, and a third one the dead one's run.
        if not await uow.workers.outlived(row.worker_id or "", moment=row.started_at):
            raise CallIsOut(row.id)
    for row in seen.earlier:
        if row.state == "reserved":
            row.state = "lost"
            row.ended_at = now
            row.problem = DIED
    try:
        budgets.check(task, seen.budget, seen.spent, needed_micros=seen.estimate)
    except BudgetSpent as spent:
        apart = await uow.channels.is_shared(task.workspace_id, task.channel_id)
        if not apart:
            raise
        figures = {"left": spent.left, "limit": spent.limit, "needed": spent.needed}
        raise BudgetSpent(spent.scope, **figures, apart=True) from None
    if seen.estimate:
        await cost_warnings.warn(ctx, uow, task, budget=seen.budget, spent=seen.spent)
    return await uow.ledger.add(
        workspace_id=task.workspace_id,
        channel_id=task.channel_id,
        task_id=task.id,
        step=step,
        attempt=len(seen.earlier) + 1,
        state="reserved",
        worker_id=ctx.caller.worker_id or None,
        model=label,
        reserved_micros=seen.estimate,
        started_at=now,
    )


def reply_of(row: ModelCall, request: Request[R]) -> Reply[R]:
    """Return the reply that a finished row holds."""
    value = request.expects.model_validate(row.result)
    usage = Usage(
        tokens_in=row.tokens_in,
        tokens_out=row.tokens_out,
        tokens_cached=row.tokens_cached,
        cost_micros=row.cost_micros,
        seconds=row.seconds,
    )
    return Reply(value=value, model=row.model, usage=usage)


async def settle(uow: UnitOfWork, call_id: str, reply: Reply[R], *, now: datetime) -> None:
    """Put a reply into its row: from now on the step is paid."""
    values = {
        "state": "done",
        "ended_at": now,
        "model": reply.model,
        "result": reply.value.model_dump(mode="json"),
        **_used(reply.usage),
    }
    await uow.ledger.note(call_id, values)


async def settle_failed(
    uow: UnitOfWork, call_id: str, error: ExternalError, *, now: datetime
) -> None:
    """An answer that cannot be used is paid like any other; one that never came costs nothing."""
    values: dict[str, object] = {"state": "failed", "ended_at": now, "problem": error.text}
    values["cost_micros"] = 0  # providers bill no call without an answer
    if isinstance(error, ModelFailed) and error.usage is not None:
        values.update(_used(error.usage))
    await uow.ledger.note(call_id, values)


async def lose(uow: UnitOfWork, call_id: str, *, problem: str, now: datetime) -> None:
    """Note that a call was cut off: what was reserved for it counts as gone, as it may be."""
    await uow.ledger.note(call_id, {"state": "lost", "ended_at": now, "problem": problem})


def _used(usage: Used) -> dict[str, object]:
    return {
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "tokens_cached": usage.tokens_cached,
        "cost_micros": usage.cost_micros,
        "seconds": usage.seconds,
    }
