"""A task's durable run: in the order of its graph, in parallel where it may, paused and resumed."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.domain.decision import DecisionState
from bot.domain.output import SpecialistOutput
from bot.domain.task import AssignmentState, TaskState
from bot.errors import ModelAnswerInvalid, ModelUnavailable
from bot.model.port import (
    PlanRequest,
    Request,
    ReviseRequest,
    SynthesisRequest,
    WorkRequest,
)
from bot.services import decisions, tasks
from bot.settings import BudgetSettings
from storage.uow import Database
from tests.support.crash_run import step_of
from tests.support.desk import MORNING, Desk, desk, item, plan, wish
from tests.support.replacing import replace_method
from tests.workflows.conftest import running

PATIENCE = 30.0
"""Seconds until a test that hangs gives up; nothing is measured by it."""


async def _outputs(office: Desk, task_id: str) -> dict[str, str]:
    async with office.ctx.database.read() as uow:
        row = await uow.plans.of_round(task_id, 1)
        assert row is not None
        return {
            one.key: SpecialistOutput.model_validate(one.output).headline
            for one in await uow.plans.assignments(row.id)
            if one.output is not None
        }


async def test_a_diamond_runs_in_the_order_of_its_needs(office: Desk) -> None:
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
    assert (await office.task(task.id)).state is TaskState.DONE
    assert await _outputs(office, task.id) == {
        "a1": "a1()",
        "a2": "a2(a1)",
        "a3": "a3(a1)",
        "a4": "a4(a2,a3)",
    }
    asked = [step_of(request) for request in office.model.history]
    assert sorted(asked) == ["a1", "a2", "a3", "a4", "plan", "synthesis"]
    assert [asked[0], asked[1], asked[4], asked[5]] == ["plan", "a1", "a4", "synthesis"]


async def test_what_need_not_wait_runs_at_once(office: Desk) -> None:
    both = asyncio.Barrier(2)
    real = office.model.call

    async def meet(request: Request[SpecialistOutput]) -> object:
        if step_of(request) in ("a2", "a3"):
            await asyncio.wait_for(both.wait(), PATIENCE)  # each waits until the other is called
        return await real(request)

    replace_method(office.model, "call", meet)
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
    assert (await office.task(task.id)).state is TaskState.DONE


async def test_a_second_start_joins_the_first(office: Desk) -> None:
    task = await office.take_in()
    async with running(office) as engine:
        starts = (engine.run_task(task.id, task.workflow_id) for _ in range(3))
        await asyncio.gather(*starts)
        await engine.run_task(task.id, task.workflow_id)
    assert len(office.model.history) == 6


async def test_work_goes_on_without_an_assignment_that_failed(office: Desk) -> None:
    office.model.enqueue(WorkRequest, ModelAnswerInvalid("output", ("bad",)))
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
    assert (await office.task(task.id)).state is TaskState.DONE
    assert await _outputs(office, task.id) == {"a2": "a2()", "a3": "a3()", "a4": "a4(a2,a3)"}


async def test_a_pause_for_money_goes_on_without_paying_twice(
    database: Database, tmp_path: Path
) -> None:
    # Three calls of $0.001 fit: the plan, a1 and one of the two after it.
    office = desk(database, tmp_path, budget=BudgetSettings(per_task=0.0035))
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
        paused = await office.task(task.id)
        assert (paused.state, paused.resume_at) == (TaskState.PAUSED, None)
        assert len(office.model.history) == 3
        resumed = await tasks.resume(office.ctx, task.id, by="U1", extra_budget_micros=1_000_000)
        await engine.run_task(task.id, resumed.workflow_id)
    assert (await office.task(task.id)).state is TaskState.DONE
    asked = sorted(step_of(request) for request in office.model.history)
    assert asked == ["a1", "a2", "a3", "a4", "plan", "synthesis"]
    assert set(await _outputs(office, task.id)) == {"a1", "a2", "a3", "a4"}


async def test_an_absent_model_pauses_until_a_moment(office: Desk) -> None:
    office.model.enqueue(SynthesisRequest, ModelUnavailable("Claude is overloaded."))
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
        paused = await office.task(task.id)
        minutes = office.ctx.settings.model.retry_minutes
        assert paused.state is TaskState.PAUSED
        assert paused.resume_at == MORNING + timedelta(minutes=minutes)
        assert await tasks.resume_due(office.ctx) == []
        office.clock.advance(timedelta(minutes=minutes))
        (due,) = await tasks.resume_due(office.ctx)
        await engine.run_task(due.id, due.workflow_id)
    assert (await office.task(task.id)).state is TaskState.DONE
    assert len(office.model.history) == 7


async def test_a_plan_waits_for_a_yes(database: Database, tmp_path: Path) -> None:
    office = desk(database, tmp_path, budget=BudgetSettings(approve_above=0))
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
        assert (await office.task(task.id)).state is TaskState.AWAITING_APPROVAL
        approved = await tasks.approve_plan(office.ctx, task.id, by="U1")
        await engine.run_task(task.id, approved.workflow_id)
    assert (await office.task(task.id)).state is TaskState.DONE
    assert len(office.model.history) == 6


async def test_a_bug_fails_the_task_and_nothing_else(office: Desk) -> None:
    office.model.enqueue(PlanRequest, ZeroDivisionError("inside"))
    broken = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(broken.id, broken.workflow_id)
        fine = await office.take_in(ts="1700000002.0")  # later: whoever plans first meets the bug
        await engine.run_task(fine.id, fine.workflow_id)
    failed = await office.task(broken.id)
    assert (failed.state, failed.error_id is not None) == (TaskState.FAILED, True)
    assert "inside" not in failed.state_reason
    assert (await office.task(fine.id)).state is TaskState.DONE


async def test_a_message_on_the_way_opens_a_round_that_runs_by_itself(office: Desk) -> None:
    office.model.enqueue(PlanRequest, plan(item("a1"), item("a2")), plan(item("b1"), item("b2")))
    real = office.model.call
    late: list[str] = []

    async def interrupted(request: Request[SpecialistOutput]) -> object:
        if isinstance(request, SynthesisRequest) and not late:
            late.append("with refunds")
            await office.take_in(late[0], ts="1700000002.0", root_ts=wish().root_ts)
        return await real(request)

    replace_method(office.model, "call", interrupted)
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
        await engine.run_task(task.id, f"task:{task.id}:2")
    done = await office.task(task.id)
    assert (done.state, done.round, done.run) == (TaskState.DONE, 2, 2)
    asked = [step_of(request) for request in office.model.history]
    assert asked.count("plan") == asked.count("synthesis") == 2
    assert {"b1", "b2"} <= set(asked)


async def test_a_stop_ends_the_run_after_the_call_that_is_out(office: Desk) -> None:
    real = office.model.call

    async def stopped(request: Request[SpecialistOutput]) -> object:
        if step_of(request) == "a1":
            await tasks.stop(office.ctx, task.id, by="U1")
        return await real(request)

    replace_method(office.model, "call", stopped)
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
    assert (await office.task(task.id)).state is TaskState.STOPPED
    assert [step_of(request) for request in office.model.history] == ["plan", "a1"]


async def test_a_redraft_runs_and_can_be_asked_for_again_when_it_failed(office: Desk) -> None:
    task = await office.take_in()
    office.model.enqueue(ReviseRequest, ModelUnavailable("away"))
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
        async with office.ctx.database.read() as uow:
            (decision,) = await uow.decisions.of_task(task.id)
        seen = []
        for comment in ("use 18", "use 18, please"):
            office.clock.advance(timedelta(minutes=1))
            sent_back = await decisions.decide(
                office.ctx, decision.id, DecisionState.CHANGES_REQUESTED, by="U1", reason=comment
            )
            await engine.start_revision(decision.id, sent_back.revision + 1)
            seen.append(await _settled_revision(office, decision.id))
    assert seen == [1, 2]


async def _settled_revision(office: Desk, decision_id: str) -> int:
    async with asyncio.timeout(PATIENCE):
        while True:
            async with office.ctx.database.read() as uow:
                decision = await uow.decisions.get(decision_id)
            if decision.state is DecisionState.PROPOSED:
                return decision.revision
            await asyncio.sleep(0.05)


async def test_states_of_assignments_after_a_stop(office: Desk) -> None:
    task = await office.take_in()
    real = office.model.call

    async def stopped(request: Request[SpecialistOutput]) -> object:
        if step_of(request) == "a4":
            await tasks.stop(office.ctx, task.id, by="U1")
        return await real(request)

    replace_method(office.model, "call", stopped)
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
    async with office.ctx.database.read() as uow:
        row = await uow.plans.of_round(task.id, 1)
        assert row is not None
        states = {one.key: one.state for one in await uow.plans.assignments(row.id)}
    # The call that was out came back and was paid: its output is kept.
    assert states == dict.fromkeys(("a1", "a2", "a3", "a4"), AssignmentState.DONE)
    assert (await office.task(task.id)).state is TaskState.STOPPED
