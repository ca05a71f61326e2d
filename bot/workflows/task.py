"""The durable run of a task: plan, work as a graph, synthesise.

The engine remembers that a run is under way and on whose process; what was done in it stands in our
own rows, written together with each model reply. So a run that begins again, here or elsewhere,
finds every finished piece and goes on, and a new version of the program may order things anew
(ADR 8).
"""

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import TypeVar

from dbos import DBOS

from bot import tracing
from bot.domain.plan import Plan
from bot.errors import Bug
from bot.services import planning, synthesis, working
from bot.services.patience import until_back
from bot.services.reading import stored_plan
from bot.services.workspace_settings import effective
from bot.workflows import errors
from bot.workflows.holder import context, enlist, worked

INTERRUPTED = "interrupted"
"""The task waits, was stopped or failed: no further step of this run has anything to do."""

T = TypeVar("T")


@DBOS.workflow(name="task")
async def run_task(task_id: str) -> str:
    """Run one task's present round until it ends, pauses or needs a person's yes."""
    enlist("task", task_id)
    run = DBOS.workflow_id
    if run is None:
        raise Bug("a task ran outside of a workflow")
    with tracing.span("task.run", task_id=task_id, workflow_id=run):
        end = await _run(task_id, run)
    worked(run)
    return end


async def _run(task_id: str, run: str) -> str:
    verdict = await _guarded(task_id, run, planning.plan_task(context(), task_id, run=run))
    if verdict != "work":
        return verdict or INTERRUPTED
    found = await _guarded(task_id, run, until_back(context().clock, partial(_plan, task_id)))
    plan, at_once = found or (None, 0)
    if plan is None or INTERRUPTED in await _work(task_id, run, plan, at_once=at_once):
        return INTERRUPTED
    made = await _guarded(task_id, run, synthesis.synthesise(context(), task_id, run=run))
    return INTERRUPTED if made is None else "done"


async def _plan(task_id: str) -> tuple[Plan | None, int]:
    """Return the plan and how many of its assignments may be at work at once."""
    async with context().database.read() as uow:
        task = await uow.tasks.get(task_id)
        stored = await stored_plan(uow, task)
        place = {"channel_id": task.channel_id}
        settings = await effective(context(), uow, task.workspace_id, **place)
    return None if stored is None else stored.body, settings.parallel_assignments


async def _work(task_id: str, run: str, plan: Plan, *, at_once: int) -> list[str]:
    """Run each assignment as soon as what it needs is done; return the outcomes in plan order."""
    loop = asyncio.get_running_loop()
    items = plan.assignments
    outcomes: dict[str, asyncio.Future[str]] = {item.id: loop.create_future() for item in items}
    room = asyncio.Semaphore(at_once)

    async def work(key: str, needs: tuple[str, ...]) -> None:
        outcome = INTERRUPTED
        try:
            if INTERRUPTED not in [await outcomes[need] for need in needs]:
                async with room:
                    step = working.work_assignment(context(), task_id, key, run=run)
                    worked = await _guarded(task_id, run, step)
                outcome = INTERRUPTED if worked in (None, "skipped") else str(worked)
        finally:
            if not outcomes[key].done():  # cancelled with the run, through who waited for it
                outcomes[key].set_result(outcome)

    # What breaks one branch must not cut off the others' calls: they are paid for.
    branches = (work(item.id, item.depends_on) for item in items)
    broken = [each for each in await asyncio.gather(*branches, return_exceptions=True) if each]
    if broken:
        raise broken[0]
    return [outcomes[item.id].result() for item in items]


async def _guarded(task_id: str, run: str, work: Awaitable[T]) -> T | None:
    """Await `work`; an error goes into the task's row and comes back as None."""
    try:
        return await work
    except Exception as error:  # each way to end is told to people
        say = partial(errors.settle, context(), task_id, error, run=run)
        await until_back(context().clock, say)
        return None
