"""The lead's last step: one recommendation, its decisions, the end or the next round."""

import pytest

from bot.domain.events import DecisionProposed, TaskEnded, TaskSynthesised
from bot.domain.output import Synthesis
from bot.domain.plan import Plan
from bot.domain.task import TaskState
from bot.errors import ModelAnswerInvalid, ModelUnavailable
from bot.model.port import PlanRequest, SynthesisRequest, WorkRequest
from bot.services import planning, tasks, working
from bot.services.synthesis import synthesise
from tests.support.desk import Desk, item, plan, proposal, synthesis, wish
from tests.support.replacing import replace_method

ONE = plan(item("a1"), kind="specialist")


async def _worked(office: Desk, wanted: Plan | None = None) -> str:
    wanted = wanted or plan()
    office.model.enqueue(PlanRequest, wanted)
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    for one in wanted.assignments:
        await working.work_assignment(office.ctx, task.id, one.id)
    office.news.events.clear()
    return task.id


async def test_a_recommendation_ends_the_task_and_proposes_decisions(office: Desk) -> None:
    office.model.enqueue(SynthesisRequest, synthesis(proposal("A"), proposal("B")))
    task_id = await _worked(office)
    assert await synthesise(office.ctx, task_id) is False
    task = await office.task(task_id)
    assert task.state is TaskState.DONE
    assert Synthesis.model_validate(task.synthesis).headline == "Do it"
    async with office.ctx.database.read() as uow:
        made = await uow.decisions.of_task(task_id)
    assert [(one.public_id, one.title) for one in made] == [("D-1", "A"), ("D-2", "B")]
    assert [type(event) for event in office.news.events if type(event) is not TaskEnded][1:] == [
        TaskSynthesised,
        DecisionProposed,
        DecisionProposed,
    ]
    assert office.news.events[-1] == TaskEnded(task_id)


async def test_doing_it_again_changes_nothing(office: Desk) -> None:
    task_id = await _worked(office)
    for _ in range(2):
        assert await synthesise(office.ctx, task_id) is False
    assert len(office.model.asked(SynthesisRequest)) == 1
    async with office.ctx.database.read() as uow:
        assert len(await uow.decisions.of_task(task_id)) == 1


async def test_one_specialist_needs_no_synthesis(office: Desk) -> None:
    task_id = await _worked(office, ONE)
    assert await synthesise(office.ctx, task_id) is False
    task = await office.task(task_id)
    assert (task.state, task.synthesis) == (TaskState.DONE, None)
    assert not office.model.asked(SynthesisRequest)


async def test_one_output_of_several_needs_none_either(office: Desk) -> None:
    office.model.enqueue(WorkRequest, ModelAnswerInvalid("output", ("bad",)))
    task_id = await _worked(office, plan(item("a1"), item("a2")))
    assert await synthesise(office.ctx, task_id) is False
    assert (await office.task(task_id)).state is TaskState.DONE
    assert not office.model.asked(SynthesisRequest)


async def test_failures_are_told(office: Desk) -> None:
    office.model.enqueue(WorkRequest, ModelAnswerInvalid("output", ("bad",)))
    task_id = await _worked(office)
    await synthesise(office.ctx, task_id)
    request = office.model.history[-1]
    assert isinstance(request, SynthesisRequest)
    assert set(request.outputs) == {"a2", "a3", "a4"}
    assert request.failed == {"a1": "The model's output was not usable: bad"}


async def test_without_any_output_the_task_fails_and_says_why(office: Desk) -> None:
    bad = ModelAnswerInvalid("output", ("bad",))
    office.model.enqueue(WorkRequest, bad, bad)
    task_id = await _worked(office, plan(item("a1"), item("a2")))
    assert await synthesise(office.ctx, task_id) is False
    task = await office.task(task_id)
    assert (task.state, task.state_reason) == (TaskState.FAILED, bad.text)


@pytest.mark.parametrize("wanted", [plan(), ONE], ids=["pattern", "specialist"])
async def test_a_message_that_no_call_read_opens_a_round(office: Desk, wanted: Plan) -> None:
    task_id = await _worked(office, wanted)
    real = office.model.call
    late = {"ts": "1700000002.0", "root_ts": wish().root_ts}
    if wanted is ONE:
        await office.take_in("with refunds", **late)

    async def interrupted(request: SynthesisRequest) -> object:
        await office.take_in("with refunds", **late)
        return await real(request)

    replace_method(office.model, "call", interrupted)
    assert await synthesise(office.ctx, task_id) is True
    replace_method(office.model, "call", real)
    task = await office.task(task_id)
    assert (task.round, task.run, task.state) == (2, 2, TaskState.PLANNING)
    await planning.plan_task(office.ctx, task_id)
    request = office.model.history[-1]
    assert isinstance(request, PlanRequest)
    assert request.text == "with refunds"


async def test_a_message_that_the_synthesis_read_opens_none(office: Desk) -> None:
    task_id = await _worked(office)
    await office.take_in("with refunds", ts="1700000002.0", root_ts=wish().root_ts)
    assert await synthesise(office.ctx, task_id) is False
    request = office.model.history[-1]
    assert isinstance(request, SynthesisRequest)
    assert [said.text for said in request.said] == ["with refunds"]


async def test_a_wish_repeated_word_for_word_opens_one_round_and_not_many(office: Desk) -> None:
    task_id = await _worked(office, ONE)
    await office.take_in(ts="1700000002.0", root_ts=wish().root_ts)
    assert await synthesise(office.ctx, task_id) is True
    office.model.enqueue(PlanRequest, ONE)
    await planning.plan_task(office.ctx, task_id)
    await working.work_assignment(office.ctx, task_id, "a1")
    assert await synthesise(office.ctx, task_id) is False


async def test_a_stop_during_the_call_wins(office: Desk) -> None:
    task_id = await _worked(office)
    real = office.model.call

    async def stopped(request: SynthesisRequest) -> object:
        await tasks.stop(office.ctx, task_id, by="U1")
        return await real(request)

    replace_method(office.model, "call", stopped)
    assert await synthesise(office.ctx, task_id) is False
    task = await office.task(task_id)
    assert (task.state, task.synthesis) == (TaskState.STOPPED, None)


async def test_an_absent_model_leaves_everything_to_try_again(office: Desk) -> None:
    office.model.enqueue(SynthesisRequest, ModelUnavailable("away"))
    task_id = await _worked(office)
    with pytest.raises(ModelUnavailable):
        await synthesise(office.ctx, task_id)
    assert (await office.task(task_id)).state is TaskState.SYNTHESISING
    await synthesise(office.ctx, task_id)
    assert (await office.task(task_id)).state is TaskState.DONE


async def test_a_recommendation_of_the_round_before_does_not_end_the_next(office: Desk) -> None:
    """Stopped and followed up while the synthesis was still being made."""
    task_id = await _worked(office)
    real = office.model.call

    async def overtaken(request: SynthesisRequest) -> object:
        await tasks.stop(office.ctx, task_id, by="U1")
        await office.take_in("only refunds", ts="1700000002.0", root_ts=wish().root_ts)
        return await real(request)

    replace_method(office.model, "call", overtaken)
    assert await synthesise(office.ctx, task_id) is False
    kept = await office.task(task_id)
    assert (kept.round, kept.state, kept.synthesis) == (2, TaskState.PLANNING, None)
