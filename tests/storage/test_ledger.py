"""The ledger: what is finished, what was lost, and money that counts as gone."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.models import new_id
from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE, add_call, add_task, committed_by


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
        assert await committed_by(uow, task.id) == counts


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
        assert await committed_by(uow, mine.id) == 10
        channel = await uow.ledger.committed_by_channel(WORKSPACE, "C1", since=NOW)
        assert channel == 13
        assert await uow.ledger.committed_by_workspace(WORKSPACE, since=NOW) == 113
        assert await committed_by(uow, new_id()) == 0


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
        assert [row.attempt for row in await uow.ledger.of_step(task.id, "plan")] == [1, 2, 3]
        assert not await uow.ledger.of_step(task.id, "work")


async def test_an_attempt_exists_once(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "plan", "reserved")
    with pytest.raises(IntegrityError):
        async with database.begin() as uow:
            await add_call(uow, task, "plan", "reserved")


async def test_a_note_changes_one_call(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        first = await add_call(uow, task, "plan", "reserved")
        await add_call(uow, task, "work", "reserved")
        await uow.ledger.note(first.id, {"state": "done", "result": {"ü": "€"}, "ended_at": NOW})
    async with database.read() as uow:
        plan, work = await uow.ledger.of_task(task.id)
        assert (plan.state, plan.result, plan.ended_at) == ("done", {"ü": "€"}, NOW)
        assert (work.state, work.result) == ("reserved", None)


async def test_money_of_every_scope_in_one_look(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "a", "done", cost_micros=5)
        await add_call(uow, task, "b", "reserved", reserved_micros=7)
        await add_call(uow, task, "c", "done", cost_micros=11, started_at=NOW - timedelta(days=2))
        since = NOW - timedelta(hours=1)
        look = uow.ledger.look
        seen = await look(task.workspace_id, "C-other", task.id, "a", since=since)
        assert seen.spent == {"task": 23, "channel": 0, "day": 12}
        seen = await look(task.workspace_id, task.channel_id, task.id, "a", since=since)
        assert seen.spent == {"task": 23, "channel": 12, "day": 12}


async def test_of_task_in_the_order_they_were_made(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "b", "done", started_at=NOW + timedelta(seconds=1))
        await add_call(uow, task, "c", "done", attempt=2)
        await add_call(uow, task, "c", "lost", attempt=1)
        calls = await uow.ledger.of_task(task.id)
        assert [(call.step, call.attempt) for call in calls] == [("c", 1), ("c", 2), ("b", 1)]


async def test_more_money_than_32_bits_hold(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "plan", "done", cost_micros=5_000_000_000)
        assert await committed_by(uow, task.id) == 5_000_000_000


async def test_one_look_tells_attempts_money_and_what_was_chosen(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "plan", "lost", reserved_micros=7)
        await add_call(uow, task, "plan", "reserved", attempt=2, reserved_micros=5)
        yesterday = {"started_at": NOW - timedelta(days=1), "cost_micros": 100}
        await add_call(uow, task, "work", "done", **yesterday)
        await uow.settings.put(
            WORKSPACE, "channel", "C-other", name="task_budget", value=1, by="U1", now=NOW
        )
        place = (task.workspace_id, task.channel_id, task.id)
        seen = await uow.ledger.look(*place, "plan", since=NOW)
        assert (seen.attempts, seen.chosen) == (2, [])
        assert seen.spent == {"task": 112, "channel": 12, "day": 12}
        for scope, where in (("workspace", ""), ("channel", task.channel_id), ("user", "U1")):
            await uow.settings.put(
                WORKSPACE, scope, where, name="task_budget", value=3, by="U1", now=NOW
            )
        seen = await uow.ledger.look(*place, "new", since=NOW + timedelta(days=1))
        assert (seen.attempts, seen.spent["day"]) == (0, 0)
        assert {row.scope for row in seen.chosen} == {"workspace", "channel"}
