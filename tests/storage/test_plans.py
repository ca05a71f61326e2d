"""Plans, their assignments and the team's workload."""

import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.task import AssignmentState
from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE, add_plan, add_task


async def test_plans_by_round(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        second = await add_plan(uow, task, "dba", round=2)
        first = await add_plan(uow, task, "dba", round=1)
        found = await uow.plans.of_round(task.id, 2)
        assert found is not None
        assert found.id == second.id
        assert await uow.plans.of_round(task.id, 3) is None
        assert [plan.id for plan in await uow.plans.of_task(task.id)] == [first.id, second.id]


async def test_a_round_has_one_plan(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_plan(uow, task)
    with pytest.raises(IntegrityError):
        async with database.begin() as uow:
            await add_plan(uow, task)


async def test_assignments_come_in_plan_order(database: Database) -> None:
    async with database.begin() as uow:
        plan = await add_plan(uow, await add_task(uow), "dba", "api", "ops")
    async with database.read() as uow:
        items = await uow.plans.assignments(plan.id)
        assert [item.key for item in items] == ["a1", "a2", "a3"]
        assert {item.state for item in items} == {AssignmentState.WAITING}
        assert items[0].depends_on == []
        some = await uow.plans.some_assignments(plan.id, ["a2", "a9"])
        assert {key: item.specialist for key, item in some.items()} == {"a2": "api"}


async def test_an_assignments_outcome_is_stored(database: Database) -> None:
    done, failed = AssignmentState.DONE, AssignmentState.FAILED
    async with database.begin() as uow:
        plan = await add_plan(uow, await add_task(uow), "dba", "api")
        first, second = await uow.plans.assignments(plan.id)
        end = uow.plans.end_assignment
        await end(first.id, state=done, output={"x": 1}, problem="", now=NOW)
        await end(second.id, state=failed, output=None, problem="no", now=NOW)
    async with database.read() as uow:
        first, second = await uow.plans.assignments(plan.id)
        assert (first.state, first.output, first.ended_at) == (done, {"x": 1}, NOW)
        assert (second.state, second.output, second.problem) == (failed, None, "no")


async def test_a_plans_body_is_read_as_text(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        plan = await add_plan(uow, task, "dba")
    async with database.read() as uow:
        found = await uow.plans.id_and_body(task.id, plan.round)
        assert found is not None
        assert (found[0], json.loads(found[1])) == (plan.id, plan.body)
        assert await uow.plans.id_and_body(task.id, 9) is None


async def test_workload_counts_what_is_open(database: Database) -> None:
    async with database.begin() as uow:
        plan = await add_plan(uow, await add_task(uow), "dba", "dba", "api", "ops", "ops")
        items = await uow.plans.assignments(plan.id)
        items[1].state = AssignmentState.RUNNING
        items[3].state = AssignmentState.DONE
        items[4].state = AssignmentState.CANCELLED
        await uow.session.flush()
        await add_plan(uow, await add_task(uow, workspace="T2"), "dba")
        assert await uow.plans.workload(WORKSPACE) == {"dba": 2, "api": 1}
        assert await uow.plans.workload(WORKSPACE, running=True) == {"dba": 1}
        assert await uow.plans.workload(WORKSPACE, running=False) == {"dba": 1, "api": 1}
        assert await uow.plans.workload("T3") == {}


async def test_what_was_handed_in_lately_is_counted_by_specialist(database: Database) -> None:
    """Only what is done, since then, in this workspace."""
    done, failed = AssignmentState.DONE, AssignmentState.FAILED
    async with database.begin() as uow:
        for workspace in (WORKSPACE, "T2"):
            task = await add_task(uow, workspace=workspace)
            plan = await add_plan(uow, task, "dba", "dba", "api", "ops")
            old, new, other, _ = await uow.plans.assignments(plan.id)
            end = uow.plans.end_assignment
            await end(old.id, state=done, output={}, problem="", now=NOW - timedelta(days=20))
            await end(new.id, state=done, output={}, problem="", now=NOW)
            await end(other.id, state=failed, output=None, problem="no", now=NOW)
    async with database.read() as uow:
        assert await uow.plans.done_since(WORKSPACE, NOW - timedelta(days=14)) == {"dba": 1}
