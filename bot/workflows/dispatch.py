"""Gives waiting tasks their turn in this process: within the limits, fair between channels."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.domain.turns import choose
from bot.services.context import Context
from bot.workflows import holder
from storage.models import Task

log = structlog.get_logger(__name__)

SURFACE = "slack"
"""The terminal works its own task itself."""
POLL_SECONDS = {"sqlite": 5.0, "postgresql": 0.5}
"""How late a task starts that another process took in; a process's own ones wake it at once."""


class Dispatcher:
    """One per process; `run` it as a task, `wake` it when a task was stored or a run ended."""

    def __init__(self, ctx: Context, start: Callable[[Task], Awaitable[None]]) -> None:
        """`start` begins a task's run in this process."""
        self._ctx = ctx
        self._start = start
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that something may be due; costs nothing and never waits."""
        self._woken.set()

    async def run(self) -> None:
        """Give turns until cancelled; a database that is away is asked again."""
        pause = POLL_SECONDS[self._ctx.database.dialect]
        while True:
            self._woken.clear()
            try:
                await self.pump()
            except Exception as error:  # turns are given as long as the process lives
                log.error("dispatch.failed", kind=type(error).__name__, exc_info=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def pump(self) -> int:
        """Start what may start now; returns how many tasks."""
        room = self._ctx.settings.worker.tasks - len(holder.running())
        if room <= 0:
            return 0
        async with self._ctx.database.read() as uow:
            if not await uow.turns.any_waiting(surface=SURFACE):
                return 0
        tasks = await self._take(room)
        async with holder.expecting(task.id for task in tasks):
            for task in tasks:
                log.info("task.begun", task_id=task.id, round=task.round, run=task.run)
                await self._start(task)
        return len(tasks)  # each counts as running before anybody chooses again

    async def _take(self, room: int) -> list[Task]:
        async with self._ctx.database.begin() as uow:
            await uow.turns.lock()
            at_work = await uow.turns.at_work(surface=SURFACE)
            room = min(room, self._ctx.settings.worker.all_tasks - sum(at_work.values()))
            if room <= 0:
                return []
            waiting = await uow.turns.waiting(surface=SURFACE, per_channel=room)
            chosen = choose(waiting, at_work, room=room)
            return list(await uow.turns.take(chosen, now=self._ctx.clock.now()))
