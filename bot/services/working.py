"""A specialist's step: one assignment, a model call or several with tools, one stored output."""

from functools import partial
from typing import Any, Literal

from bot.domain.events import AssignmentEnded, AssignmentStarted
from bot.domain.output import SpecialistOutput
from bot.domain.plan import Assignment
from bot.domain.task import AssignmentState, TaskState
from bot.domain.tool_call import WorkTurn
from bot.domain.tool_server import Tool
from bot.errors import Bug, ModelAnswerInvalid
from bot.model.port import Reply, ToolExchange, ToolWorkRequest, WorkRequest
from bot.services import tool_calls
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, Relay, Superseded, perform
from bot.services.reading import forget_plan, read_thread, stored_plan
from bot.services.tool_calls import Wanted
from bot.services.tool_offers import NOTHING, offers_for
from storage.models import Task
from storage.uow import UnitOfWork

Worked = Literal["done", "failed", "skipped"]
Wishes = Literal["wishes"]
"""The specialist wants something looked up first."""


async def work_assignment(
    ctx: Context,
    task_id: str,
    key: str,
    *,
    run: str | None = None,
    begun: "WorkStep | None" = None,
    relay: Relay | None = None,
) -> Worked:
    """Do one assignment of the present round and store its output; safe to run again.

    `begun` is its first step if that has begun; `relay` may let others begin with its end.

    A specialist who has tools says in turns what to look up, then hands in. A result that stays
    unusable fails this assignment only: the others go on and the synthesis says so. Raises what
    else `perform` and `tool_calls.make` raise: then the whole task waits or stops.
    """
    most = max(ctx.settings.tools.rounds, ctx.settings.sandbox.rounds)
    for turn in range(most + 1):
        step = begun if begun is not None and turn == 0 else WorkStep(ctx, key, turn=turn)
        worked = await perform(ctx, task_id, step, run=run, relay=relay)
        if worked != "wishes":
            return worked
        if not await tool_calls.make(ctx, task_id, step.wanted(), run=run):
            return "skipped"
    raise Bug(f"assignment {key} of task {task_id} still wishes after its last turn")


class WorkStep(ModelStep[SpecialistOutput | WorkTurn, Worked | Wishes]):
    """One specialist's call; it remembers where it began, the task may be elsewhere by its end."""

    def __init__(self, ctx: Context, key: str, *, turn: int = 0) -> None:
        self.name = f"work:{key}" if turn == 0 else f"work:{key}:t{turn}"
        self._ctx = ctx
        self._key = key
        self._turn = turn
        self._round = 0
        self._item_id = ""
        self._who = ""
        self._said: WorkTurn | None = None
        self._offers = NOTHING

    @property
    def assignment(self) -> str:
        """The key of the assignment in its plan."""
        return self._key

    @property
    def _is_last(self) -> bool:
        return self._turn >= (self._offers.rounds or self._ctx.settings.tools.rounds)

    def wanted(self) -> Wanted:
        """Return the wishes that the step's result was; raises Bug when it was none."""
        if self._said is None:
            raise Bug(f"{self.name} has no wishes")
        step = f"r{self._round}:{self.name}"
        return Wanted(step=step, who=self._who, turn=self._said, offers=self._offers)

    async def begin(
        self, uow: UnitOfWork, task: Task
    ) -> WorkRequest | ToolWorkRequest | Done[Worked | Wishes]:
        """Mark the assignment as running and gather what its specialist reads."""
        plan = await uow.once("plan", partial(stored_plan, uow, task))
        if plan is None:
            raise LookupError(f"task {task.id} has no plan for round {task.round}")
        wanted = plan.body.assignment(self._key)
        rows = await uow.plans.some_assignments(plan.id, (self._key, *wanted.depends_on))
        if self._key not in rows:  # a fail-over lost commits: the next run reads everything anew
            forget_plan(task)
            raise Superseded(task.id)
        item = rows[self._key]
        wanted = _given_to(wanted, item.specialist)
        self._round, self._item_id = task.round, item.id
        if item.state in (AssignmentState.DONE, AssignmentState.FAILED):
            return Done("done" if item.state is AssignmentState.DONE else "failed")
        if task.state is TaskState.SYNTHESISING:  # lost commits again: this piece is not done
            task.state = TaskState.WORKING
        if task.state is not TaskState.WORKING:
            return Done("skipped")
        first = item.state is AssignmentState.WAITING
        await uow.plans.begin_assignment(item.id, now=self._ctx.clock.now())
        said = await uow.once("said", partial(read_thread, uow, task))
        if first:
            await uow.session.flush()
            await self._ctx.announcer.announce(uow, AssignmentStarted(task.id, key=self._key))
        inputs = {
            need: SpecialistOutput.model_validate(rows[need].output)
            for need in wanted.depends_on
            if need in rows and rows[need].output is not None
        }
        work = WorkRequest(
            text=task.text, said=said, plan=plan.body, assignment=wanted, inputs=inputs
        )
        return await self._with_tools(uow, task, work)

    async def _with_tools(
        self, uow: UnitOfWork, task: Task, work: WorkRequest
    ) -> WorkRequest | ToolWorkRequest:
        """Offer the specialist its tools, with what the turns so far have brought."""
        self._who = work.assignment.specialist
        if (who := self._ctx.team.specialists.get(self._who)) is not None:
            self._offers = await offers_for(self._ctx, uow, task, who)
        if not self._offers.tools and self._turn == 0:
            return work
        self.name = f"work:{self._key}:t{self._turn}"
        exchanges = [await self._exchange(uow, task, turn) for turn in range(self._turn)]
        offered = {offer.name: offer.shown for offer in self._offers.tools}
        for wish in (result.wish for each in exchanges for result in each.results):
            # The API wants each tool that was called described, also when it is gone.
            offered.setdefault(wish.name, Tool(name=wish.name, description="Not there any more."))
        return ToolWorkRequest(
            text=work.text,
            said=work.said,
            work=work,
            tools=tuple(offered.values()),
            exchanges=tuple(exchanges),
            last=self._is_last,
        )

    async def _exchange(self, uow: UnitOfWork, task: Task, turn: int) -> ToolExchange:
        """Return an earlier turn with its results; raises Superseded where a fail-over lost one."""
        step = f"r{task.round}:work:{self._key}:t{turn}"
        call = await uow.ledger.finished(task.id, step)
        rows = {row.position: row for row in await uow.tool_calls.of_step(task.id, step)}
        if call is None:
            raise Superseded(task.id)
        said = WorkTurn.model_validate(call.result)
        try:
            return ToolExchange(said.content, tool_calls.results(said, rows))
        except KeyError:
            raise Superseded(task.id) from None

    async def end(
        self, uow: UnitOfWork, task: Task, reply: Reply[SpecialistOutput | WorkTurn]
    ) -> Worked | Wishes:
        """Store the output, or keep the wishes for their calls."""
        value = reply.value
        if isinstance(value, WorkTurn) and value.output is None and not self._is_last:
            self._said = value
            return "wishes"
        output = value.output if isinstance(value, WorkTurn) else value
        if output is None:
            await self._close(uow, task, problem="It looked things up and handed nothing in.")
            return "failed"
        await self._close(uow, task, output=output.model_dump(mode="json"))
        return "done"

    async def unusable(
        self, uow: UnitOfWork, task: Task, error: ModelAnswerInvalid
    ) -> Done[Worked | Wishes]:
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


def _given_to(wanted: Assignment, specialist: str) -> Assignment:
    """Return an assignment as its row has it: somebody may have given it to another one."""
    if wanted.specialist == specialist:
        return wanted
    return wanted.model_copy(update={"specialist": specialist})
