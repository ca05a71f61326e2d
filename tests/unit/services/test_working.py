"""A specialist's step: one call, one stored output, trouble kept to its own assignment."""

import asyncio

import pytest

from bot.domain.events import AssignmentEnded, AssignmentStarted
from bot.domain.output import SpecialistOutput
from bot.domain.task import AssignmentState, TaskState
from bot.errors import ModelAnswerInvalid, ModelUnavailable
from bot.model.port import PlanRequest, WorkRequest
from bot.services import planning, tasks, working
from bot.services.model_step import Superseded
from storage.repositories.plans import Piece
from tests.support.desk import MORNING, Desk, item, output, plan, wish
from tests.support.replacing import replace_method


async def _planned(office: Desk) -> str:
    task = await office.take_in()
    assert await planning.plan_task(office.ctx, task.id) == "work"
    office.news.events.clear()
    return task.id


async def _item(office: Desk, task_id: str, key: str, *, round_number: int = 1) -> Piece:
    async with office.ctx.database.read() as uow:
        row = await uow.plans.of_round(task_id, round_number)
        assert row is not None
        return (await uow.plans.some_assignments(row.id, [key]))[key]


async def test_an_assignment_is_done_and_stored(office: Desk) -> None:
    task_id = await _planned(office)
    assert await working.work_assignment(office.ctx, task_id, "a1") == "done"
    done = await _item(office, task_id, "a1")
    assert (done.state, done.started_at, done.ended_at) == (
        AssignmentState.DONE,
        MORNING,
        MORNING,
    )
    assert SpecialistOutput.model_validate(done.output).headline == "a1()"
    assert office.news.events == [
        AssignmentStarted(task_id, key="a1"),
        AssignmentEnded(task_id, key="a1"),
    ]


async def test_doing_it_again_changes_nothing(office: Desk) -> None:
    task_id = await _planned(office)
    for _ in range(2):
        assert await working.work_assignment(office.ctx, task_id, "a1") == "done"
    assert len(office.model.asked(WorkRequest)) == 1
    assert len(office.news.events) == 2


async def test_what_begins_at_once_begins_in_one_transaction(office: Desk) -> None:
    task_id = await _planned(office)
    await working.work_assignment(office.ctx, task_id, "a1")
    database, began = office.ctx.database, 0
    begin = database.begin

    def counted() -> object:
        nonlocal began
        began += 1
        return begin()

    replace_method(database, "begin", counted)
    works = (working.work_assignment(office.ctx, task_id, key) for key in ("a2", "a3"))
    assert await asyncio.gather(*works) == ["done", "done"]
    assert began == 3  # one for both beginnings, one for each end
    assert (await _item(office, task_id, "a3")).state is AssignmentState.DONE


async def test_outputs_reach_those_who_need_them_and_nobody_else(office: Desk) -> None:
    task_id = await _planned(office)
    for key in ("a1", "a2", "a3", "a4"):
        await working.work_assignment(office.ctx, task_id, key)
    inputs = {
        request.assignment.id: set(request.inputs)
        for request in office.model.asked(WorkRequest)
        if isinstance(request, WorkRequest)
    }
    assert inputs == {"a1": set(), "a2": {"a1"}, "a3": {"a1"}, "a4": {"a2", "a3"}}


async def test_an_unusable_output_fails_this_assignment_only(office: Desk) -> None:
    task_id = await _planned(office)
    office.model.enqueue(WorkRequest, ModelAnswerInvalid("output", ("no headline",)))
    assert await working.work_assignment(office.ctx, task_id, "a1") == "failed"
    failed = await _item(office, task_id, "a1")
    assert (failed.state, failed.output) == (AssignmentState.FAILED, None)
    assert failed.problem == "The model's output was not usable: no headline"
    assert (await office.task(task_id)).state is TaskState.WORKING
    assert await working.work_assignment(office.ctx, task_id, "a1") == "failed"
    assert await working.work_assignment(office.ctx, task_id, "a2") == "done"
    request = office.model.history[-1]
    assert isinstance(request, WorkRequest)
    assert request.inputs == {}
    assert office.news.count(AssignmentEnded) == 2


async def test_an_absent_model_is_the_whole_tasks_matter(office: Desk) -> None:
    task_id = await _planned(office)
    office.model.enqueue(WorkRequest, ModelUnavailable("away"))
    with pytest.raises(ModelUnavailable):
        await working.work_assignment(office.ctx, task_id, "a1")
    assert (await _item(office, task_id, "a1")).state is AssignmentState.RUNNING
    assert await working.work_assignment(office.ctx, task_id, "a1") == "done"
    assert office.news.count(AssignmentStarted) == 1


@pytest.mark.parametrize("state", [TaskState.PAUSED, TaskState.STOPPED, TaskState.FAILED])
async def test_nothing_is_begun_for_an_interrupted_task(office: Desk, state: TaskState) -> None:
    task_id = await _planned(office)
    async with office.ctx.database.begin() as uow:
        (await uow.tasks.get(task_id)).state = state
    assert await working.work_assignment(office.ctx, task_id, "a1") == "skipped"
    assert not office.model.asked(WorkRequest)


async def test_what_was_said_meanwhile_is_read(office: Desk) -> None:
    task_id = await _planned(office)
    await office.take_in("with refunds", ts="1700000002.0", root_ts=wish().root_ts)
    await working.work_assignment(office.ctx, task_id, "a1")
    request = office.model.history[-1]
    assert isinstance(request, WorkRequest)
    assert [said.text for said in request.said] == ["with refunds"]
    assert (await office.task(task_id)).read_ts == "1700000002.0"


async def test_a_result_of_the_round_before_stays_in_its_round(office: Desk) -> None:
    """Stopped, followed up and planned anew, all while a specialist's call was still out."""
    task_id = await _planned(office)
    asked, go_on = asyncio.Event(), asyncio.Event()
    real = office.model.call

    async def slow(request: WorkRequest) -> object:
        asked.set()
        await go_on.wait()
        return await real(request)

    replace_method(office.model, "call", slow)
    late = asyncio.create_task(working.work_assignment(office.ctx, task_id, "a1"))
    await asked.wait()
    replace_method(office.model, "call", real)
    await tasks.stop(office.ctx, task_id, by="U1")
    await office.take_in("only the schema", ts="1700000002.0", root_ts=wish().root_ts)
    office.model.enqueue(PlanRequest, plan(item("a1"), kind="specialist"))
    await planning.plan_task(office.ctx, task_id)
    go_on.set()
    await late
    new = await _item(office, task_id, "a1", round_number=2)
    assert (new.state, new.output) == (AssignmentState.WAITING, None)
    old = await _item(office, task_id, "a1", round_number=1)
    assert SpecialistOutput.model_validate(old.output) == output(
        WorkRequest(text="", plan=plan(), assignment=item("a1"))
    )


async def test_lost_commits_are_made_up_for(office: Desk) -> None:
    """A fail-over took back that a1 was done while its task was being put together."""
    task_id = await _planned(office)
    async with office.ctx.database.begin() as uow:
        (await uow.tasks.get(task_id)).state = TaskState.SYNTHESISING
    assert await working.work_assignment(office.ctx, task_id, "a1") == "done"
    assert (await office.task(task_id)).state is TaskState.WORKING


async def test_lost_rows_end_the_run_and_not_the_task(office: Desk) -> None:
    task_id = await _planned(office)
    async with office.ctx.database.begin() as uow:
        gone = (await uow.plans.of_task(task_id))[0]
        for one in await uow.plans.assignments(gone.id):
            await uow.session.delete(one)
    with pytest.raises(Superseded):
        await working.work_assignment(office.ctx, task_id, "a1")
    assert (await office.task(task_id)).state is TaskState.WORKING
