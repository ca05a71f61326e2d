"""A specialist's step: one assignment, one model call, one stored output."""

from typing import Any, Literal

from bot.domain.events import AssignmentEnded, AssignmentStarted
from bot.domain.output import SpecialistOutput
from bot.domain.task import AssignmentState, TaskState
from bot.errors import ModelAnswerInvalid
from bot.model.port import Reply, WorkRequest
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, Superseded, perform
from bot.services.reading import forget_plan, read_thread, stored_plan
from storage.models import Task
from storage.uow import UnitOfWork

Worked = Literal["done", "failed", "skipped"]


async def work_assignment(
    ctx: Context, task_id: str, key: str, *, run: str | None = None
) -> Worked:
    """Do one assignment of the present round and store its output; safe to run again.

    A result that stays unusable fails this assignment only: the others go on and the synthesis
    says so. Raises what else `perform` raises: then the whole task waits or stops.
    """
    return await perform(ctx, task_id, WorkStep(ctx, key), run=run)


class WorkStep(ModelStep[SpecialistOutput, Worked]):
    """One specialist's call; it remembers where it began, the task may be elsewhere by its end."""

    def __init__(self, ctx: Context, key: str) -> None:
        self.name = f"work:{key}"
        self._ctx = ctx
        self._key = key
        self._round = 0
        self._item_id = ""

    async def begin(self, uow: UnitOfWork, task: Task) -> WorkRequest | Done[Worked]:
        """Mark the assignment as running and gather what its specialist reads."""
        plan = await stored_plan(uow, task)
        if plan is None:
            raise LookupError(f"task {task.id} has no plan for round {task.round}")
        wanted = plan.body.assignment(self._key)
        rows = await uow.plans.some_assignments(plan.id, (self._key, *wanted.depends_on))
        if self._key not in rows:  # a fail-over lost commits: the next run reads everything anew
            forget_plan(task)
            raise Superseded(task.id)
        item = rows[self._key]
        self._round, self._item_id = task.round, item.id
        if item.state in (AssignmentState.DONE, AssignmentState.FAILED):
            return Done("done" if item.state is AssignmentState.DONE else "failed")
        if task.state is TaskState.SYNTHESISING:  # lost commits again: this piece is not done
            task.state = TaskState.WORKING
        if task.state is not TaskState.WORKING:
            return Done("skipped")
        first = item.state is AssignmentState.WAITING
        await uow.plans.begin_assignment(item.id, now=self._ctx.clock.now())
        said = await read_thread(uow, task)
        if first:
            await uow.session.flush()
            await self._ctx.announcer.announce(uow, AssignmentStarted(task.id, key=self._key))
        inputs = {
            need: SpecialistOutput.model_validate(rows[need].output)
            for need in wanted.depends_on
            if need in rows and rows[need].output is not None
        }
        return WorkRequest(
            text=task.text, said=said, plan=plan.body, assignment=wanted, inputs=inputs
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[SpecialistOutput]) -> Worked:
        """Store the output."""
        await self._close(uow, task, output=reply.value.model_dump(mode="json"))
        return "done"

    async def unusable(
        self, uow: UnitOfWork, task: Task, error: ModelAnswerInvalid
    ) -> Done[Worked]:
        """Fail this assignment."""
        await self._close(uow, task, problem=error.text)
        return Done("failed")

    async def _close(
        self,
        uow: UnitOfWork,
        task: Task,
        *,
        output: dict[str, Any] | None = None,
        problem: str = "",
    ) -> None:
        state = AssignmentState.FAILED if output is None else AssignmentState.DONE
        now = self._ctx.clock.now()
        await uow.plans.end_assignment(
            self._item_id, state=state, output=output, problem=problem, now=now
        )
        if task.round == self._round:
            await self._ctx.announcer.announce(uow, AssignmentEnded(task.id, key=self._key))
