"""The durable run of a task: plan, work as a graph, synthesise; every step can run twice."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypedDict, TypeVar

from dbos import DBOS, StepOptions

from bot.domain.task import TaskState
from bot.services import planning, synthesis, working
from bot.workflows import errors
from bot.workflows.holder import context, enlist, starter

INTERRUPTED = "interrupted"
"""The task waits, was stopped or failed: no further step of this run has anything to do."""

T = TypeVar("T")


class Node(TypedDict):
    """One assignment, as the graph needs it."""

    key: str
    needs: list[str]


@DBOS.workflow(name="task")
async def run_task(task_id: str) -> str:
    """Run one task's present round until it ends, pauses or needs a person's yes."""
    enlist()
    verdict = await _run(task_id)
    # Started here and not in a step: the library refuses to start work from within one.
    following = await DBOS.run_step_async(StepOptions(name="following"), _following, task_id)
    if following:
        await starter().start_task(task_id, following)
    return verdict


async def _run(task_id: str) -> str:
    verdict = await DBOS.run_step_async(StepOptions(name="plan"), _plan, task_id)
    if verdict != "work":
        return verdict
    nodes = await DBOS.run_step_async(StepOptions(name="graph"), _graph, task_id)
    if INTERRUPTED in await _work(task_id, nodes):
        return INTERRUPTED
    return await DBOS.run_step_async(StepOptions(name="synthesis"), _synthesise, task_id)


async def _work(task_id: str, nodes: list[Node]) -> list[str]:
    """Run each assignment as soon as what it needs is done; return the outcomes in plan order.

    Step ids are drawn in plan order before anything runs: drawn on the way, they would depend on
    who finished first, and a restart would hand one specialist's result to another (ENGINE.md).
    """
    slots = {node["key"]: DBOS.reserve_step() for node in nodes}
    loop = asyncio.get_running_loop()
    outcomes: dict[str, asyncio.Future[str]] = {node["key"]: loop.create_future() for node in nodes}
    room = asyncio.Semaphore(context().settings.limit.parallel_assignments)

    async def run(node: Node) -> None:
        key = node["key"]
        outcome = INTERRUPTED
        if INTERRUPTED not in [await outcomes[need] for need in node["needs"]]:
            async with room:
                options = StepOptions(name=f"work:{key}")
                outcome = await slots[key].run_async(options, _work_one, task_id, key)
        outcomes[key].set_result(outcome)

    async with asyncio.TaskGroup() as group:
        for node in nodes:
            group.create_task(run(node))
    return [outcomes[node["key"]].result() for node in nodes]


async def _plan(task_id: str) -> str:
    return await _guarded(task_id, lambda: planning.plan_task(context(), task_id)) or INTERRUPTED


async def _graph(task_id: str) -> list[Node]:
    async with context().database.read() as uow:
        task = await uow.tasks.get(task_id)
        plan = await uow.plans.of_round(task_id, task.round)
        items = await uow.plans.assignments(plan.id) if plan else ()
        return [Node(key=item.key, needs=item.depends_on) for item in items]


async def _work_one(task_id: str, key: str) -> str:
    worked = await _guarded(task_id, lambda: working.work_assignment(context(), task_id, key))
    return INTERRUPTED if worked in (None, "skipped") else str(worked)


async def _synthesise(task_id: str) -> str:
    again = await _guarded(task_id, lambda: synthesis.synthesise(context(), task_id))
    return INTERRUPTED if again is None else "done"


async def _following(task_id: str) -> str:
    """Return the id of the run that goes on after this one, if a message opened a round."""
    async with context().database.read() as uow:
        task = await uow.tasks.get(task_id)
    goes_on = task.state is TaskState.PLANNING and task.workflow_id != DBOS.workflow_id
    return task.workflow_id if goes_on else ""


async def _guarded(task_id: str, work: Callable[[], Awaitable[T]]) -> T | None:
    """Await `work`; an error goes into the task's row and comes back as None.

    A run that was followed by another one begins nothing more: the next one does it.
    """
    try:
        async with context().database.read() as uow:
            present = await uow.tasks.get(task_id)
        if present.workflow_id != DBOS.workflow_id:
            return None
        return await work()
    except Exception as error:
        await errors.settle(context(), task_id, error, run=DBOS.workflow_id)
        return None
