"""Turns a conflict's rows into its card, with what the ledger knows of the tasks in it."""

from bot.domain.conflict import enough
from bot.domain.task import AssignmentState
from bot.services.conflicts import claims_of, options_of
from bot.services.context import Context
from bot.services.task_report import task_report
from bot.slack.cards.conflict import ClaimLine, ConflictCard, conflict_card
from bot.slack.usage_text import dollars
from storage.models import Conflict, ConflictClaim
from storage.uow import UnitOfWork


async def card_of(uow: UnitOfWork, conflict: Conflict) -> ConflictCard:
    """Return what the card shows."""
    rows = await uow.conflicts.claims(conflict.id)
    claims = claims_of(rows)
    resolution = conflict.resolution or {}
    decision = ""
    if conflict.decision_id is not None:
        decision = (await uow.decisions.get(conflict.decision_id)).public_id
    return ConflictCard(
        conflict_id=conflict.id,
        public_id=conflict.public_id,
        subject=conflict.subject,
        kind=conflict.kind,
        week_hours=conflict.capacity,
        starts_on=conflict.starts_on,
        revision=conflict.revision,
        lines=tuple([await _line(uow, row) for row in rows]),
        claims=claims,
        options=options_of(conflict, rows),
        enough=enough(claims, start=conflict.starts_on, week_hours=conflict.capacity)
        if claims
        else None,
        resolved_by=conflict.resolved_by,
        resolved_at=conflict.resolved_at,
        chosen=str(resolution.get("title", "")),
        told=str(resolution.get("message", "")),
        decision=decision,
    )


async def _line(uow: UnitOfWork, row: ConflictClaim) -> ClaimLine:
    return ClaimLine(
        title=row.title,
        hours=row.hours,
        impact=row.impact,
        complexity=row.complexity,
        due_on=row.due_on,
        flexible_days=row.flexible_days,
        said_by=row.said_by,
        note=row.note,
        facts=await _facts(uow, row.task_id) if row.task_id else "",
    )


async def _facts(uow: UnitOfWork, task_id: str) -> str:
    """Return how far a task is and what it cost so far, by the tables."""
    report = await task_report(uow, task_id)
    done = sum(item.state is AssignmentState.DONE for item in report.assignments)
    parts = [report.task.state.value]
    if report.assignments:
        parts.append(f"{done} of {len(report.assignments)} assignments done")
    if report.usage.cost_micros:
        parts.append(f"{dollars(report.usage.cost_micros)} spent")
    return ", ".join(parts)


async def show(ctx: Context, uow: UnitOfWork, workspace_id: str, conflict_id: str) -> None:
    """Queue the card, or its edit."""
    conflict = await uow.conflicts.get(workspace_id, conflict_id)
    await uow.outbox.show(
        workspace_id=workspace_id,
        channel_id=conflict.channel_id,
        key=f"conflict:{conflict.id}:card",
        payload=conflict_card(await card_of(uow, conflict)).payload(),
        now=ctx.clock.now(),
    )
