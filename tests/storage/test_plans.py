"""Plans, their assignments and the team's workload."""

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from bot.domain.task import AssignmentState
from storage.uow import Database
from tests.storage.rows import WORKSPACE, add_plan, add_task


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
        assert (await uow.plans.assignment(plan.id, "a2")).specialist == "api"
        with pytest.raises(NoResultFound):
            await uow.plans.assignment(plan.id, "a9")


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
