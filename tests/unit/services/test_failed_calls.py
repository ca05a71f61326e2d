"""Calls that fail: what they used is counted, what they did not use is not."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

import pytest
from pydantic import BaseModel

from bot.clock import SystemClock
from bot.domain.events import TaskEvent
from bot.domain.output import Answer
from bot.domain.usage import Usage
from bot.errors import ModelAnswerInvalid, ModelFailed, ModelUnavailable
from bot.model.port import AnswerRequest, Reply, Request
from bot.services import ledger, wishes
from bot.services.context import Context, Models
from bot.services.task_report import task_report
from bot.services.wishes import Wish
from bot.settings import Settings
from storage.models import Task
from storage.uow import Database, UnitOfWork
from tests.storage.rows import committed_by
from tests.support.asking import ask
from tests.support.small_team import small_team

R = TypeVar("R", bound=BaseModel)
STEP = "r1:answer"
USED = Usage(tokens_in=900, tokens_out=80, tokens_cached=600, cost_micros=1234, seconds=2.5)


class Silence:
    """An announcer without an audience."""

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Say nothing."""


class Scripted:
    """A model that does what it is told; `calls` counts."""

    label = "scripted"

    def __init__(self, *script: Callable[[], Answer] | BaseException) -> None:
        self.calls = 0
        self.gate = asyncio.Event()
        self.entered = asyncio.Event()
        self._script = list(script)
        self.gate.set()

    def estimate(self, request: Request[BaseModel]) -> Usage:
        return Usage(cost_micros=50_000)

    async def call(self, request: Request[R]) -> Reply[R]:
        self.calls += 1
        self.entered.set()
        await self.gate.wait()
        step = self._script.pop(0)
        if isinstance(step, BaseException):
            raise step
        return Reply(value=cast(R, step()), model="scripted", usage=USED)

    async def close(self) -> None:
        """Nothing to give back."""


def _fine() -> Answer:
    return Answer(text="Yes.")


@pytest.fixture
def ctx(database: Database) -> Context:
    return Context(
        database=database,
        clock=SystemClock(),
        settings=Settings(),
        team=small_team(),
        models=cast(Models, None),
        announcer=Silence(),
    )


@pytest.fixture
async def task(ctx: Context) -> Task:
    wish = Wish("W1", "C1", "U1", "a question of some words", ts="1.0", root_ts="1.0", key="k")
    taken = await wishes.take_in(ctx, wish)
    assert taken is not None
    return taken


async def _ask(ctx: Context, task: Task, model: Any) -> Reply[Answer]:
    return await ask(ctx, task.id, STEP, model=model, request=AnswerRequest(text=task.text))


@pytest.mark.parametrize(
    "error",
    [
        ModelAnswerInvalid("answer", ("it: is no answer",), usage=USED),
        ModelUnavailable("It went away in the second round.", usage=USED),
    ],
    ids=["invalid", "unavailable"],
)
async def test_what_came_back_is_paid(ctx: Context, task: Task, error: ModelFailed) -> None:
    """Tokens and cost stand in the row, in the task's budget and in its report."""
    with pytest.raises(ModelFailed):
        await _ask(ctx, task, Scripted(error))

    async with ctx.database.read() as uow:
        row = (await uow.ledger.of_task(task.id))[0]
        report = await task_report(uow, task.id)
        committed = await committed_by(uow, task.id)
    assert (row.state, row.problem) == ("failed", error.text)
    assert (row.tokens_in, row.tokens_out, row.tokens_cached) == (900, 80, 600)
    assert committed == 1234
    assert report.usage == USED
    assert report.done_calls == ()


async def test_what_never_came_costs_nothing(ctx: Context, task: Task) -> None:
    """Not even the reservation stays."""
    with pytest.raises(ModelUnavailable):
        await _ask(ctx, task, Scripted(ModelUnavailable("It is down.")))

    async with ctx.database.read() as uow:
        assert await committed_by(uow, task.id) == 0


async def test_an_unknown_price_keeps_the_reservation(ctx: Context, task: Task) -> None:
    """Nobody can show that it was less."""
    usage = USED.model_copy(update={"cost_micros": None})
    with pytest.raises(ModelAnswerInvalid):
        await _ask(ctx, task, Scripted(ModelAnswerInvalid("answer", ("no",), usage=usage)))

    async with ctx.database.read() as uow:
        assert await committed_by(uow, task.id) == 50_000


async def test_a_call_that_a_defect_cut_off_counts_as_such_at_once(
    ctx: Context, task: Task
) -> None:
    """Its task has failed: nobody may ever try again, and only that would tell it from one out."""
    with pytest.raises(ZeroDivisionError):
        await _ask(ctx, task, Scripted(ZeroDivisionError("in the adapter")))

    async with ctx.database.read() as uow:
        row = (await uow.ledger.of_task(task.id))[0]
        report = await task_report(uow, task.id)
        assert await committed_by(uow, task.id) == 50_000
    assert (row.state, row.problem) == ("lost", "something broke on my side during the call")
    assert report.lost_calls == 1


async def test_a_reply_taken_back_is_asked_for_again(ctx: Context, task: Task) -> None:
    """It stays paid."""
    model = Scripted(_fine, _fine)
    await _ask(ctx, task, model)
    await _ask(ctx, task, model)
    assert model.calls == 1

    await ledger.refuse(ctx, task.id, STEP, problem="It is useless.")
    await _ask(ctx, task, model)
    assert model.calls == 2
    async with ctx.database.read() as uow:
        assert await committed_by(uow, task.id) == 2 * 1234


async def test_two_who_ask_at_once_pay_once(ctx: Context, task: Task) -> None:
    """The second waits for the first one's reply; nothing counts as lost."""
    model = Scripted(_fine)
    model.gate.clear()
    first = asyncio.create_task(_ask(ctx, task, model))
    await model.entered.wait()
    second = asyncio.create_task(_ask(ctx, task, model))
    model.gate.set()

    replies = await asyncio.gather(first, second)
    assert [reply.value for reply in replies] == [_fine(), _fine()]
    assert model.calls == 1
    async with ctx.database.read() as uow:
        assert [row.state for row in await uow.ledger.of_task(task.id)] == ["done"]
