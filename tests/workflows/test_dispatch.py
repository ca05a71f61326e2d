"""How many tasks a process works at once, whatever comes in meanwhile."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.plan import Plan
from bot.domain.task import TaskState
from bot.model.port import PlanRequest, Request
from bot.settings import WorkerSettings
from storage.models import Task
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.replacing import replace_method
from tests.workflows.conftest import running

PATIENCE = 30.0
"""Seconds until a test that hangs gives up; nothing is measured by it."""


class Held:
    """Keeps plans out until they are let go; knows the most that were out at once."""

    def __init__(self, office: Desk) -> None:
        self.out, self.most, self.may_go = 0, 0, asyncio.Event()
        self._real = office.model.call
        replace_method(office.model, "call", self._call)

    async def _call(self, request: Request[Plan]) -> object:
        if isinstance(request, PlanRequest):
            self.out += 1
            self.most = max(self.most, self.out)
            await self.may_go.wait()
            self.out -= 1
        return await self._real(request)


class SlowThreads:
    """asyncio as the library sees it when its threads are late, as on a busy machine."""

    def __getattr__(self, name: str) -> object:
        return getattr(asyncio, name)

    async def to_thread(self, work: Callable[..., Any], *given: Any) -> Any:
        for _ in range(20):
            await asyncio.sleep(0)
        return await asyncio.to_thread(work, *given)


@pytest.fixture(autouse=True)
def slow_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run begin some turns of the loop after it was started."""
    monkeypatch.setattr("dbos._outcome.asyncio", SlowThreads())


@pytest.mark.parametrize("limits", [(2, 9), (9, 2)])
async def test_as_many_tasks_are_at_work_as_may_be(
    database: Database, tmp_path: Path, limits: tuple[int, int]
) -> None:
    here, everywhere = limits
    office = desk(database, tmp_path, worker=WorkerSettings(tasks=here, all_tasks=everywhere))
    held = Held(office)
    tasks = [await office.take_in(ts=f"170000000{n}.0", channel_id=f"C{n}") for n in range(6)]
    async with running(office) as engine, asyncio.timeout(PATIENCE):
        begin = engine._dispatcher._start

        async def woken(task: Task) -> None:
            await begin(task)
            engine._dispatcher.wake()  # a wish comes in at that moment

        engine._dispatcher._start = woken
        engine._dispatcher.wake()
        while held.out < 2:  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.01)
        held.may_go.set()
        while not await _all_done(office, [task.id for task in tasks]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert held.most == 2


async def _all_done(office: Desk, task_ids: list[str]) -> bool:
    return all([(await office.task(one)).state is TaskState.DONE for one in task_ids])
