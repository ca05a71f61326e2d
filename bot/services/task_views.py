"""Turns rows into the plain values that Slack's cards show."""

from itertools import groupby
from operator import itemgetter

from bot.domain.output import SpecialistOutput
from bot.domain.routing.patterns import MICRO
from bot.domain.thinking import NAME
from bot.domain.usage import MICROS, total
from bot.services.context import Context
from bot.services.task_report import TaskReport, usage_of
from bot.services.workspace_settings import over
from bot.slack.views import (
    AssignmentLine,
    EarlierRound,
    SpecialistPost,
    SynthesisPost,
    TaskCard,
    TaskRow,
    UsageLine,
    Voice,
)
from storage.models import Assignment, Task


def voice_of(ctx: Context, specialist: str) -> Voice:
    """Return under whose name a specialist speaks; a removed one keeps its name."""
    known = ctx.team.specialists.get(specialist)
    if known is None:
        return Voice(name=specialist, title=specialist, icon=":bust_in_silhouette:")
    return Voice(name=known.name, title=known.title, icon=known.icon)


def lead_voice(ctx: Context) -> Voice:
    """Return the lead's name and icon."""
    return Voice(name=ctx.team.lead.name, title=ctx.team.lead.title, icon=ctx.team.lead.icon)


def usage_line(ctx: Context, report: TaskReport) -> UsageLine:
    """Return what the ledger says of a task."""
    return UsageLine(
        ran=report.ran,
        team_size=len(ctx.team.specialists),
        calls=len(report.done_calls),
        lost=report.lost_calls,
        usage=report.usage,
        models=tuple(dict.fromkeys(call.model for call in report.done_calls)),
        wall_seconds=_wall_seconds(ctx, report),
        later=report.task.round > 1,
    )


def _wall_seconds(ctx: Context, report: TaskReport) -> float | None:
    """From the round's first work to its end, or to now while it goes on."""
    started = report.task.started_at
    if started is None or report.of_earlier_round or report.wall_seconds is not None:
        return report.wall_seconds
    return (ctx.clock.now() - started).total_seconds()


def task_card_view(ctx: Context, report: TaskReport) -> TaskCard:
    """Return the task's card."""
    task = report.task
    limit = over(ctx, report.chosen).budget.per_task
    budget = round(limit * MICROS) + task.extra_budget_micros
    return TaskCard(
        task_id=task.id,
        public_id=task.public_id,
        title=task.title,
        text=task.text,
        requester_id=task.requester_id,
        state=task.state,
        state_reason=task.state_reason,
        round=report.plan_row.round if report.plan_row else task.round,
        pattern=report.plan_row.pattern if report.plan_row else None,
        lines=tuple(_line(item, report.waits_for(item)) for item in report.assignments),
        earlier=tuple(
            EarlierRound(number, tuple(_line(item) for _, item in of_round))
            for number, of_round in groupby(report.earlier, key=itemgetter(0))
        ),
        estimate_micros=report.plan_row.estimate_micros if report.plan_row else None,
        budget_micros=budget,
        model_label=ctx.models.of(task).label,
        usage=usage_line(ctx, report),
        error_id=task.error_id,
        resume_at=task.resume_at,
    )


def _line(item: Assignment, waits_for: tuple[str, ...] = ()) -> AssignmentLine:
    return AssignmentLine(
        key=item.key,
        title=item.title,
        specialist=item.specialist,
        state=item.state,
        phase=item.phase,
        phase_title=item.phase_title,
        waits_for=waits_for,
        problem=item.problem,
    )


def specialist_post_view(ctx: Context, report: TaskReport, key: str) -> SpecialistPost | None:
    """Return a specialist's message, or None when it delivered nothing."""
    item = next((item for item in report.assignments if item.key == key), None)
    if item is None or item.output is None:
        return None
    calls = report.calls_of(key)
    return SpecialistPost(
        task_id=report.task.id,
        key=key,
        voice=voice_of(ctx, item.specialist),
        title=item.title,
        output=SpecialistOutput.model_validate(item.output),
        usage=total(map(usage_of, calls)),
        model=calls[-1].model if calls else "",
        lookups=report.lookups(key),
    )


def synthesis_post_view(ctx: Context, report: TaskReport) -> SynthesisPost | None:
    """Return the lead's recommendation, or None while there is none."""
    if report.synthesis is None:
        return None
    return SynthesisPost(
        task_id=report.task.id,
        public_id=report.task.public_id,
        synthesis=report.synthesis,
        footer=usage_line(ctx, report),
        titles={name: who.title for name, who in ctx.team.specialists.items()},
        round=report.task.round,
        cuts_services=report.plan_row is not None and report.plan_row.pattern == MICRO,
        weighed=f"r{report.task.round}:{NAME}" in {call.step for call in report.done_calls},
    )


def task_row(task: Task) -> TaskRow:
    """Return a task's line in a list."""
    return TaskRow(
        public_id=task.public_id,
        title=task.title or task.text[:60],
        state=task.state,
        state_reason=task.state_reason,
        updated_at=task.updated_at,
        task_id=task.id,
    )
