"""The ledger: what is finished, what was lost, and money that counts as gone."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from storage.models import new_id
from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE, add_call, add_task


@pytest.mark.parametrize(
    ("state", "cost", "counts"),
    [
        ("reserved", None, 500),
        ("lost", None, 500),
        ("lost", 0, 500),
        ("done", 120, 120),
        ("done", 0, 0),
        ("done", None, 500),
        ("failed", 0, 0),
    ],
)
async def test_money_that_counts_as_gone(
    database: Database, state: str, cost: int | None, counts: int
) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "plan", state, reserved_micros=500, cost_micros=cost)
        assert await uow.ledger.committed_by_task(task.id) == counts


async def test_sums_by_task_channel_and_workspace(database: Database) -> None:
    async with database.begin() as uow:
        mine, near = await add_task(uow), await add_task(uow)
        far = await add_task(uow, channel="C2")
        alien = await add_task(uow, workspace="T2")
        for task, cost in ((mine, 1), (mine, 2), (near, 10), (far, 100), (alien, 1000)):
            await add_call(uow, task, new_id(), "done", cost_micros=cost)
        await add_call(
            uow, mine, "yesterday", "done", cost_micros=7, started_at=NOW - timedelta(seconds=1)
        )
        assert await uow.ledger.committed_by_task(mine.id) == 10
        channel = await uow.ledger.committed_by_channel(WORKSPACE, "C1", since=NOW)
        assert channel == 13
        assert await uow.ledger.committed_by_workspace(WORKSPACE, since=NOW) == 113
        assert await uow.ledger.committed_by_task(new_id()) == 0


async def test_finished_is_only_what_is_done(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "plan", "lost", attempt=1)
        await add_call(uow, task, "plan", "failed", attempt=2)
        assert await uow.ledger.finished(task.id, "plan") is None
        done = await add_call(uow, task, "plan", "done", attempt=3, result={"x": [1]})
        found = await uow.ledger.finished(task.id, "plan")
        assert found is not None
        assert found.id == done.id
        assert await uow.ledger.finished(task.id, "work") is None
        assert await uow.ledger.attempts(task.id, "plan") == 3
        assert await uow.ledger.attempts(task.id, "work") == 0


async def test_an_attempt_exists_once(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "plan", "reserved")
    with pytest.raises(IntegrityError):
        async with database.begin() as uow:
            await add_call(uow, task, "plan", "reserved")


async def test_mark_lost_closes_what_never_came_back(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        for step, state in (("plan", "reserved"), ("work", "reserved"), ("other", "done")):
            await add_call(uow, task, step, state, reserved_micros=5)
        await uow.ledger.mark_lost(task.id, "plan", now=NOW)
    async with database.read() as uow:
        states = {call.step: call.state for call in await uow.ledger.of_task(task.id)}
        assert states == {"plan": "lost", "work": "reserved", "other": "done"}
        (lost,) = [c for c in await uow.ledger.of_task(task.id) if c.state == "lost"]
        assert (lost.ended_at, lost.problem) == (NOW, "the process died during the call")


async def test_of_task_in_the_order_they_were_made(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "b", "done", started_at=NOW + timedelta(seconds=1))
        await add_call(uow, task, "c", "done", attempt=2)
        await add_call(uow, task, "c", "lost", attempt=1)
        calls = await uow.ledger.of_task(task.id)
        assert [(call.step, call.attempt) for call in calls] == [("c", 1), ("c", 2), ("b", 1)]


async def test_get(database: Database) -> None:
    async with database.begin() as uow:
        call = await add_call(uow, await add_task(uow), "plan", "done", result={"ü": "€"})
    async with database.read() as uow:
        assert (await uow.ledger.get(call.id)).result == {"ü": "€"}
        with pytest.raises(NoResultFound):
            await uow.ledger.get(new_id())


async def test_more_money_than_32_bits_hold(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "plan", "done", cost_micros=5_000_000_000)
        assert await uow.ledger.committed_by_task(task.id) == 5_000_000_000
