"""A click or command that is delivered twice is done once."""

import pytest

from bot.domain.decision import DecisionState
from bot.domain.task import TaskState
from bot.errors import UserFacingError
from bot.services import decisions, tasks
from tests.storage.rows import add_decision
from tests.support.desk import Desk


async def test_money_is_added_once(office: Desk) -> None:
    task = await office.take_in()
    await tasks.stop(office.ctx, task.id, by="U1", receipt="command:1")
    for _ in range(2):
        task = await tasks.resume(
            office.ctx, task.id, by="U1", extra_budget_micros=500_000, receipt="click:C1:1.0:2.0"
        )
    assert (task.extra_budget_micros, task.run) == (500_000, 2)


async def test_a_second_stop_leaves_the_task_that_goes_on(office: Desk) -> None:
    task = await office.take_in()
    await tasks.stop(office.ctx, task.id, by="U1", receipt="click:1")
    await tasks.resume(office.ctx, task.id, by="U1", receipt="click:2")
    again = await tasks.stop(office.ctx, task.id, by="U1", receipt="click:1")
    assert again.state is not TaskState.STOPPED
    assert (await office.task(task.id)).state is not TaskState.STOPPED


async def test_a_refused_click_is_refused_again(office: Desk) -> None:
    """Nothing changed, so nothing is claimed."""
    task = await office.take_in()
    for _ in range(2):
        with pytest.raises(UserFacingError):
            await tasks.approve_plan(office.ctx, task.id, by="U1", receipt="click:1")


async def test_a_decision_is_made_once(office: Desk) -> None:
    task = await office.take_in()
    async with office.ctx.database.begin() as uow:
        made = await add_decision(
            uow, task, body={"title": "PostgreSQL", "context": "c", "outcome": "o"}
        )
    for _ in range(2):
        decision = await decisions.decide(
            office.ctx, made.id, DecisionState.ACCEPTED, by="U1", receipt="click:1"
        )
        assert decision.state is DecisionState.ACCEPTED
    with pytest.raises(UserFacingError):
        await decisions.decide(
            office.ctx, made.id, DecisionState.ACCEPTED, by="U1", receipt="click:2"
        )
