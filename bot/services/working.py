"""A specialist's step: one assignment, one model call, one stored output."""

from typing import Literal

from bot.domain.events import AssignmentEnded, AssignmentStarted
from bot.domain.output import SpecialistOutput
from bot.domain.plan import Plan
from bot.domain.task import AssignmentState, TaskState
from bot.errors import ModelAnswerInvalid
from bot.model.port import WorkRequest
from bot.services import ledger
from bot.services.context import Context
from bot.services.planning import read_thread
from storage.models import Assignment, Task
from storage.uow import UnitOfWork

Worked = Literal["done", "failed", "skipped"]


async def work_assignment(ctx: Context, task_id: str, key: str) -> Worked:
    """Do one assignment of the present round and store its output; safe to run again.

    A result that stays unusable fails this assignment only: the others go on and the synthesis
    says so. Raises what else `ledger.call` raises: then the whole task waits or stops.
    """
    begun = await _begin(ctx, task_id, key)
    if isinstance(begun, str):
        return begun
    task, request = begun
    try:
        reply = await ledger.call(
            ctx,
            task_id,
            f"r{task.round}:work:{key}",
            model=ctx.models.of(task),
            request=request,
        )
    except ModelAnswerInvalid as error:
        await _end(ctx, task, key, output=None, problem=error.text)
        return "failed"
    await _end(ctx, task, key, output=reply.value, problem="")
    return "done"


async def _begin(ctx: Context, task_id: str, key: str) -> tuple[Task, WorkRequest] | Worked:
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        item, plan = await _find(uow, task, key)
        if item.state in (AssignmentState.DONE, AssignmentState.FAILED):
            return "done" if item.state is AssignmentState.DONE else "failed"
        if task.state is not TaskState.WORKING:
            return "skipped"
        first = item.state is AssignmentState.WAITING
        item.state = AssignmentState.RUNNING
        item.started_at = item.started_at or ctx.clock.now()
        said = await read_thread(uow, task)
        await uow.session.flush()
        if first:
            await ctx.announcer.announce(uow, AssignmentStarted(task.id, key=key))
        request = WorkRequest(
            text=task.text,
            said=said,
            plan=plan,
            assignment=plan.assignment(key),
            inputs=await _inputs(uow, item),
        )
        return task, request


async def _find(uow: UnitOfWork, task: Task, key: str) -> tuple[Assignment, Plan]:
    row = await uow.plans.of_round(task.id, task.round)
    if row is None:
        raise LookupError(f"task {task.id} has no plan for round {task.round}")
    return await uow.plans.assignment(row.id, key), Plan.model_validate(row.body)


async def _inputs(uow: UnitOfWork, item: Assignment) -> dict[str, SpecialistOutput]:
    return {
        other.key: SpecialistOutput.model_validate(other.output)
        for other in await uow.plans.assignments(item.plan_id)
        if other.key in item.depends_on and other.output is not None
    }


async def _end(
    ctx: Context, begun: Task, key: str, *, output: SpecialistOutput | None, problem: str
) -> None:
    """Store the outcome where it was begun; the task may be in another round by now."""
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(begun.id, lock=True)
        item, _ = await _find(uow, begun, key)
        item.state = AssignmentState.FAILED if output is None else AssignmentState.DONE
        item.output = None if output is None else output.model_dump(mode="json")
        item.problem = problem
        item.ended_at = ctx.clock.now()
        await uow.session.flush()
        if task.round == begun.round:
            await ctx.announcer.announce(uow, AssignmentEnded(task.id, key=key))
