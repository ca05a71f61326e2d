"""The lead's first step: decide between an answer, one specialist and a team, and plan the work."""

from typing import Literal

from bot.domain import plan as plan_rules
from bot.domain import task as task_rules
from bot.domain.events import TaskAnswered, TaskPlanned, TaskThanked
from bot.domain.output import SpecialistOutput
from bot.domain.plan import Plan
from bot.domain.routing import Route, route
from bot.domain.task import ENDED, AssignmentState, TaskState
from bot.domain.usage import total
from bot.errors import ModelAnswerInvalid
from bot.model.port import AnswerRequest, Model, PlanRequest, Said, SynthesisRequest, WorkRequest
from bot.services import ledger, records, tasks
from bot.services.context import Context
from storage import models as rows
from storage.models import Task
from storage.uow import UnitOfWork

Next = Literal["work", "end", "wait"]
_ATTEMPTS = ("plan", "replan")


async def plan_task(ctx: Context, task_id: str) -> Next:
    """Plan the task's present round and store the plan; safe to run again.

    Returns `work` when assignments may begin, `wait` when a person must say yes first, `end`
    when it was answered or has ended. Raises what `ledger.call` raises.
    """
    task, said, planned = await _open(ctx, task_id)
    if task.state in ENDED or planned is not None:
        return _next_of(task, planned)
    text = said[-1].text if task.round > 1 and said else task.text
    routed = route(text, ctx.team)
    if task.mode == "auto" and routed.sure and routed.kind == "reaction":
        return await _thank(ctx, task)
    model = ctx.models.of(task)
    if task.mode == "answer" or (task.mode == "auto" and _answers_itself(routed)):
        answerer = ctx.models.offline if _answers_itself(routed) else model
        facts = await records.about(ctx, task, text)
        request = AnswerRequest(text=text, said=said, records=facts)
        reply = await ledger.call(
            ctx, task_id, f"r{task.round}:answer", model=answerer, request=request
        )
        return await _answer(ctx, task, reply.value.text, title=_short(text))
    plan = await _plan(ctx, task, model, text=text, said=said)
    if plan.kind == "answer":
        return await _answer(ctx, task, plan.answer or "", title=plan.title)
    return await _store(ctx, task, plan, model=model)


def _answers_itself(routed: Route) -> bool:
    return routed.sure and routed.kind == "answer"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 50 else line[:49].rsplit(" ", 1)[0] + "…"


async def _open(ctx: Context, task_id: str) -> tuple[Task, tuple[Said, ...], rows.Plan | None]:
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if task.state is TaskState.ACCEPTED:
            task.state = TaskState.PLANNING
        if task.started_at is None:
            task.started_at = ctx.clock.now()
        said = await read_thread(uow, task)
        return task, said, await uow.plans.of_round(task.id, task.round)


async def read_thread(uow: UnitOfWork, task: Task) -> tuple[Said, ...]:
    """Return what was said in the thread beside the wish itself, and note it as read."""
    messages = list(await uow.threads.messages(task.thread_id))
    if messages:
        task.read_ts = max(task.read_ts, messages[-1].ts)
    # Only the first such message is the wish: who repeats it wants to be heard again.
    for message in messages:
        if (message.text, message.user_id) == (task.text, task.requester_id):
            messages.remove(message)
            break
    return tuple(Said(who=m.user_id, text=m.text, trusted=m.trusted) for m in messages)


def _next_of(task: Task, planned: rows.Plan | None) -> Next:
    if task.state in ENDED or planned is None:
        return "end"
    return "wait" if task.state is TaskState.AWAITING_APPROVAL else "work"


def _is_over(task: Task, begun: Task) -> bool:
    """Whether the round that was begun has ended meanwhile, be it that a next one was opened."""
    return task.state in ENDED or task.round != begun.round


async def _thank(ctx: Context, begun: Task) -> Next:
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(begun.id, lock=True)
        if _is_over(task, begun):
            return "end"
        task.answer = task.answer or "👍"
        task.title = task.title or _short(task.text)
        await uow.session.flush()
        await ctx.announcer.announce(uow, TaskThanked(task.id, ts=task.read_ts))
        await tasks.finish(ctx, uow, task)
    return "end"


async def _answer(ctx: Context, begun: Task, text: str, *, title: str) -> Next:
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(begun.id, lock=True)
        if _is_over(task, begun):
            return "end"
        task.answer = text
        task.title = task.title or title
        await uow.session.flush()
        await ctx.announcer.announce(uow, TaskAnswered(task.id))
        await tasks.finish(ctx, uow, task)
    return "end"


async def _plan(
    ctx: Context, task: Task, model: Model, *, text: str, said: tuple[Said, ...]
) -> Plan:
    """Ask for a plan; a bad one is sent back once with what is wrong with it."""
    async with ctx.database.read() as uow:
        workload = await uow.plans.workload(task.workspace_id)
        earlier, outputs = await _earlier(uow, task)
    problems: tuple[str, ...] = ()
    for attempt in _ATTEMPTS:
        request = PlanRequest(
            text=text,
            said=said,
            workload=workload,
            mode="team" if task.mode == "team" else "auto",
            problems=problems,
            earlier=earlier,
            outputs=outputs,
        )
        reply = await ledger.call(
            ctx, task.id, f"r{task.round}:{attempt}", model=model, request=request
        )
        plan = reply.value
        problems = plan_rules.problems(
            plan, frozenset(ctx.team.specialists), frozenset(ctx.team.patterns)
        )
        if not problems:
            return plan
    refused = ModelAnswerInvalid("plan", problems)
    for attempt in _ATTEMPTS:
        step = f"r{task.round}:{attempt}"
        await ledger.refuse(ctx, task.id, step, problem=refused.text)  # "retry" asks anew
    raise refused


async def _earlier(uow: UnitOfWork, task: Task) -> tuple[Plan | None, dict[str, SpecialistOutput]]:
    """Return the last round's plan and results, which a follow-up builds on."""
    for row in reversed(await uow.plans.of_task(task.id)):
        outputs = {
            item.key: SpecialistOutput.model_validate(item.output)
            for item in await uow.plans.assignments(row.id)
            if item.output is not None
        }
        return Plan.model_validate(row.body), outputs
    return None, {}


async def _store(ctx: Context, begun: Task, plan: Plan, *, model: Model) -> Next:
    now = ctx.clock.now()
    estimate = estimate_micros(model, plan)
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(begun.id, lock=True)
        if _is_over(task, begun):
            return "end"
        planned = await uow.plans.of_round(task.id, task.round)
        if planned is not None:  # another run of the task was faster
            return _next_of(task, planned)
        row = rows.Plan(
            task_id=task.id,
            round=task.round,
            kind=plan.kind,
            title=plan.title[:200],
            pattern=plan.pattern,
            body=plan.model_dump(mode="json"),
            estimate_micros=estimate,
            created_at=now,
        )
        await uow.plans.add(row, [])
        await uow.plans.add(row, _assignment_rows(row.id, task, plan))
        threshold = ctx.settings.budget.approve_above * 1_000_000
        waits = (estimate or 0) > threshold
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


def estimate_micros(model: Model, plan: Plan) -> int | None:
    """Return what working the plan will probably cost, or None when the price is unknown."""
    calls = [
        model.estimate(WorkRequest(text=item.brief, plan=plan, assignment=item))
        for item in plan.assignments
    ]
    calls.append(model.estimate(SynthesisRequest(text="", plan=plan, outputs={})))
    most = total(calls).cost_micros
    return None if most is None else round(most * TYPICAL_SHARE)
