"""A task's life as people steer it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.events import FollowUpTaken, TaskAccepted, TaskEnded, TaskMoved
from bot.domain.task import ENDED, AssignmentState, TaskState
from bot.errors import NotFound, UserFacingError
from bot.services import planning, tasks, wishes
from bot.services.context import Models
from bot.settings import BudgetSettings
from storage.uow import Database
from tests.support.desk import MORNING, Desk, desk, wish
from tests.support.scripted import ScriptedModel


async def _set_state(office: Desk, task_id: str, state: TaskState) -> None:
    async with office.ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id)
        task.state = state
        task.ended_at = MORNING if state in ENDED else None


async def test_a_wish_becomes_a_task(office: Desk) -> None:
    task = await office.take_in("  an API for invoices \n", user_id="U7")
    kept = await office.task(task.id)
    assert (kept.public_id, kept.text, kept.requester_id) == ("T-1", "an API for invoices", "U7")
    assert (kept.state, kept.created_at) == (TaskState.ACCEPTED, MORNING)
    assert office.news.events == [TaskAccepted(task.id)]
    async with office.ctx.database.read() as uow:
        assert await uow.receipts.task_of("T1", wish().key) == task.id


async def test_the_same_message_twice_is_one_task(office: Desk) -> None:
    await office.take_in()
    assert await wishes.take_in(office.ctx, wish()) is None
    assert office.news.names == ["TaskAccepted"]


async def test_the_same_message_many_times_at_once_is_one_task(office: Desk) -> None:
    taken = await asyncio.gather(*(wishes.take_in(office.ctx, wish()) for _ in range(20)))
    assert sum(task is not None for task in taken) == 1
    async with office.ctx.database.read() as uow:
        assert len(await uow.tasks.newest("T1", limit=9)) == 1


async def test_two_messages_of_one_thread_at_once_are_one_task(office: Desk) -> None:
    asked = [wish(f"wish {n}", ts=f"1700000001.00010{n}", root_ts="1.0") for n in range(8)]
    taken = await asyncio.gather(*(wishes.take_in(office.ctx, each) for each in asked))
    assert len({task.id for task in taken if task is not None}) == 1
    assert office.news.count(FollowUpTaken) == 7


@pytest.mark.parametrize("text", ["", "  \n", ":tada:", ":tada: :heart_eyes:", "👍", "…?!"])
async def test_what_has_no_words_is_refused_and_not_stored(office: Desk, text: str) -> None:
    with pytest.raises(UserFacingError, match="no words"):
        await office.take_in(text)
    assert not office.news.events
    assert await office.take_in("words") is not None


async def test_what_is_too_long_is_refused_with_both_numbers(office: Desk) -> None:
    longest = office.ctx.settings.limit.message_chars
    with pytest.raises(UserFacingError, match=f"{longest + 1:,} characters.*{longest:,}"):
        await office.take_in("x" * (longest + 1))
    await office.take_in("x" * longest)


async def test_what_was_said_in_private_is_found_only_there(office: Desk) -> None:
    task = await office.take_in(channel_id="G1", is_private=True)
    async with office.ctx.database.read() as uow:
        assert (await uow.tasks.by_number("T1", task.number, seen_from="G1")).id == task.id
        with pytest.raises(NotFound):
            await uow.tasks.by_number("T1", task.number, seen_from="C1")


async def test_a_follow_up_while_working_joins(office: Desk) -> None:
    first = await office.take_in()
    await _set_state(office, first.id, TaskState.WORKING)
    joined = await office.take_in("with refunds", ts="1700000009.0", root_ts=wish().root_ts)
    kept = await office.task(first.id)
    assert joined.id == first.id
    assert (kept.round, kept.run, kept.state) == (1, 1, TaskState.WORKING)
    assert office.news.events[-1] == FollowUpTaken(first.id, ts="1700000009.0")


@pytest.mark.parametrize("state", sorted(ENDED))
async def test_a_follow_up_after_the_end_opens_a_round(office: Desk, state: TaskState) -> None:
    first = await office.take_in()
    await _set_state(office, first.id, state)
    await office.take_in("with refunds", ts="1700000009.0", root_ts=wish().root_ts)
    kept = await office.task(first.id)
    assert (kept.round, kept.run, kept.state) == (2, 2, TaskState.PLANNING)
    assert (kept.ended_at, kept.started_at, kept.stop_requested_by) == (None, None, None)
    assert kept.workflow_id == f"task:{first.id}:2"


async def test_a_follow_up_waits_for_a_task_that_is_about_to_end(office: Desk) -> None:
    first = await office.take_in()
    await _set_state(office, first.id, TaskState.WORKING)
    late = wish("with refunds", ts="1700000009.0", root_ts=wish().root_ts)
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(first.id, lock=True)
        row.state = TaskState.DONE
        follow = asyncio.create_task(wishes.take_in(office.ctx, late))
        # The chance to overtake: it must not decide by the state that is about to change.
        await asyncio.wait({follow}, timeout=0.3)
    await follow
    kept = await office.task(first.id)
    assert (kept.round, kept.state) == (2, TaskState.PLANNING)


async def test_stopping_cancels_what_has_not_begun(office: Desk) -> None:
    task = await office.take_in()
    assert await planning.plan_task(office.ctx, task.id) == "work"
    await tasks.stop(office.ctx, task.id, by="U2")
    kept = await office.task(task.id)
    assert (kept.state, kept.stop_requested_by) == (TaskState.STOPPED, "U2")
    assert (kept.state_reason, kept.ended_at) == ("Stopped by <@U2>.", MORNING)
    async with office.ctx.database.read() as uow:
        row = await uow.plans.of_round(task.id, 1)
        assert row is not None
        states = {item.state for item in await uow.plans.assignments(row.id)}
        (act,) = await uow.audit.of("T1", "task", task.id)
    assert states == {AssignmentState.CANCELLED}
    assert (act.action, act.actor_id) == ("task.stop", "U2")
    assert office.news.events[-1] == TaskEnded(task.id)


async def test_what_has_ended_cannot_be_stopped(office: Desk) -> None:
    task = await office.take_in()
    await tasks.stop(office.ctx, task.id, by="U2")
    with pytest.raises(UserFacingError, match="T-1 has already ended: stopped"):
        await tasks.stop(office.ctx, task.id, by="U2")


async def test_resuming_goes_on_where_it_was(office: Desk) -> None:
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    await tasks.stop(office.ctx, task.id, by="U2")
    resumed = await tasks.resume(office.ctx, task.id, by="U3", extra_budget_micros=500)
    assert (resumed.state, resumed.run, resumed.round) == (TaskState.WORKING, 2, 1)
    assert (resumed.stop_requested_by, resumed.state_reason) == (None, "")
    assert (resumed.extra_budget_micros, resumed.ended_at) == (500, None)
    async with office.ctx.database.read() as uow:
        row = await uow.plans.of_round(task.id, 1)
        assert row is not None
        states = {item.state for item in await uow.plans.assignments(row.id)}
        acts = [act.action for act in await uow.audit.of("T1", "task", task.id)]
    assert states == {AssignmentState.WAITING}
    assert acts == ["task.stop", "task.resume"]
    assert office.news.events[-1] == TaskMoved(task.id)


async def test_resuming_before_the_plan_plans(office: Desk) -> None:
    task = await office.take_in()
    await _set_state(office, task.id, TaskState.PAUSED)
    resumed = await tasks.resume(office.ctx, task.id, by="U3", offline=True)
    assert (resumed.state, resumed.model) == (TaskState.PLANNING, "offline")


@pytest.mark.parametrize("state", [TaskState.WORKING, TaskState.DONE, TaskState.ACCEPTED])
async def test_what_is_not_interrupted_cannot_be_resumed(office: Desk, state: TaskState) -> None:
    task = await office.take_in()
    await _set_state(office, task.id, state)
    with pytest.raises(UserFacingError, match="nothing to retry"):
        await tasks.resume(office.ctx, task.id, by="U3")


async def test_two_clicks_on_retry_resume_once(office: Desk) -> None:
    task = await office.take_in()
    await _set_state(office, task.id, TaskState.PAUSED)
    clicks = (tasks.resume(office.ctx, task.id, by="U3") for _ in range(2))
    results = await asyncio.gather(*clicks, return_exceptions=True)
    assert sum(isinstance(result, UserFacingError) for result in results) == 1
    assert (await office.task(task.id)).run == 2


async def test_approving_lets_the_plan_be_worked(office: Desk) -> None:
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    await _set_state(office, task.id, TaskState.AWAITING_APPROVAL)
    approved = await tasks.approve_plan(office.ctx, task.id, by="U4")
    assert (approved.state, approved.run) == (TaskState.WORKING, 2)
    async with office.ctx.database.read() as uow:
        row = await uow.plans.of_round(task.id, 1)
        assert row is not None
        assert row.approved_by == "U4"
    with pytest.raises(UserFacingError, match="does not wait for a yes"):
        await tasks.approve_plan(office.ctx, task.id, by="U4")


async def test_due_tasks_are_taken_up_and_only_they(office: Desk) -> None:
    due = await office.take_in()
    later = await office.take_in(ts="1700000002.0")
    for task, minutes in ((due, 0), (later, 1)):
        async with office.ctx.database.begin() as uow:
            row = await uow.tasks.get(task.id)
            row.state = TaskState.PAUSED
            row.resume_at = MORNING.replace(minute=minutes)
    resumed = await tasks.resume_due(office.ctx)
    assert [task.id for task in resumed] == [due.id]
    kept = await office.task(due.id)
    assert (kept.state, kept.resume_at) == (TaskState.PLANNING, None)
    assert await tasks.resume_due(office.ctx) == []


async def test_a_cancelled_plan_still_needs_its_yes(database: Database, tmp_path: Path) -> None:
    office = desk(database, tmp_path, budget=BudgetSettings(approve_above=0))
    paid = Models(ScriptedModel(), default="claude", claude=lambda: office.model)
    ctx = replace(office.ctx, models=paid)
    task = await office.take_in()
    assert await planning.plan_task(ctx, task.id) == "wait"
    await tasks.stop(ctx, task.id, by="U2")
    assert (await tasks.resume(ctx, task.id, by="U3")).state is TaskState.AWAITING_APPROVAL
    await tasks.approve_plan(ctx, task.id, by="U3")
    await tasks.stop(ctx, task.id, by="U2")
    assert (await tasks.resume(ctx, task.id, by="U3")).state is TaskState.WORKING


async def test_a_plan_that_became_free_needs_no_yes(database: Database, tmp_path: Path) -> None:
    office = desk(database, tmp_path, budget=BudgetSettings(approve_above=0))
    paid = Models(ScriptedModel(), default="claude", claude=lambda: office.model)
    ctx = replace(office.ctx, models=paid)
    task = await office.take_in()
    assert await planning.plan_task(ctx, task.id) == "wait"
    await tasks.stop(ctx, task.id, by="U2")
    assert (await tasks.resume(ctx, task.id, by="U3", offline=True)).state is TaskState.WORKING


async def test_a_run_is_renewed_once_and_only_at_work(office: Desk) -> None:
    task = await office.take_in()
    renewals = (tasks.renew_run(office.ctx, task.id, run=1) for _ in range(3))
    renewed = await asyncio.gather(*renewals)
    assert [one.run for one in renewed if one is not None] == [2]
    await tasks.stop(office.ctx, task.id, by="U1")
    assert await tasks.renew_run(office.ctx, task.id, run=2) is None


async def test_another_model_is_chosen(office: Desk) -> None:
    task = await office.take_in()
    await tasks.choose_model(office.ctx, task.id, "claude")
    assert (await office.task(task.id)).model == "claude"
