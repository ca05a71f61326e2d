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
from bot.services.graph import Graph
from bot.services.patience import until_back
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
    await worked(run)
    return end


async def _run(task_id: str, run: str) -> str:
    graph = Graph(context())
    try:
        return await _through(task_id, run, graph)
    finally:
        graph.close()


async def _through(task_id: str, run: str, graph: Graph) -> str:
    planned = planning.plan_task(context(), task_id, run=run, relay=graph)
    verdict = await _guarded(task_id, run, planned)
    if verdict != "work":
        return verdict or INTERRUPTED
    if graph.plan is None:  # an earlier run made it
        await _guarded(task_id, run, until_back(context().clock, partial(_read, task_id, graph)))
    if graph.plan is None or INTERRUPTED in await _work(task_id, run, graph, graph.plan.body):
        return INTERRUPTED
    last = synthesis.synthesise(context(), task_id, run=run, begun=graph.synthesis())
    made = await _guarded(task_id, run, last)
    return INTERRUPTED if made is None else "done"


async def _read(task_id: str, graph: Graph) -> None:
    async with context().database.read() as uow:
        await graph.read(uow, await uow.tasks.get(task_id))


async def _work(task_id: str, run: str, graph: Graph, plan: Plan) -> list[str]:
    """Run each assignment as soon as what it needs is done; return the outcomes in plan order."""
    loop = asyncio.get_running_loop()
    items = plan.assignments
    outcomes: dict[str, asyncio.Future[str]] = {item.id: loop.create_future() for item in items}

    async def work(key: str, needs: tuple[str, ...]) -> None:
        outcome = INTERRUPTED
        try:
            if INTERRUPTED not in [await outcomes[need] for need in needs]:
                outcome = await _work_one(task_id, run, graph, key)
        finally:
            if not outcomes[key].done():  # cancelled with the run, through who waited for it
                outcomes[key].set_result(outcome)

    # What breaks one branch must not cut off the others' calls: they are paid for.
    branches = (work(item.id, item.depends_on) for item in items)
    broken = [each for each in await asyncio.gather(*branches, return_exceptions=True) if each]
    if broken:
        raise broken[0]
    return [outcomes[item.id].result() for item in items]


async def _work_one(task_id: str, run: str, graph: Graph, key: str) -> str:
    async with graph.place(key) as begun:
        step = working.work_assignment(context(), task_id, key, run=run, begun=begun, relay=graph)
        worked = await _guarded(task_id, run, step)
    if worked is None or worked == "skipped":
        return INTERRUPTED
    graph.worked(key)
    return worked


async def _guarded(task_id: str, run: str, work: Awaitable[T]) -> T | None:
    """Await `work`; an error goes into the task's row and comes back as None."""
    try:
        return await work
    except Exception as error:  # each way to end is told to people
        say = partial(errors.settle, context(), task_id, error, run=run)
        await until_back(context().clock, say)
        return None
