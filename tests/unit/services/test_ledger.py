"""Model calls through the ledger: never paid twice, every ending on record."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.output import Answer
from bot.domain.usage import Usage
from bot.errors import BudgetSpent, ExternalError, ModelAnswerInvalid, ModelUnavailable
from bot.model.port import AnswerRequest, Reply
from bot.services import ledger, tasks
from bot.services.lost_calls import note_lost
from bot.settings import BudgetSettings
from storage.models import ModelCall
from storage.uow import Database
from tests.storage.rows import committed_by
from tests.support.asking import ask
from tests.support.desk import COST, MORNING, Desk, desk

ASK = AnswerRequest(text="?")


class Died(BaseException):
    """The process is gone: nobody settles anything."""


async def _call(office: Desk, task_id: str, step: str = "r1:answer") -> Reply[Answer]:
    return await ask(office.ctx, task_id, step, model=office.model, request=ASK)


async def _rows(office: Desk, task_id: str) -> Sequence[ModelCall]:
    async with office.ctx.database.read() as uow:
        return await uow.ledger.of_task(task_id)


async def test_a_call_is_kept_with_what_it_used(office: Desk) -> None:
    task = await office.take_in()
    reply = await _call(office, task.id)
    assert reply == Reply(value=Answer(text="42"), model="scripted", usage=COST)
    (row,) = await _rows(office, task.id)
    assert (row.state, row.attempt, row.step, row.channel_id) == ("done", 1, "r1:answer", "C1")
    assert (row.tokens_in, row.tokens_out, row.cost_micros) == (100, 20, 1_000)
    assert (row.started_at, row.ended_at, row.seconds) == (MORNING, MORNING, 0.5)


async def test_a_stored_reply_is_given_without_a_second_call(office: Desk) -> None:
    task = await office.take_in()
    first = await _call(office, task.id)
    assert await _call(office, task.id) == first
    assert len(office.model.history) == 1
    await _call(office, task.id, "another step")
    assert len(office.model.history) == 2


async def test_the_stored_reply_is_given_even_after_a_stop(office: Desk) -> None:
    task = await office.take_in()
    await _call(office, task.id)
    await tasks.stop(office.ctx, task.id, by="U1")
    assert (await _call(office, task.id)).value.text == "42"


async def test_one_step_asked_for_many_times_at_once_is_paid_once(office: Desk) -> None:
    task = await office.take_in()
    replies = await asyncio.gather(*(_call(office, task.id) for _ in range(10)))
    assert {reply.value.text for reply in replies} == {"42"}
    assert len(office.model.history) == 1


@pytest.mark.parametrize(
    ("error", "cost"),
    [
        (ModelUnavailable("The model is away."), 0),
        (ModelAnswerInvalid("answer", ("too short",)), 0),
        (ModelAnswerInvalid("answer", ("too short",), usage=Usage(cost_micros=7)), 7),
    ],
)
async def test_a_failed_call_is_settled_and_may_be_tried_again(
    office: Desk, error: ExternalError, cost: int
) -> None:
    task = await office.take_in()
    office.model.enqueue(AnswerRequest, error)
    with pytest.raises(type(error)):
        await _call(office, task.id)
    (row,) = await _rows(office, task.id)
    assert (row.state, row.problem, row.cost_micros) == ("failed", error.text, cost)
    await _call(office, task.id)
    rows = await _rows(office, task.id)
    assert [(row.attempt, row.state) for row in rows] == [(1, "failed"), (2, "done")]


async def test_a_crash_during_the_call_marks_it_lost_and_keeps_its_money(office: Desk) -> None:
    task = await office.take_in()
    office.model.enqueue(AnswerRequest, Died())
    with pytest.raises(Died):
        await _call(office, task.id)
    (row,) = await _rows(office, task.id)
    assert (row.state, row.reserved_micros) == ("reserved", 1_000)
    await _call(office, task.id)
    lost, done = await _rows(office, task.id)
    assert (lost.state, lost.cost_micros, lost.ended_at) == ("lost", None, MORNING)
    assert (done.state, done.attempt) == ("done", 2)
    async with office.ctx.database.read() as uow:
        assert await committed_by(uow, task.id) == 2_000


async def test_a_call_that_died_is_not_under_way_for_ever_when_its_task_is_stopped(
    office: Desk,
) -> None:
    """Nobody asks for its step again; one that may still come home is left alone."""
    task, other = await office.take_in(), await office.take_in(ts="1700000003.000100")
    office.model.enqueue(AnswerRequest, Died(), Died())
    with pytest.raises(Died):
        await _call(office, task.id)
    await tasks.stop(office.ctx, task.id, by="U1")
    office.clock.advance(timedelta(hours=2))
    with pytest.raises(Died):
        await _call(office, other.id)
    assert await note_lost(office.ctx) == 1
    assert await note_lost(office.ctx) == 0
    (row,) = await _rows(office, task.id)
    assert (row.state, row.problem, row.ended_at) == ("lost", ledger.DIED, office.clock.now())
    (row,) = await _rows(office, other.id)
    assert row.state == "reserved"
    async with office.ctx.database.read() as uow:
        assert await committed_by(uow, task.id) == 1_000, "the provider may bill it"


async def test_a_stopped_task_makes_no_further_call(office: Desk) -> None:
    task = await office.take_in()
    await tasks.stop(office.ctx, task.id, by="U1")
    with pytest.raises(ledger.TaskStopped) as stopped:
        await _call(office, task.id)
    assert stopped.value.task_id == task.id
    assert not office.model.history
    assert not await _rows(office, task.id)


async def test_without_money_nothing_is_called_and_nothing_kept(
    database: Database, tmp_path: Path
) -> None:
    office = desk(database, tmp_path, budget=BudgetSettings(per_task=0.0009))
    task = await office.take_in()
    with pytest.raises(BudgetSpent):
        await _call(office, task.id)
    assert not office.model.history
    assert not await _rows(office, task.id)


async def test_steps_that_begin_at_once_share_the_money_that_is_left(
    database: Database, tmp_path: Path
) -> None:
    office = desk(database, tmp_path, budget=BudgetSettings(per_task=0.0025))
    task = await office.take_in()
    calls = (_call(office, task.id, f"step {number}") for number in range(3))
    replies = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(map(type, replies)) == {Reply: 2, BudgetSpent: 1}
    assert [row.state for row in await _rows(office, task.id)] == ["done", "done"]


async def test_money_is_reserved_while_the_call_is_out(database: Database, tmp_path: Path) -> None:
    office = desk(database, tmp_path, budget=BudgetSettings(per_task=0.0015))
    task = await office.take_in()
    asked, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        label = "slow"

        def estimate(self, request: object) -> Usage:
            return COST

        async def call(self, request: AnswerRequest) -> Reply[Answer]:
            asked.set()
            await go_on.wait()
            return Reply(Answer(text="late"), "slow", Usage(cost_micros=100))

        async def close(self) -> None: ...

    slow = asyncio.create_task(
        ask(office.ctx, task.id, "slow", model=Slow(), request=ASK)  # type: ignore[arg-type]  # it only calls
    )
    await asked.wait()
    with pytest.raises(BudgetSpent):
        await _call(office, task.id)
    go_on.set()
    await slow
    assert (await _call(office, task.id)).value.text == "42"  # the rest came back
