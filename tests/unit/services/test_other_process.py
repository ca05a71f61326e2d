"""A call that another process has out is not made again while that process may live."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.output import Answer
from bot.model.port import AnswerRequest, Reply
from bot.services.caller import Caller
from bot.services.context import Context
from storage.models import ModelCall
from storage.uow import Database
from tests.support.asking import ask
from tests.support.desk import MORNING, Desk, desk
from tests.support.replacing import replace_method

ASK = AnswerRequest(text="?")


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path)


def process(office: Desk, name: str) -> Context:
    """Return the same context as a process of that name has it."""
    caller = Caller()
    caller.is_called(name)
    return replace(office.ctx, caller=caller)


class Held:
    """Keeps the first call out until it is let go; counts all of them."""

    def __init__(self, office: Desk) -> None:
        self.out, self.let_go, self.calls = asyncio.Event(), asyncio.Event(), 0
        self._real = office.model.call
        replace_method(office.model, "call", self._call)

    async def _call(self, request: AnswerRequest) -> Reply[Answer]:
        self.calls += 1
        if self.calls == 1:
            self.out.set()
            await self.let_go.wait()
        return await self._real(request)


async def _asks(office: Desk, ctx: Context, task_id: str) -> Reply[Answer]:
    return await ask(ctx, task_id, "r1:answer", model=office.model, request=ASK)


async def test_the_answer_is_waited_for_and_shared(office: Desk) -> None:
    task, held = await office.take_in(), Held(office)
    first = asyncio.create_task(_asks(office, process(office, "bot-0"), task.id))
    await held.out.wait()
    second = asyncio.create_task(_asks(office, process(office, "bot-1"), task.id))
    for _ in range(3):  # it looks every half second, and the answer is not there
        await _slept(office)
        assert not second.done()
    held.let_go.set()
    await first
    while not second.done():
        await _slept(office)
    assert (await second).value == (await first).value
    assert held.calls == 1


async def test_a_dead_process_is_not_waited_for(office: Desk) -> None:
    task, held = await office.take_in(), Held(office)
    first = asyncio.create_task(_asks(office, process(office, "bot-0"), task.id))
    await held.out.wait()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    other = process(office, "bot-1")
    other.caller.took_over("bot-0")
    await _asks(office, other, task.id)
    async with office.ctx.database.read() as uow:
        rows = await uow.ledger.of_task(task.id)
    assert [(row.state, row.worker_id) for row in rows] == [("lost", "bot-0"), ("done", "bot-1")]


async def _reports(office: Desk, name: str, *, stops: bool = False) -> None:
    """Put the row of a process in that starts a second from now, or ends then."""
    office.clock.advance(timedelta(seconds=1))
    now = office.clock.now()
    async with office.ctx.database.begin() as uow:
        await uow.workers.start(name, kind="run", host="h", pid=1, version="1", now=now)
        if stops:
            await uow.workers.stop(name, started_at=now, now=now)


@pytest.mark.parametrize("stops", [False, True], ids=["its name lives again", "nobody has it"])
async def test_who_had_the_name_before_is_not_waited_for(office: Desk, stops: bool) -> None:
    """A process that is neither the dead one nor its heir works the dead one's run."""
    task, held = await office.take_in(), Held(office)
    first = asyncio.create_task(_asks(office, process(office, "bot-0"), task.id))
    await held.out.wait()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await _reports(office, "bot-0", stops=stops)
    await _asks(office, process(office, "bot-1"), task.id)
    assert held.calls == 2


def test_an_unknown_process_is_waited_for_until_its_deadline_has_long_passed() -> None:
    caller = Caller()
    caller.is_called("bot-1")
    row = ModelCall(state="reserved", worker_id="bot-0", started_at=MORNING)
    moment = MORNING + timedelta(seconds=149)
    assert caller.is_out(row, now=moment, deadline_seconds=120)
    assert not caller.is_out(row, now=moment + timedelta(seconds=1), deadline_seconds=120)
    row.worker_id = "bot-1"
    assert not caller.is_out(row, now=MORNING, deadline_seconds=120)
    row.worker_id, row.state = "bot-0", "lost"
    assert not caller.is_out(row, now=MORNING, deadline_seconds=120)


async def _slept(office: Desk) -> None:
    """Let half a second of the clock pass, and whatever waits for it do its work."""
    for _ in range(200):
        if office.clock._sleepers:
            break
        await asyncio.sleep(0.01)
    office.clock.advance(timedelta(seconds=0.5))
    await asyncio.sleep(0.05)
