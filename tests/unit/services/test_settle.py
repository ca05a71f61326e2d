"""What goes wrong inside a run ends up in the task's row, as one sentence, for this run only."""

from datetime import timedelta

import pytest

from bot.domain.events import TaskEnded, TaskPaused
from bot.domain.task import TaskState
from bot.errors import (
    BudgetSpent,
    ModelAnswerInvalid,
    ModelUnavailable,
    NotFound,
)
from bot.services import planning, tasks
from bot.services.ledger import TaskStopped
from bot.workflows.errors import settle
from storage.models import Task
from tests.support.desk import MORNING, Desk

AWAY = ModelUnavailable("Claude is overloaded.")
SPENT = BudgetSpent("task", left=0.1, limit=2, needed=0.4)


async def _working(office: Desk) -> Task:
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    office.news.events.clear()
    return await office.task(task.id)


async def _settle(office: Desk, task: Task, error: Exception) -> Task:
    await settle(office.ctx, task.id, error, run=task.workflow_id)
    return await office.task(task.id)


async def test_no_money_pauses_until_a_person_helps(office: Desk) -> None:
    task = await _settle(office, await _working(office), SPENT)
    assert (task.state, task.resume_at) == (TaskState.PAUSED, None)
    assert task.state_reason == (
        "This task has $0.10 of $2.00 left; the next step needs about $0.40."
        " Raise the budget or go on with the offline playbook."
    )
    assert office.news.events == [TaskPaused(task.id)]


async def test_an_absent_model_pauses_for_some_minutes(office: Desk) -> None:
    task = await _settle(office, await _working(office), AWAY)
    patience = office.ctx.settings.model
    assert (task.state, task.state_reason) == (TaskState.PAUSED, "Claude is overloaded.")
    assert task.resume_at == MORNING + timedelta(minutes=patience.retry_minutes)
    assert task.give_up_at == MORNING + timedelta(minutes=patience.give_up_minutes)


async def test_patience_ends(office: Desk) -> None:
    task = await _settle(office, await _working(office), AWAY)
    given_up = task.give_up_at
    office.clock.advance(timedelta(minutes=30))
    await tasks.resume(office.ctx, task.id, by="lead")
    task = await _settle(office, await office.task(task.id), AWAY)
    assert (task.state, task.give_up_at) == (TaskState.PAUSED, given_up)
    office.clock.advance(timedelta(minutes=30))
    await tasks.resume(office.ctx, task.id, by="lead")
    task = await _settle(office, await office.task(task.id), AWAY)
    assert task.state is TaskState.FAILED
    assert task.state_reason == "Claude is overloaded. I tried for 60 minutes."
    assert (task.resume_at, task.give_up_at) == (None, None)


async def test_a_later_outage_has_its_own_patience(office: Desk) -> None:
    task = await _settle(office, await _working(office), AWAY)
    await tasks.resume(office.ctx, task.id, by="lead")
    task = await _settle(office, await office.task(task.id), SPENT)  # so the model was back
    office.clock.advance(timedelta(days=1))
    await tasks.resume(office.ctx, task.id, by="U1")
    task = await _settle(office, await office.task(task.id), AWAY)
    assert task.state is TaskState.PAUSED


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelAnswerInvalid("plan", ("no title",)), "The model's plan was not usable: no title"),
        (ModelUnavailable("The key is wrong.", retryable=False), "The key is wrong."),
        (NotFound("task", "T-9", hint="Look."), "I know no task 'T-9'. Look."),
    ],
)
async def test_what_no_retry_helps_fails_the_task(
    office: Desk, error: Exception, said: str
) -> None:
    task = await _settle(office, await _working(office), error)
    assert (task.state, task.state_reason) == (TaskState.FAILED, said)
    assert office.news.events == [TaskEnded(task.id)]


async def test_a_bug_shows_its_id_and_nothing_of_its_inside(office: Desk) -> None:
    task = await _settle(office, await _working(office), KeyError("secret"))
    assert task.state is TaskState.FAILED
    assert task.error_id is not None
    assert task.state_reason == f"Something broke on my side ({task.error_id})."


async def test_a_stop_was_told_already(office: Desk) -> None:
    task = await _working(office)
    await tasks.stop(office.ctx, task.id, by="U1")
    office.news.events.clear()
    task = await _settle(office, task, TaskStopped(task.id))
    assert (task.state, office.news.events) == (TaskState.STOPPED, [])


@pytest.mark.parametrize("error", [AWAY, SPENT, KeyError("x")])
async def test_what_has_ended_stays_so(office: Desk, error: Exception) -> None:
    task = await _working(office)
    await tasks.stop(office.ctx, task.id, by="U1")
    task = await _settle(office, task, error)
    assert (task.state, task.state_reason) == (TaskState.STOPPED, "Stopped by <@U1>.")


async def test_an_older_runs_trouble_does_not_touch_the_present_one(office: Desk) -> None:
    older = await _working(office)
    await tasks.stop(office.ctx, older.id, by="U1")
    await tasks.resume(office.ctx, older.id, by="U1")
    task = await _settle(office, older, AWAY)
    assert task.state is TaskState.WORKING
