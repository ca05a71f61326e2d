"""One model call as a durable step: what comes before and after it, each in one transaction.

Before the call: the task is looked at, its rows are moved, the money is reserved. After it: the
reply is stored together with what it changes. A crash in between costs the call and nothing else;
a crash at any other moment costs nothing, because a stored reply is never asked for again (ADR 8).
What one step's end lets begin may begin in the transaction of that end already.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import structlog
from pydantic import BaseModel

from bot import metrics, tracing
from bot.domain.task import AT_WORK
from bot.errors import DatabaseAway, ExternalError, ModelAnswerInvalid, ModelFailed, TeamleadError
from bot.model.port import Model, Reply, Request
from bot.services import ledger, tasks
from bot.services.caller import Turn
from bot.services.context import Context
from bot.services.groups import Close
from bot.services.patience import until_back
from storage.models import Task
from storage.uow import UnitOfWork

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")

log = structlog.get_logger(__name__)


class Superseded(TeamleadError):
    """Another run of the task goes on; this one begins nothing more."""

    def __init__(self, task_id: str) -> None:
        super().__init__("The task goes on in another run.")
        self.task_id = task_id


@dataclass(frozen=True)
class Done(Generic[T]):
    """Nothing needs to be asked: this is the step's result already."""

    result: T


class ModelStep(ABC, Generic[R, T]):
    """What a use case says about its call; one instance serves one run of the step."""

    name = ""
    even_stopped = False
    """For what people ask for after a stop, e.g. another draft of a decision."""
    ahead: "_Ahead[R, T] | None" = None
    """How it began, if it did so with the end of another step."""

    def key(self, task: Task) -> str:
        """Return the step's name in the ledger: the same name is paid once."""
        return f"r{task.round}:{self.name}"

    def model(self, ctx: Context, task: Task) -> Model:
        """Return who is asked."""
        return ctx.models.of(task)

    @abstractmethod
    async def begin(self, uow: UnitOfWork, task: Task) -> Request[R] | Done[T]:
        """Move the rows and return what to ask; the task's row is locked."""

    @abstractmethod
    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[R]) -> T:
        """Store what the reply means; the task's row is locked, it may have moved on meanwhile."""

    async def unusable(
        self, uow: UnitOfWork, task: Task, error: ModelAnswerInvalid
    ) -> Done[T] | None:
        """Store that no usable reply came; None lets the error go on to the caller."""
        return None


AnyStep: TypeAlias = ModelStep[Any, Any]


class Relay(Protocol):
    """Knows a run's steps: what may begin once one of them has ended."""

    async def following(
        self, uow: UnitOfWork, task: Task, step: AnyStep, result: object
    ) -> Sequence[AnyStep]:
        """Return what may begin with the end of `step`; each is returned once."""
        ...

    def take_back(self, step: AnyStep, steps: Sequence[AnyStep]) -> None:
        """Note that `step` has not ended after all, and that these have not begun."""
        ...


_FRESH_SECONDS = 5.0
"""Ours: what has begun longer ago, and was not called, is looked at anew: a stop or another run may
have come between, e.g. while the answer to a commit was waited for, or the process stood still."""
_LOOK_AGAIN_SECONDS = 0.5
"""How often a call that another process has out is looked for in the ledger."""


async def perform(
    ctx: Context,
    task_id: str,
    step: ModelStep[R, T],
    *,
    run: str | None = None,
    relay: Relay | None = None,
) -> T:
    """Do a step of a task and return its result, from the ledger if the reply is there.

    A call for the same step that is still out is waited for: somebody who presses "Try now" while
    the last run's calls come in must not pay for them twice. `run` names the workflow that does
    it; a task that another one works by now is left alone. What `relay` lets follow begins with it.
    Raises Superseded, TaskStopped, BudgetSpent, ModelUnavailable or ModelAnswerInvalid.
    """
    ahead = _fresh(ctx, step)
    with ahead.place if ahead is not None else await _place(ctx, task_id, step.name):
        begun = ahead.begun if ahead is not None else await _begun(ctx, task_id, step, run=run)
        if isinstance(begun, Done):
            return begun.result
        return await _called(ctx, task_id, begun, step, run=run, relay=relay)


def _fresh(ctx: Context, step: ModelStep[R, T]) -> "_Ahead[R, T] | None":
    """Take over how a step has begun with another's end, unless that is too long ago."""
    if step.ahead is not None and ctx.clock.monotonic() - step.ahead.since > _FRESH_SECONDS:
        let_go(step)
    ahead, step.ahead = step.ahead, None
    return ahead


async def _place(ctx: Context, task_id: str, step: str) -> ExitStack:
    """Wait for the step's turn and for the gate; whoever is done leaves what is returned."""
    turn = ctx.caller.turn(task_id, step)
    await turn.acquire()
    try:
        await ctx.gate.enter()
    except BaseException:
        turn.release()
        raise
    return _held(ctx, turn)


def _held(ctx: Context, turn: Turn) -> ExitStack:
    """Return what gives a turn that was taken back, and counts as a call under way until then."""
    place = ExitStack()
    place.callback(turn.release)
    place.enter_context(ctx.gate.inside())
    return place


@dataclass(frozen=True)
class _Begun(Generic[R]):
    """A call that may be made: its row is there, its money reserved."""

    call_id: str
    model: Model
    request: Request[R]


@dataclass(frozen=True)
class _Ahead(Generic[R, T]):
    """How a step began with the end of another one; its place is held for whoever performs it."""

    begun: _Begun[R] | Done[T]
    place: ExitStack
    """Its turn, and its count as a call under way: a process that ends waits for it, too."""
    since: float
    """When, on the clock's monotonic time."""


async def _called(
    ctx: Context,
    task_id: str,
    begun: _Begun[R],
    step: ModelStep[R, T],
    *,
    run: str | None,
    relay: Relay | None,
) -> T:
    """Make the call and store what comes of it."""
    try:
        reply = await _asked(begun, task_id, step.name)
    except ExternalError as error:
        done = await until_back(ctx.clock, partial(_failed, ctx, task_id, begun, step, error))
        if done is None:
            raise
        return done.result
    except Exception:  # a defect; the call may have been paid
        await until_back(ctx.clock, partial(_broke, ctx, begun))
        raise
    if relay is not None:
        handing_on = partial(_end_and_begin, ctx, task_id, begun, step, reply, run=run, relay=relay)
        with suppress(_NotBegun):
            return await until_back(ctx.clock, handing_on)
    return await until_back(ctx.clock, partial(_end, ctx, task_id, begun, step, reply))


async def _asked(begun: _Begun[R], task_id: str, step: str) -> Reply[R]:
    """Make the call, and count it with what it used, whatever becomes of its reply."""
    try:
        with tracing.span("model.call", task_id=task_id, step=step, call_id=begun.call_id):
            reply = await begun.model.call(begun.request)
    except ExternalError as error:
        usage = error.usage if isinstance(error, ModelFailed) else None
        metrics.call_ended(model=begun.model.label, outcome="failed", usage=usage)
        raise
    metrics.call_ended(model=reply.model, outcome="done", usage=reply.usage)
    return reply


async def _begun(
    ctx: Context, task_id: str, step: ModelStep[R, T], *, run: str | None
) -> _Begun[R] | Done[T]:
    """Begin as soon as the database answers and no other process has this very call out.

    Steps of a run that begin at the same moment, e.g. a phase's, do it in one transaction.
    """
    place, work = (task_id, run), partial(_begin, ctx, task_id, run)
    join = partial(ctx.beginnings.work, place, step, work)
    while True:
        try:
            return await until_back(ctx.clock, join)
        except ledger.CallIsOut:
            await ctx.clock.sleep(_LOOK_AGAIN_SECONDS)
            await ctx.gate.enter()


async def _begin(
    ctx: Context, task_id: str, run: str | None, close: Close[ModelStep[Any, Any]]
) -> list[_Begun[Any] | Done[Any]]:
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if run is not None and task.workflow_id != run:
            raise Superseded(task_id)
        if task.state in AT_WORK and task.state_reason:
            await tasks.note_going_on(ctx, uow, task)
        return [await _begin_one(ctx, uow, task, step, now=now) for step in close()]


async def _begin_one(
    ctx: Context, uow: UnitOfWork, task: Task, step: ModelStep[R, T], *, now: datetime
) -> _Begun[R] | Done[T]:
    asked = await step.begin(uow, task)
    if isinstance(asked, Done):
        return asked
    key, model = step.key(task), step.model(ctx, task)
    seen = await ledger.look(ctx, uow, task, key, model=model, request=asked, now=now)
    if seen.finished is not None:
        return Done(await step.end(uow, task, ledger.reply_of(seen.finished, asked)))
    if task.stop_requested_by is not None and not step.even_stopped:
        raise ledger.TaskStopped(task.id)
    call_id = await ledger.reserve(ctx, uow, task, key, seen=seen, label=model.label, now=now)
    return _Begun(call_id, model, asked)


async def _end(
    ctx: Context, task_id: str, begun: _Begun[R], step: ModelStep[R, T], reply: Reply[R]
) -> T:
    """Store the reply and what it changes; should the latter break, the reply alone."""
    try:
        async with ctx.database.begin() as uow:
            task = await uow.tasks.get(task_id, lock=True)
            return await _end_in(ctx, uow, task, begun, step, reply)
    except DatabaseAway:
        raise
    except Exception:  # the reply was paid for
        async with ctx.database.begin() as uow:
            await ledger.settle(uow, begun.call_id, reply, now=ctx.clock.now())
        raise


async def _end_in(
    ctx: Context,
    uow: UnitOfWork,
    task: Task,
    begun: _Begun[R],
    step: ModelStep[R, T],
    reply: Reply[R],
) -> T:
    await ledger.settle(uow, begun.call_id, reply, now=ctx.clock.now())
    if task.give_up_at is not None:  # the model is back: its next absence has its own
        task.give_up_at = None
    return await step.end(uow, task, reply)


class _NotBegun(Exception):
    """What follows could not begin, and nothing is stored: whoever performs it will hear why."""


async def _end_and_begin(
    ctx: Context,
    task_id: str,
    begun: _Begun[R],
    step: ModelStep[R, T],
    reply: Reply[R],
    *,
    run: str | None,
    relay: Relay,
) -> T:
    """Store a reply with what it changes, and begin what may follow; raises _NotBegun.

    Each of a task's waves would else wait for one more transaction, and its commit.
    """
    steps: Sequence[AnyStep] = ()
    try:
        async with ctx.database.begin() as uow:
            task = await uow.tasks.get(task_id, lock=True)
            result = await _end_in(ctx, uow, task, begun, step, reply)
            if _goes_on(ctx, task, run):
                steps = await relay.following(uow, task, step, result)
                for one in steps:
                    await _begin_ahead(ctx, uow, task, one)
    except BaseException as error:
        for one in steps:
            let_go(one)
        relay.take_back(step, steps)
        if isinstance(error, DatabaseAway) or not isinstance(error, Exception):
            raise
        log.info(
            "step.not_begun",
            task_id=task_id,
            after=step.name,
            kind=type(error).__name__,
            exc_info=None if isinstance(error, TeamleadError) else error,  # a defect
        )
        raise _NotBegun from error
    return result


def _goes_on(ctx: Context, task: Task, run: str | None) -> bool:
    """Whether the next steps may begin with no further look; else they look themselves."""
    here = task.workflow_id == run and task.stop_requested_by is None and not task.state_reason
    return here and ctx.gate.is_free


async def _begin_ahead(ctx: Context, uow: UnitOfWork, task: Task, step: AnyStep) -> None:
    turn = ctx.caller.turn(task.id, step.name)
    if not turn.is_free:  # an earlier run's call is still out, or another run comes next
        raise ledger.CallIsOut(step.name)
    await turn.acquire()
    with _held(ctx, turn) as place:
        begun = await _begin_one(ctx, uow, task, step, now=ctx.clock.now())
        step.ahead = _Ahead(begun, place.pop_all(), since=ctx.clock.monotonic())


def let_go(step: AnyStep) -> None:
    """Forget that a step has begun with another's end, so that its call can be made otherwise."""
    if step.ahead is not None:
        step.ahead.place.close()
        step.ahead = None


async def _failed(
    ctx: Context, task_id: str, begun: _Begun[R], step: ModelStep[R, T], error: ExternalError
) -> Done[T] | None:
    """Settle a call that brought nothing usable; what it cost stays on record either way."""
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        await ledger.settle_failed(uow, begun.call_id, error, now=ctx.clock.now())
        if isinstance(error, ModelAnswerInvalid):
            return await step.unusable(uow, task, error)
    return None


async def _broke(ctx: Context, begun: _Begun[R]) -> None:
    async with ctx.database.begin() as uow:
        await ledger.lose(uow, begun.call_id, problem=_BROKE, now=ctx.clock.now())


_BROKE = "something broke on my side during the call"
