"""A run's steps as a graph: which may begin with the end of another, and how many at once.

A step that begins in the transaction of that end needs none of its own; one that cannot begin
there, e.g. as money is short, begins by itself later and says why.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from bot.domain.plan import Assignment
from bot.domain.task import AssignmentState
from bot.domain.thinking import is_hard
from bot.services import attachments
from bot.services.context import Context
from bot.services.model_step import AnyStep, let_go
from bot.services.planning import PlanStep
from bot.services.reading import StoredPlan, stored_plan
from bot.services.synthesis import SynthesisStep
from bot.services.working import WorkStep
from bot.services.workspace_settings import effective
from storage.models import Task
from storage.uow import UnitOfWork

_WORKED = ("done", "failed")
_STORED = (AssignmentState.DONE, AssignmentState.FAILED)


class Graph:
    """The steps of one run of a task, from its plan to its synthesis (`model_step.Relay`)."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._ended: set[str] = set()
        """Assignments whose end is stored."""
        self._ending: set[str] = set()
        """Assignments that have ended in a transaction whose commit may still be waited for."""
        self._ahead: dict[str, AnyStep] = {}
        """What has begun and nobody performs yet, by its assignment or its name."""
        self._room = asyncio.Semaphore()
        self._waiting = 0
        """How many assignments wait for room."""
        self._given: set[str] = set()
        """Assignments that have ended and whose place has gone to one that follows."""
        self.plan: StoredPlan | None = None

    async def read(self, uow: UnitOfWork, task: Task) -> None:
        """Take in the plan of the task's present round, and how much may be at work at once."""
        stored = await uow.once("plan", partial(stored_plan, uow, task))
        if stored is not None:
            place = {"channel_id": task.channel_id}
            settings = await effective(self._ctx, uow, task.workspace_id, **place)
            self.plan, self._room = stored, asyncio.Semaphore(settings.parallel_assignments)

    @asynccontextmanager
    async def place(self, key: str) -> AsyncIterator[WorkStep | None]:
        """Wait until an assignment may be at work; yields its step if that has begun already."""
        step = self._ahead.pop(key, None)
        if step is None:
            self._waiting += 1
            try:
                await self._room.acquire()
            finally:
                self._waiting -= 1
        try:
            yield step if isinstance(step, WorkStep) else None
        finally:
            if key in self._given:
                self._given.remove(key)
            else:
                self._room.release()

    def synthesis(self) -> SynthesisStep | None:
        """Return the last step, if it has begun already."""
        step = self._ahead.pop(SynthesisStep.name, None)
        return step if isinstance(step, SynthesisStep) else None

    def worked(self, key: str) -> None:
        """Note that an assignment is done or has failed, and that this is stored."""
        self._ended.add(key)

    async def following(
        self, uow: UnitOfWork, task: Task, step: AnyStep, result: object
    ) -> Sequence[AnyStep]:
        """Return what may begin with the end of `step`, as far as there is room."""
        if isinstance(step, PlanStep) and result == "work":
            await self.read(uow, task)
            return await self._begin(item.id for item in self._items if not item.depends_on)
        if not isinstance(step, WorkStep) or result not in _WORKED:
            return ()
        self._ending.add(step.assignment)
        return await self._after(uow, task, step.assignment)

    async def _after(self, uow: UnitOfWork, task: Task, key: str) -> Sequence[AnyStep]:
        """Return what waited for this assignment's end only: others', or the synthesis."""
        gone = self._ended | self._ending
        ready = [
            item
            for item in self._items
            if key in item.depends_on
            and item.id not in self._ahead
            and gone.issuperset(item.depends_on)
        ]
        is_last = gone.issuperset(item.id for item in self._items)
        needed = gone if is_last else {need for item in ready for need in item.depends_on}
        if not await self._is_stored(uow, needed - self._ended - {key}):
            return ()
        if is_last:
            return await self._last(uow, task)
        return await self._begin((one.id for one in ready), after=key)

    @property
    def _items(self) -> Sequence[Assignment]:
        return self.plan.body.assignments if self.plan is not None else ()

    async def _is_stored(self, uow: UnitOfWork, keys: set[str]) -> bool:
        """Whether assignments have ended in this transaction's eyes: their own may have failed."""
        if self.plan is None:
            return False
        rows = await uow.plans.some_assignments(self.plan.id, keys)
        return len(rows) == len(keys) and all(row.state in _STORED for row in rows.values())

    async def _begin(self, keys: Iterable[str], *, after: str = "") -> Sequence[AnyStep]:
        """Return the steps of assignments, as far as there is room; each takes its place now."""
        steps: list[AnyStep] = []
        for key in keys:
            if not await self._take_place(after):
                break
            self._ahead[key] = step = WorkStep(self._ctx, key)
            steps.append(step)
        return steps

    async def _take_place(self, after: str) -> bool:
        """Take a free place, or that of the one that ends, unless somebody waits for it."""
        if not self._room.locked():
            await self._room.acquire()
            return True
        if not after or after in self._given or self._waiting:
            return False
        self._given.add(after)
        return True

    async def _last(self, uow: UnitOfWork, task: Task) -> Sequence[AnyStep]:
        """Return the synthesis, unless something is to be read or thought through before it."""
        if SynthesisStep.name in self._ahead:  # an end whose commit's answer was lost comes again
            return ()
        if is_hard(task.text) or await attachments.any_waits(uow, task.id):
            return ()
        self._ahead[SynthesisStep.name] = step = SynthesisStep(self._ctx)
        return (step,)

    def take_back(self, step: AnyStep, steps: Sequence[AnyStep]) -> None:
        """Note that `step` has not ended after all, and that these have not begun."""
        for one in steps:
            if isinstance(one, WorkStep):
                del self._ahead[one.assignment]
                self._room.release()  # also a place that was given: it is not given back twice
            else:
                del self._ahead[one.name]
        if isinstance(step, WorkStep):
            self._ending.discard(step.assignment)
        elif isinstance(step, PlanStep):
            self.plan = None

    def close(self) -> None:
        """Let go of what has begun and nobody will perform: the next run takes it up."""
        for step in self._ahead.values():
            let_go(step)
        self._ahead.clear()
