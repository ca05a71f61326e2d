"""Told to end, a process finishes the calls under way, begins none, and says what waits."""

import asyncio

from bot.domain.output import SpecialistOutput
from bot.domain.task import TaskState
from bot.model.port import Request
from bot.services.tasks import INTERRUPTED
from bot.workflows.engine import Engine
from tests.support.crash_run import step_of
from tests.support.desk import Desk
from tests.support.replacing import replace_method
from tests.workflows.conftest import running


class Slow:
    """Holds the call for one step until it is let go."""

    def __init__(self, office: Desk, step: str) -> None:
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()
        self._step = step
        self._real = office.model.call
        replace_method(office.model, "call", self._call)

    async def _call(self, request: Request[SpecialistOutput]) -> object:
        if step_of(request) == self._step:
            self.asked.set()
            await self.go_on.wait()
        return await self._real(request)


async def _interrupted(office: Desk, *, answers: bool) -> str:
    """Work a task until its first specialist is asked, then end; returns the task's id."""
    slow = Slow(office, "a1")
    task = await office.take_in()
    engine = Engine(office.ctx, kind="bot", only=True)
    await engine.launch()
    await slow.asked.wait()
    ending = asyncio.create_task(engine.close(grace_seconds=30 if answers else 0.01))
    if answers:
        await asyncio.sleep(0)
        slow.go_on.set()
    await ending
    slow.go_on.set()
    return task.id


async def _states(office: Desk, task_id: str) -> list[str]:
    async with office.ctx.database.read() as uow:
        return [row.state for row in await uow.ledger.of_task(task_id)]


async def test_a_call_under_way_is_waited_for_and_no_other_begins(office: Desk) -> None:
    task_id = await _interrupted(office, answers=True)
    task = await office.task(task_id)
    assert (task.state, task.state_reason) == (TaskState.WORKING, INTERRUPTED)
    assert await _states(office, task_id) == ["done", "done"]
    assert office.news.names[-1] == "TaskMoved"
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
    task = await office.task(task_id)
    assert (task.state, task.state_reason) == (TaskState.DONE, "")
    assert await _states(office, task_id) == ["done"] * 6  # nothing was paid again


async def test_a_call_that_takes_too_long_is_left_behind(office: Desk) -> None:
    task_id = await _interrupted(office, answers=False)
    assert await _states(office, task_id) == ["done", "reserved"]
    task = await office.task(task_id)
    assert task.state_reason == INTERRUPTED
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
    assert sorted(await _states(office, task_id)) == ["done"] * 6 + ["lost"]
