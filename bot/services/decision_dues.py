"""Decisions in force that come up: reviews, provisional ones that end, and who keeps them."""

from datetime import date, timedelta

import structlog

from bot.domain import decision as rules
from bot.domain.days import day_words
from bot.domain.decision import DecisionState, DueKind
from bot.domain.events import DecisionCameUp
from bot.errors import TransitionRefused, UserFacingError
from bot.services import adr_commits, decision_moves
from bot.services.context import Context
from bot.services.sweeps import stops_no_other
from storage.models import Decision

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""Ours: how many one sweep tells; the rest follows with the next."""


async def tell_due(ctx: Context) -> int:
    """Speak of every decision whose moment has come, each once; returns how many.

    A row marks it and the outbox posts it, both in one transaction: neither a restart nor a second
    process tells it again. One bad decision does not stop the others.
    """
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        due = await uow.decision_parts.due(now=now, limit=AT_ONCE)
    told = 0
    for decision_id, kind in due:
        with stops_no_other("decision.due_failed", decision_id=decision_id, kind=kind.value):
            told += await _tell(ctx, decision_id, kind)
    return told


async def _tell(ctx: Context, decision_id: str, kind: DueKind) -> bool:
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(decision_id, lock=True)
        due = await uow.decision_parts.take_due(decision_id, kind, now=now)
        if due is None or decision.state not in decision_moves.IN_FORCE:
            return False
        if kind is DueKind.WARNING and (decision.expires_on or date.max) < now.date():
            return False  # nobody was up to say it in time; that it has ended is said next
        day = due.due_at.date()
        if kind is DueKind.EXPIRY:
            ended = day_words(decision.expires_on or day, year=True)
            why = f"It was provisional until {ended} and nobody renewed it."
            touched = await decision_moves.settle(
                ctx, uow, decision, DecisionState.EXPIRED, by="", reason=why
            )
            await decision_moves.tell(ctx, uow, *touched)
        event = DecisionCameUp(decision.task_id or "", decision_id=decision.id, kind=kind, day=day)
        await ctx.announcer.announce(uow, event)
    log.info("decision.due", decision_id=decision_id, kind=kind.value)
    return True


async def keep(ctx: Context, decision_id: str, *, by: str, receipt: str = "") -> Decision:
    """Say that a decision in force is still right: its next review is planned."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(decision_id, lock=True)
        if not await uow.receipts.is_new(decision.workspace_id, receipt, now=now):
            return decision
        _require_in_force(decision)
        decision.review_by = await decision_moves.next_review(ctx, uow, decision)
        decision.updated_at = now
        await decision_moves.plan_dues(ctx, uow, decision)
        await adr_commits.want(ctx, uow, decision.workspace_id)
        details: dict[str, object] = {"review_by": decision.review_by.isoformat()}
        await decision_moves.note(ctx, uow, decision, "keep", by=by, details=details)
        await decision_moves.tell(ctx, uow, decision)
    return decision


async def renew(
    ctx: Context, decision_id: str, *, until: date | None, by: str, receipt: str = ""
) -> Decision:
    """Let a provisional decision last until a later day, or for good; one that expired, anew.

    Raises UserFacingError for a day that has passed and for what is not provisional.
    """
    now = ctx.clock.now()
    if until is not None and until <= now.date():
        raise UserFacingError(
            f"{day_words(until, year=True)} is not in the future.", hint="E.g. a day next month."
        )
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(decision_id, lock=True)
        if not await uow.receipts.is_new(decision.workspace_id, receipt, now=now):
            return decision
        _require_provisional(decision)
        decision.expires_on = until
        if decision.state is DecisionState.EXPIRED:
            decision.state = rules.move(decision.public_id, decision.state, DecisionState.ACCEPTED)
            decision.decided_by, decision.decided_at = by, now
        decision.reason = ""
        decision.updated_at = now
        await decision_moves.plan_dues(ctx, uow, decision)
        await adr_commits.want(ctx, uow, decision.workspace_id)
        details: dict[str, object] = {"until": until.isoformat() if until else "for good"}
        await decision_moves.note(ctx, uow, decision, "renew", by=by, details=details)
        await decision_moves.tell(ctx, uow, decision)
    return decision


def month_after(decision: Decision, today: date) -> date:
    """Return the day until which a renewal lasts when nobody says otherwise."""
    return max(today, decision.expires_on or today) + timedelta(days=30)


def _require_in_force(decision: Decision) -> None:
    if decision.state not in decision_moves.IN_FORCE:
        raise TransitionRefused("decision", decision.public_id, decision.state.value, "kept")


def _require_provisional(decision: Decision) -> None:
    if decision.state is DecisionState.EXPIRED:
        return
    _require_in_force(decision)
    if decision.expires_on is None:
        raise UserFacingError(f"{decision.public_id} is not provisional: it lasts already.")
