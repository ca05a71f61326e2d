"""The lead's last step: one recommendation out of all outputs, and the decisions it proposes."""

from bot.domain import task as task_rules
from bot.domain.events import TaskMoved, TaskSynthesised
from bot.domain.output import Synthesis
from bot.domain.task import ENDED, TaskState
from bot.domain.thinking import is_hard
from bot.model.port import Reply, SynthesisRequest
from bot.services import attachments, decisions, tasks, thinking
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.reading import read_thread, stored_plan
from bot.services.round_outputs import delivered
from storage.models import Task
from storage.uow import UnitOfWork


async def synthesise(
    ctx: Context, task_id: str, *, run: str | None = None, begun: "SynthesisStep | None" = None
) -> bool:
    """Make and store the recommendation, propose its decisions, end the round; safe to run again.

    `begun` is its step if that has begun with the last specialist's end.

    Returns True when messages arrived that no call has read: then a new round was opened and the
    caller starts it. One specialist's output needs no synthesis: it is the answer already.
    Raises what `perform` raises.
    """
    if begun is not None:
        return await perform(ctx, task_id, begun, run=run)
    async with ctx.database.read() as uow:
        brought = await attachments.any_waits(uow, task_id)
        hard = is_hard((await uow.tasks.get(task_id)).text)
    if brought:
        await attachments.read_waiting(ctx, task_id)
    thoughts = await thinking.think(ctx, task_id, run=run) if hard else ()
    return await perform(ctx, task_id, SynthesisStep(ctx, thoughts=thoughts), run=run)


class SynthesisStep(ModelStep[Synthesis, bool]):
    """The lead's last call of a round; its result says whether a next round was opened."""

    name = "synthesis"

    def __init__(self, ctx: Context, *, thoughts: tuple[str, ...] = ()) -> None:
        self._ctx = ctx
        self._thoughts = thoughts
        self._round = 0

    async def begin(self, uow: UnitOfWork, task: Task) -> SynthesisRequest | Done[bool]:
        """Gather the outputs; a round with none has failed, one with a single output is done."""
        self._round = task.round
        plan = await stored_plan(uow, task)
        if plan is None or task.state not in (TaskState.WORKING, TaskState.SYNTHESISING):
            return Done(False)
        outputs, failed = await delivered(uow, plan)
        if not outputs:
            reason = next(iter(failed.values()), "No specialist delivered anything.")
            await tasks.end(self._ctx, uow, task, TaskState.FAILED, reason=reason)
            return Done(False)
        if task.state is not TaskState.SYNTHESISING:
            task.state = task_rules.move(task.public_id, task.state, TaskState.SYNTHESISING)
            await uow.session.flush()
            await self._ctx.announcer.announce(uow, TaskMoved(task.id))
        if plan.body.kind != "pattern" or len(outputs) == 1:
            return Done(await tasks.finish(self._ctx, uow, task))
        return SynthesisRequest(
            text=task.text,
            said=await read_thread(uow, task),
            plan=plan.body,
            outputs=outputs,
            failed=failed,
            thoughts=self._thoughts,
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[Synthesis]) -> bool:
        """Store the recommendation and propose its decisions."""
        if task.state in ENDED or task.round != self._round:
            return False
        task.synthesis = reply.value.model_dump(mode="json")
        await uow.session.flush()
        await self._ctx.announcer.announce(uow, TaskSynthesised(task.id))
        await decisions.propose(self._ctx, uow, task, reply.value.decisions)
        return await tasks.finish(self._ctx, uow, task)
