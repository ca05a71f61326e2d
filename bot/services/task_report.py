"""A whole task in one value: rows gathered once for the cards, the terminal and `--json`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.output import SpecialistOutput, Synthesis
from bot.domain.plan import Plan
from bot.domain.task import ENDED, AssignmentState
from bot.domain.usage import Usage, total
from storage.models import Assignment, Decision, ModelCall, Task
from storage.models import Plan as PlanRow
from storage.repositories.settings import ChosenRow
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class TaskReport:
    """The present round of a task, with its ledger over all rounds."""

    task: Task
    plan_row: PlanRow | None
    assignments: tuple[Assignment, ...]
    calls: tuple[ModelCall, ...]
    decisions: tuple[Decision, ...]
    chosen: tuple[ChosenRow, ...] = ()
    """The settings of its channel and workspace, where they were chosen."""
    earlier: tuple[tuple[int, Assignment], ...] = ()
    """(round, assignment) of the rounds before, where somebody looks the task up."""

    @property
    def plan(self) -> Plan | None:
        """The plan as it was made."""
        return Plan.model_validate(self.plan_row.body) if self.plan_row else None

    @property
    def synthesis(self) -> Synthesis | None:
        """The recommendation, once there is one."""
        return Synthesis.model_validate(self.task.synthesis) if self.task.synthesis else None

    @property
    def done_calls(self) -> tuple[ModelCall, ...]:
        """Calls that came back."""
        return tuple(call for call in self.calls if call.state == "done")

    @property
    def lost_calls(self) -> int:
        """Calls whose process died; they may have been paid, their cost is not known."""
        return sum(call.state == "lost" for call in self.calls)

    @property
    def usage(self) -> Usage:
        """What the calls that came back used, added up; unusable answers are paid too."""
        back = [call for call in self.calls if call.state in ("done", "failed")]
        return total(usage_of(call) for call in back)

    @property
    def ran(self) -> tuple[str, ...]:
        """Specialists that delivered, each once, in the order of the plan."""
        done = [a.specialist for a in self.assignments if a.state is AssignmentState.DONE]
        return tuple(dict.fromkeys(done))

    @property
    def of_earlier_round(self) -> bool:
        """Whether the plan is not of the task's present round, whose times the task has."""
        return self.plan_row is not None and self.plan_row.round != self.task.round

    @property
    def wall_seconds(self) -> float | None:
        """From the round's first work to its end; None when the plan is of an earlier round."""
        if self.task.started_at is None or self.task.ended_at is None or self.of_earlier_round:
            return None
        return (self.task.ended_at - self.task.started_at).total_seconds()

    def output(self, key: str) -> SpecialistOutput | None:
        """What the specialist of assignment `key` delivered."""
        for item in self.assignments:
            if item.key == key and item.output is not None:
                return SpecialistOutput.model_validate(item.output)
        return None

    def calls_of(self, key: str) -> tuple[ModelCall, ...]:
        """The calls that did assignment `key` in this round: several where it used tools."""
        of_round = self.plan_row.round if self.plan_row else self.task.round
        step = f"r{of_round}:work:{key}"
        turns = f"{step}:"
        return tuple(
            call for call in self.done_calls if call.step == step or call.step.startswith(turns)
        )

    def lookups(self, key: str) -> int:
        """How many calls of tools assignment `key` wished for in this round."""
        results = [call.result or {} for call in self.calls_of(key)]
        return sum(len(result.get("wishes") or ()) for result in results)

    def waits_for(self, item: Assignment) -> tuple[str, ...]:
        """Titles of what an assignment still waits for."""
        unfinished = {
            other.key: other.title
            for other in self.assignments
            if other.state in (AssignmentState.WAITING, AssignmentState.RUNNING)
        }
        return tuple(unfinished[key] for key in item.depends_on if key in unfinished)


def usage_of(call: ModelCall) -> Usage:
    """Return what one call used."""
    return Usage(
        tokens_in=call.tokens_in,
        tokens_out=call.tokens_out,
        tokens_cached=call.tokens_cached,
        cost_micros=call.cost_micros,
        seconds=call.seconds,
    )


async def task_report(
    uow: UnitOfWork, task_id: str, *, round_number: int | None = None
) -> TaskReport:
    """Gather a task's rows; plan and assignments of the present round unless another is named."""
    task = await uow.tasks.get(task_id)
    plan_row = await uow.plans.of_round(task.id, round_number or task.round)
    assignments: Sequence[Assignment] = (
        await uow.plans.assignments(plan_row.id) if plan_row is not None else ()
    )
    return TaskReport(
        task=task,
        plan_row=plan_row,
        assignments=tuple(assignments),
        calls=tuple(await uow.ledger.of_task(task.id)),
        decisions=tuple(await uow.decisions.of_task(task.id)),
        chosen=tuple(await uow.settings.of(task.workspace_id, channel_id=task.channel_id)),
    )


async def last_report(uow: UnitOfWork, task_id: str) -> TaskReport:
    """Gather a task's rows for people who look it up: the newest plan and the rounds before it.

    A reply of thanks or a small question is a round without a plan; the work is what was asked for.
    """
    report = await task_report(uow, task_id)
    if report.plan_row is None and report.task.state in ENDED:
        plans = await uow.plans.of_task(task_id)
        if plans:
            report = await task_report(uow, task_id, round_number=plans[-1].round)
    shown = report.plan_row.round if report.plan_row else report.task.round
    return replace(report, earlier=tuple(await uow.plans.earlier(task_id, before=shown)))
