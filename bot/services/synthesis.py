"""The lead's last step: one recommendation out of all outputs, and the decisions it proposes."""

from dataclasses import replace

from bot.domain import task as task_rules
from bot.domain.events import TaskMoved, TaskSynthesised
from bot.domain.output import SpecialistOutput
from bot.domain.plan import Plan
from bot.domain.task import ENDED, AssignmentState, TaskState
from bot.model.port import SynthesisRequest
from bot.services import decisions, ledger, tasks
from bot.services.context import Context
from bot.services.planning import read_thread
from storage.models import Task


async def synthesise(ctx: Context, task_id: str) -> bool:
    """Make and store the recommendation, propose its decisions, end the round; safe to run again.

    Returns True when messages arrived that no call has read: then a new round was opened and the
    caller starts it. One specialist's output needs no synthesis: it is the answer already.
    Raises what `ledger.call` raises.
    """
    opened = await _open(ctx, task_id)
    if opened is None:
        return False
    begun, request = opened
    reply = None
    if _needs_call(request):
        reply = await ledger.call(
            ctx,
            task_id,
            f"r{begun.round}:synthesis",
            model=ctx.models.of(begun),
            request=request,
        )
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if task.state in ENDED or task.round != begun.round:
            return False
        if reply is not None:
            task.synthesis = reply.value.model_dump(mode="json")
            await uow.session.flush()
            await ctx.announcer.announce(uow, TaskSynthesised(task.id))
            await decisions.propose(ctx, uow, task, reply.value.decisions)
        return await tasks.finish(ctx, uow, task)


def _needs_call(request: SynthesisRequest) -> bool:
    return request.plan.kind == "pattern" and len(request.outputs) > 1


async def _open(ctx: Context, task_id: str) -> tuple[Task, SynthesisRequest] | None:
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        row = await uow.plans.of_round(task.id, task.round)
        if row is None or task.state not in (TaskState.WORKING, TaskState.SYNTHESISING):
            return None
        items = await uow.plans.assignments(row.id)
        outputs = {
            item.key: SpecialistOutput.model_validate(item.output)
            for item in items
            if item.output is not None
        }
        failed = {item.key: item.problem for item in items if item.state is AssignmentState.FAILED}
        if not outputs:
            reason = next(iter(failed.values()), "No specialist delivered anything.")
            await tasks.end(ctx, uow, task, TaskState.FAILED, reason=reason)
            return None
        task.state = task_rules.move(task.public_id, task.state, TaskState.SYNTHESISING)
        request = SynthesisRequest(
            text=task.text, plan=Plan.model_validate(row.body), outputs=outputs, failed=failed
        )
        if _needs_call(request):  # else nobody would read what is then noted as read
            request = replace(request, said=await read_thread(uow, task))
        await uow.session.flush()
        await ctx.announcer.announce(uow, TaskMoved(task.id))
        return task, request
