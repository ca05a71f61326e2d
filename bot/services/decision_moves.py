"""What follows when a decision is settled: others replaced, dates planned, the act noted."""

from datetime import date, timedelta

from bot.domain import decision as rules
from bot.domain.days import day_words
from bot.domain.decision import DecisionState, LinkKind, dues_of
from bot.domain.events import DecisionMoved
from bot.errors import UserFacingError
from bot.services import adr_commits
from bot.services.context import Context
from bot.services.workspace_settings import effective
from storage.models import Decision
from storage.uow import UnitOfWork

IN_FORCE = frozenset({DecisionState.ACCEPTED})
REPLACEABLE = frozenset({DecisionState.ACCEPTED, DecisionState.EXPIRED, DecisionState.DEPRECATED})
"""What was decided once: only that can be replaced."""


async def settle(
    ctx: Context,
    uow: UnitOfWork,
    decision: Decision,
    target: DecisionState,
    *,
    by: str,
    reason: str = "",
) -> list[Decision]:
    """Move a locked decision and what hangs on it; returns all whose cards show something old.

    Accepting it replaces what it supersedes. `by` is empty for what the clock did. Raises
    TransitionRefused, and UserFacingError where it cannot come into force any more.
    """
    now = ctx.clock.now()
    replaced: list[Decision] = []
    if target is DecisionState.ACCEPTED:
        _check_still_to_come(ctx, decision)
        replaced = await replace(ctx, uow, decision, by=by)
    decision.state = rules.move(decision.public_id, decision.state, target)
    decision.decided_by, decision.decided_at, decision.updated_at = by or None, now, now
    decision.reason = reason.strip()
    await plan_dues(ctx, uow, decision)
    await note(ctx, uow, decision, target.value, by=by, details={"revision": decision.revision})
    await adr_commits.want(ctx, uow, decision.workspace_id)
    return [decision, *replaced, *await _challenged(uow, decision, besides=replaced)]


async def note(
    ctx: Context,
    uow: UnitOfWork,
    decision: Decision,
    action: str,
    *,
    by: str,
    details: dict[str, object] | None = None,
) -> None:
    """Write an act into the audit log."""
    await uow.session.flush()
    await uow.audit.add(
        decision.workspace_id,
        by or "lead",
        action=f"decision.{action}",
        noun="decision",
        noun_id=decision.id,
        at=ctx.clock.now(),
        details=details,
    )


async def tell(ctx: Context, uow: UnitOfWork, *decisions: Decision) -> None:
    """Let these decisions' cards show how things stand."""
    for decision in decisions:
        event = DecisionMoved(decision.task_id or "", decision_id=decision.id)
        await ctx.announcer.announce(uow, event)


async def plan_dues(ctx: Context, uow: UnitOfWork, decision: Decision) -> None:
    """Plan when a decision comes up; only one in force does.

    A review whose day passed while it was still open begins to count anew.
    """
    now = ctx.clock.now()
    if decision.state not in IN_FORCE:
        await uow.decision_parts.plan_dues(decision, {})
        return
    if decision.review_by is not None and decision.review_by <= now.date():
        decision.review_by = await next_review(ctx, uow, decision)
    dues = dues_of(review_by=decision.review_by, expires_on=decision.expires_on, now=now)
    await uow.decision_parts.plan_dues(decision, dues)


async def next_review(ctx: Context, uow: UnitOfWork, decision: Decision) -> date:
    """Return the day of the review that follows from the channel's settings."""
    place = {"channel_id": decision.channel_id}
    settings = await effective(ctx, uow, decision.workspace_id, **place)
    return (ctx.clock.now() + timedelta(days=settings.review_days)).date()


async def replace(ctx: Context, uow: UnitOfWork, decision: Decision, *, by: str) -> list[Decision]:
    """Settle what a decision supersedes, now that it is in force; returns what was settled.

    What another one replaced before cannot be replaced again: raises UserFacingError.
    """
    now = ctx.clock.now()
    moved: list[Decision] = []
    for kind, other in await uow.decision_parts.onward(decision.id):
        if kind is not LinkKind.SUPERSEDES:
            continue
        old = await uow.decisions.get(other.id, lock=True)
        if old.state is DecisionState.SUPERSEDED:
            if decision.state is DecisionState.ACCEPTED:
                continue  # it was this one that replaced it
            raise UserFacingError(
                f"{old.public_id} was replaced by another decision meanwhile.",
                hint=f"Reject {decision.public_id} and challenge that one.",
            )
        if not rules.can_move(old.state, DecisionState.SUPERSEDED):
            continue
        old.state = DecisionState.SUPERSEDED
        old.decided_by, old.decided_at, old.updated_at = by or None, now, now
        old.reason = ""
        await plan_dues(ctx, uow, old)
        details: dict[str, object] = {"by": decision.public_id}
        await note(ctx, uow, old, DecisionState.SUPERSEDED.value, by=by, details=details)
        moved.append(old)
    if moved:
        await adr_commits.want(ctx, uow, decision.workspace_id)
    return moved


async def _challenged(
    uow: UnitOfWork, decision: Decision, *, besides: list[Decision]
) -> list[Decision]:
    """Return the others that show this decision as their challenge."""
    known = {other.id for other in besides}
    return [
        other
        for kind, other in await uow.decision_parts.onward(decision.id)
        if kind is LinkKind.SUPERSEDES and other.id not in known
    ]


def _check_still_to_come(ctx: Context, decision: Decision) -> None:
    last = decision.expires_on
    if last is not None and last < ctx.clock.now().date():
        raise UserFacingError(
            f"{decision.public_id} was to last until {day_words(last, year=True)}, which"
            f" has passed.",
            hint="Its author can edit it; else reject it.",
        )
