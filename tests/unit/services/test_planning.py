"""The lead's first step: answer, plan, ask for a yes, or repair a bad plan once."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.events import TaskAnswered, TaskEnded, TaskPlanned, TaskThanked
from bot.domain.plan import Plan
from bot.domain.task import AssignmentState, TaskState
from bot.domain.usage import Usage
from bot.errors import ModelAnswerInvalid
from bot.model.port import AnswerRequest, PlanRequest
from bot.services import planning, tasks
from bot.settings import BudgetSettings
from storage.uow import Database
from tests.support.desk import MORNING, Desk, desk, item, plan, scripted, wish
from tests.support.replacing import replace_method

BAD = plan(item("a1", "a2"), item("a2", "a1"))


async def test_a_plan_is_stored_with_its_assignments(office: Desk) -> None:
    task = await office.take_in()
    assert await planning.plan_task(office.ctx, task.id) == "work"
    kept = await office.task(task.id)
    assert (kept.state, kept.title, kept.started_at) == (TaskState.WORKING, "Invoices", MORNING)
    async with office.ctx.database.read() as uow:
        row = await uow.plans.of_round(task.id, 1)
        assert row is not None
        assert Plan.model_validate(row.body) == plan()
        # Four assignments and the synthesis.
        assert row.estimate_micros == round(5 * 1_000 * planning.TYPICAL_SHARE)
        items = await uow.plans.assignments(row.id)
    assert [(one.key, one.depends_on) for one in items] == [
        ("a1", []),
        ("a2", ["a1"]),
        ("a3", ["a1"]),
        ("a4", ["a2", "a3"]),
    ]
    assert {one.state for one in items} == {AssignmentState.WAITING}
    assert office.news.events[-1] == TaskPlanned(task.id)


async def test_planning_again_changes_nothing(office: Desk) -> None:
    task = await office.take_in()
    for _ in range(2):
        assert await planning.plan_task(office.ctx, task.id) == "work"
    assert len(office.model.history) == 1
    assert office.news.count(TaskPlanned) == 1


async def test_a_bad_plan_is_sent_back_once_with_what_is_wrong(office: Desk) -> None:
    office.model.enqueue(PlanRequest, BAD)
    task = await office.take_in()
    assert await planning.plan_task(office.ctx, task.id) == "work"
    first, second = office.model.asked(PlanRequest)
    assert isinstance(first, PlanRequest)
    assert isinstance(second, PlanRequest)
    assert first.problems == ()
    assert second.problems == ("assignments wait for each other: a1, a2",)


async def test_two_bad_plans_are_given_up_and_a_retry_asks_anew(office: Desk) -> None:
    office.model.enqueue(PlanRequest, BAD, BAD)
    task = await office.take_in()
    with pytest.raises(ModelAnswerInvalid, match="wait for each other"):
        await planning.plan_task(office.ctx, task.id)
    async with office.ctx.database.read() as uow:
        assert await uow.plans.of_round(task.id, 1) is None
    assert await planning.plan_task(office.ctx, task.id) == "work"
    assert len(office.model.history) == 3


async def test_the_model_may_answer_instead(office: Desk) -> None:
    office.model.enqueue(PlanRequest, Plan(kind="answer", title="Small", answer="Use UUIDs."))
    task = await office.take_in()
    assert await planning.plan_task(office.ctx, task.id) == "end"
    kept = await office.task(task.id)
    assert (kept.state, kept.answer, kept.title) == (TaskState.DONE, "Use UUIDs.", "Small")
    assert office.news.events[-2:] == [TaskAnswered(task.id), TaskEnded(task.id)]


async def test_who_insists_on_an_answer_gets_one(office: Desk) -> None:
    task = await office.take_in("design a whole billing service", mode="answer")
    assert await planning.plan_task(office.ctx, task.id) == "end"
    assert [type(request) for request in office.model.history] == [AnswerRequest]
    kept = await office.task(task.id)
    assert (kept.state, kept.answer) == (TaskState.DONE, "42")
    assert kept.title == "design a whole billing service"


async def test_a_greeting_is_answered_without_a_plan(office: Desk) -> None:
    task = await office.take_in("hello there", mode="auto")
    assert await planning.plan_task(office.ctx, task.id) == "end"
    assert [type(request) for request in office.model.history] == [AnswerRequest]


async def test_thanks_are_met_with_a_nod_and_no_call(office: Desk) -> None:
    task = await office.take_in("thank you!", mode="auto")
    assert await planning.plan_task(office.ctx, task.id) == "end"
    assert not office.model.history
    kept = await office.task(task.id)
    assert kept.state is TaskState.DONE
    assert office.news.events[-2:] == [TaskThanked(task.id, ts=wish().ts), TaskEnded(task.id)]


async def test_thanks_after_an_answer_keep_the_answer(office: Desk) -> None:
    task = await office.take_in("how do I page?", mode="answer")
    await planning.plan_task(office.ctx, task.id)
    async with office.ctx.database.begin() as uow:
        (await uow.tasks.get(task.id)).mode = "auto"
    await office.take_in("thank you!", ts="1700000002.0", root_ts=wish().root_ts)
    assert await planning.plan_task(office.ctx, task.id) == "end"
    assert office.news.events[-2] == TaskThanked(task.id, ts="1700000002.0")
    assert (await office.task(task.id)).answer == "42"


@pytest.mark.parametrize(("above_estimate", "waits"), [(1, False), (0, False), (-1, True)])
async def test_an_expensive_plan_waits_for_a_yes(
    database: Database, tmp_path: Path, above_estimate: int, waits: bool
) -> None:
    threshold = (round(5 * 1_000 * planning.TYPICAL_SHARE) + above_estimate) / 1_000_000
    office = desk(database, tmp_path, budget=BudgetSettings(approve_above=threshold))
    task = await office.take_in()
    assert await planning.plan_task(office.ctx, task.id) == ("wait" if waits else "work")
    state = (await office.task(task.id)).state
    assert state is (TaskState.AWAITING_APPROVAL if waits else TaskState.WORKING)
    if waits:
        assert await planning.plan_task(office.ctx, task.id) == "wait"
        await tasks.approve_plan(office.ctx, task.id, by="U1")
    assert await planning.plan_task(office.ctx, task.id) == "work"
    assert len(office.model.history) == 1


async def test_a_plan_of_unknown_price_does_not_wait(database: Database, tmp_path: Path) -> None:
    model = scripted(usage=Usage(cost_micros=None))
    office = desk(database, tmp_path, model=model, budget=BudgetSettings(approve_above=0))
    task = await office.take_in()
    assert await planning.plan_task(office.ctx, task.id) == "work"


async def test_what_ended_meanwhile_is_not_planned(office: Desk) -> None:
    task = await office.take_in()
    await tasks.stop(office.ctx, task.id, by="U1")
    assert await planning.plan_task(office.ctx, task.id) == "end"
    assert not office.model.history


async def test_a_stop_during_the_call_wins(office: Desk) -> None:
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)  # the reply is in the ledger now
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id)
        row.round, row.state = 2, TaskState.PLANNING
    real = office.model.call

    async def stop_then_call(request: PlanRequest) -> object:
        await tasks.stop(office.ctx, task.id, by="U1")
        return await real(request)

    replace_method(office.model, "call", stop_then_call)
    assert await planning.plan_task(office.ctx, task.id) == "end"
    assert (await office.task(task.id)).state is TaskState.STOPPED
    async with office.ctx.database.read() as uow:
        assert await uow.plans.of_round(task.id, 2) is None


async def test_a_follow_up_is_planned_on_what_was_said_and_done(office: Desk) -> None:
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    await tasks.stop(office.ctx, task.id, by="U1")
    await office.take_in("with refunds", ts="1700000002.0", root_ts=wish().root_ts, user_id="U2")
    assert await planning.plan_task(office.ctx, task.id) == "work"
    request = office.model.history[-1]
    assert isinstance(request, PlanRequest)
    assert request.text == "with refunds"
    assert [(said.who, said.text) for said in request.said] == [("U2", "with refunds")]
    assert request.earlier == plan()
    assert (await office.task(task.id)).read_ts == "1700000002.0"


async def test_a_wish_said_again_in_the_same_words_is_read(office: Desk) -> None:
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    await tasks.stop(office.ctx, task.id, by="U1")
    await office.take_in(ts="1700000002.0", root_ts=wish().root_ts)
    await planning.plan_task(office.ctx, task.id)
    request = office.model.history[-1]
    assert isinstance(request, PlanRequest)
    assert [said.text for said in request.said] == ["an API for invoices"]
    assert (await office.task(task.id)).read_ts == "1700000002.0"


async def test_the_workload_of_others_is_told(office: Desk) -> None:
    await planning.plan_task(office.ctx, (await office.take_in()).id)
    await planning.plan_task(office.ctx, (await office.take_in(ts="1700000002.0")).id)
    request = office.model.history[-1]
    assert isinstance(request, PlanRequest)
    assert request.workload == {"database-architect": 3, "api-architect": 1}


async def test_a_plan_of_the_round_before_is_not_taken_for_the_next_ones(office: Desk) -> None:
    """Stopped and followed up while the plan was still being made."""
    task = await office.take_in()
    real = office.model.call

    async def overtaken(request: PlanRequest) -> object:
        await tasks.stop(office.ctx, task.id, by="U1")
        await office.take_in("only refunds", ts="1700000002.0", root_ts=wish().root_ts)
        return await real(request)

    replace_method(office.model, "call", overtaken)
    assert await planning.plan_task(office.ctx, task.id) == "end"
    kept = await office.task(task.id)
    assert (kept.round, kept.state) == (2, TaskState.PLANNING)
    async with office.ctx.database.read() as uow:
        assert not await uow.plans.of_task(task.id)


async def test_two_runs_that_plan_at_once_store_one_plan(office: Desk) -> None:
    task = await office.take_in()
    runs = (planning.plan_task(office.ctx, task.id) for _ in range(3))
    assert await asyncio.gather(*runs) == ["work"] * 3
    assert len(office.model.history) == 1
    assert office.news.count(TaskPlanned) == 1


async def test_a_message_during_an_answer_opens_a_round(office: Desk) -> None:
    task = await office.take_in("how do I page?", mode="answer")
    real = office.model.call

    async def interrupted(request: AnswerRequest) -> object:
        await office.take_in("in Rust", ts="1700000002.0", root_ts=wish().root_ts)
        return await real(request)

    replace_method(office.model, "call", interrupted)
    assert await planning.plan_task(office.ctx, task.id) == "end"
    replace_method(office.model, "call", real)
    kept = await office.task(task.id)
    assert (kept.round, kept.run, kept.state) == (2, 2, TaskState.PLANNING)
    await planning.plan_task(office.ctx, task.id)
    assert office.model.history[-1].text == "in Rust"
    assert (await office.task(task.id)).state is TaskState.DONE
