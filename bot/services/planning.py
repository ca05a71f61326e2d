"""The lead's first step: decide between an answer, one specialist and a team, and plan the work."""

from functools import partial
from typing import Literal, NamedTuple, TypeAlias

from bot.domain import plan as plan_rules
from bot.domain import task as task_rules
from bot.domain.events import TaskPlanned
from bot.domain.output import SpecialistOutput
from bot.domain.plan import Plan
from bot.domain.quoted import subject
from bot.domain.routing import Route, route
from bot.domain.task import ENDED, AssignmentState, TaskState
from bot.domain.usage import total
from bot.errors import ModelAnswerInvalid
from bot.model.port import Model, PlanRequest, Reply, Said, SynthesisRequest, WorkRequest
from bot.services import attachments, ledger, records, tasks
from bot.services.answering import AnswerStep, answer, begin_round, is_over, thank
from bot.services.context import Context
from bot.services.errands import ERRANDS, Errand, errand_of
from bot.services.model_step import Done, ModelStep, Relay, perform
from bot.services.reading import StoredPlan, keep_plan, read_thread
from storage import models as rows
from storage.models import Task
from storage.uow import UnitOfWork

Next = Literal["work", "end", "wait"]
Problems: TypeAlias = tuple[str, ...]
_ATTEMPTS = ("plan", "replan")
_OPEN_MODES = ("auto", *ERRANDS)


async def plan_task(
    ctx: Context, task_id: str, *, run: str | None = None, relay: Relay | None = None
) -> Next:
    """Plan the task's present round and store the plan; safe to run again.

    Returns `work` when assignments may begin, `wait` when a person must say yes first, `end`
    when it was answered or has ended. `relay` may begin the first of them with the plan's end.
    Raises what `perform` raises.
    """
    async with ctx.database.read() as uow:
        brought = await attachments.any_waits(uow, task_id)
        seen = None if brought else await _seen(uow, task_id)
    if seen is None:
        await attachments.read_waiting(ctx, task_id)
        async with ctx.database.read() as uow:
            seen = await _seen(uow, task_id)
    task, planned, errand, said = seen
    if task.state in ENDED or planned is not None:
        return _next_of(task, planned)
    if errand is not None:
        await errand(ctx, task_id, run=run)
        return "end"
    # What somebody without the right said is data: it never becomes what is asked.
    text = next((item.text for item in reversed(said) if item.trusted), task.text)
    routed = route(subject(text), ctx.team) if task.mode in _OPEN_MODES else None
    if routed is not None and routed.sure and routed.kind == "reaction":
        await thank(ctx, task_id, round_number=task.round)
        return "end"
    itself = routed is not None and _answers_itself(routed)
    if itself or task.mode == "answer":
        facts = await records.about(ctx, task, text)
        step = AnswerStep(ctx, text, records=facts, offline=itself)
        await perform(ctx, task_id, step, run=run)
        return "end"
    return await _plan(ctx, task_id, text, run=run, relay=relay)


class _Seen(NamedTuple):
    """A task before it is planned."""

    task: Task
    planned: rows.Plan | None
    errand: Errand | None
    said: tuple[Said, ...]


async def _seen(uow: UnitOfWork, task_id: str) -> _Seen:
    task = await uow.tasks.get(task_id)
    planned = await uow.plans.of_round(task.id, task.round)
    if task.state in ENDED or planned is not None:
        return _Seen(task, planned, None, ())
    errand = await errand_of(uow, task)
    # It notes in the row what was read; a query after it would write that down here.
    with uow.session.no_autoflush:
        said = await read_thread(uow, task) if task.round > 1 else ()
    return _Seen(task, None, errand, said)


def _answers_itself(routed: Route) -> bool:
    return routed.sure and routed.kind == "answer"


def _next_of(task: Task, planned: rows.Plan | None) -> Next:
    if task.state in ENDED or planned is None:
        return "end"
    return "wait" if task.state is TaskState.AWAITING_APPROVAL else "work"


async def _plan(
    ctx: Context, task_id: str, text: str, *, run: str | None, relay: Relay | None
) -> Next:
    """Ask for a plan; a bad one is sent back once with what is wrong with it."""
    problems: Problems = ()
    keys: list[str] = []
    for name in _ATTEMPTS:
        step = PlanStep(ctx, name, text=text, problems=problems)
        result = await perform(ctx, task_id, step, run=run, relay=relay)
        if isinstance(result, str):
            return result
        problems = result
        keys.append(step.asked)
    refused = ModelAnswerInvalid("plan", problems)
    for key in keys:
        await ledger.refuse(ctx, task_id, key, problem=refused.text)  # "retry" asks anew
    raise refused


class PlanStep(ModelStep[Plan, Next | Problems]):
    """One call for a plan; its result is what comes next, or what is wrong with the plan."""

    def __init__(self, ctx: Context, name: str, *, text: str, problems: Problems) -> None:
        self.name = name
        self.asked = ""
        """The step's name in the ledger, once it has begun."""
        self._ctx = ctx
        self._text = text
        self._problems = problems
        self._round = 0

    async def begin(self, uow: UnitOfWork, task: Task) -> PlanRequest | Done[Next | Problems]:
        """Gather what the lead needs to know."""
        self._round, self.asked = task.round, self.key(task)
        if task.state in ENDED:
            return Done("end")
        begin_round(self._ctx, task)
        earlier, outputs = await _earlier(uow, task)
        return PlanRequest(
            text=self._text,
            said=await read_thread(uow, task),
            workload=await uow.plans.workload(task.workspace_id),
            mode="team" if task.mode == "team" else "auto",
            problems=self._problems,
            earlier=earlier,
            outputs=outputs,
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[Plan]) -> Next | Problems:
        """Store the plan if it is one."""
        ctx, plan = self._ctx, reply.value
        problems = plan_rules.problems(
            plan, frozenset(ctx.team.specialists), frozenset(ctx.team.patterns)
        )
        if problems:
            return problems
        if is_over(task, self._round):
            return "end"
        planned = await uow.plans.of_round(task.id, task.round)
        if planned is not None:  # another run of the task was faster
            return _next_of(task, planned)
        if plan.kind == "answer":
            await answer(ctx, uow, task, plan.answer or "", title=plan.title)
            return "end"
        return await _store(ctx, uow, task, plan)


async def _earlier(uow: UnitOfWork, task: Task) -> tuple[Plan | None, dict[str, SpecialistOutput]]:
    """Return the last round's plan and results, which a follow-up builds on."""
    if task.round == 1:
        return None, {}
    for row in reversed(await uow.plans.of_task(task.id)):
        outputs = {
            item.key: SpecialistOutput.model_validate(item.output)
            for item in await uow.plans.assignments(row.id)
            if item.output is not None
        }
        return Plan.model_validate(row.body), outputs
    return None, {}


async def _store(ctx: Context, uow: UnitOfWork, task: Task, plan: Plan) -> Next:
    now = ctx.clock.now()
    estimate = estimate_micros(ctx.models.of(task), task.text, plan)
    row = rows.Plan(
        id=rows.new_id(),
        task_id=task.id,
        round=task.round,
        kind=plan.kind,
        title=plan.title[:200],
        pattern=plan.pattern,
        body=plan.model_dump(mode="json"),
        estimate_micros=estimate,
        created_at=now,
    )
    await uow.plans.add(row, _assignment_rows(row.id, task, plan))
    stored = StoredPlan(row.id, plan)
    uow.know("plan", stored)
    uow.after_commit(partial(keep_plan, task.id, task.round, stored))
    waits = await tasks.needs_yes(ctx, uow, task, estimate)
    target = TaskState.AWAITING_APPROVAL if waits else TaskState.WORKING
    task.state = task_rules.move(task.public_id, task.state, target)
    task.title = task.title or plan.title[:200]
    task.updated_at = now
    await uow.session.flush()
    await ctx.announcer.announce(uow, TaskPlanned(task.id))
    return "wait" if waits else "work"


def _assignment_rows(plan_id: str, task: Task, plan: Plan) -> list[rows.Assignment]:
    return [
        rows.Assignment(
            plan_id=plan_id,
            task_id=task.id,
            workspace_id=task.workspace_id,
            position=position,
            key=item.id,
            specialist=item.specialist,
            title=item.title[:200],
            phase=item.phase,
            phase_title=item.phase_title[:100],
            reason=item.reason,
            depends_on=list(item.depends_on),
            state=AssignmentState.WAITING,
        )
        for position, item in enumerate(plan.assignments)
    ]


TYPICAL_SHARE = 0.3
"""`Model.estimate` is the most a call may use; answers fill about a third of the tokens they may
have (assumed until the ledger shows better), and a person is asked about the likely price."""


def estimate_micros(model: Model, text: str, plan: Plan) -> int | None:
    """Return what working the plan will probably cost, or None when the price is unknown."""
    calls = [
        model.estimate(WorkRequest(text=text, plan=plan, assignment=item))
        for item in plan.assignments
    ]
    calls.append(model.estimate(SynthesisRequest(text=text, plan=plan, outputs={})))
    most = total(calls).cost_micros
    return None if most is None else round(most * TYPICAL_SHARE)
