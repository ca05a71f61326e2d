"""What people decide about gates: limits and waivers; each act once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.quality_gate import Check
from bot.domain.quality_gate.policy import MOST_REASON
from bot.domain.quality_gate.words import Subject
from bot.domain.redaction import redact
from bot.domain.service import key_of
from bot.errors import NotFound, UserFacingError
from bot.services import service_graph
from bot.services.context import Context
from bot.services.service_graph import Place
from storage.models import QualityRule, Waiver, new_id
from storage.repositories.quality_gates import Whose
from storage.uow import UnitOfWork

MOST_DAYS = 365
"""Ours: who needs longer changes the limit."""


@dataclass(frozen=True)
class Asked:
    """What a waiver's form says."""

    check: Check
    owner_id: str
    reason: str
    until: date


async def whose_from(uow: UnitOfWork, place: Place, subject: Subject) -> tuple[Whose, str]:
    """Return whose rows a subject means here, and its name; raises NotFound for no service.

    A service that CI named and nobody registered has a gate all the same. Raises UserFacingError
    for everybody's gates where others than this company read.
    """
    whose, name = await _whose(uow, place, subject)
    outside = not whose.scope and bool(place.channel_id)
    if outside and await uow.channels.is_shared(place.workspace_id, place.channel_id):
        raise UserFacingError(
            f"{name} is everybody's, and people of other companies read here.",
            hint="Ask in a channel that is not shared.",
        )
    return whose, name


async def _whose(uow: UnitOfWork, place: Place, subject: Subject) -> tuple[Whose, str]:
    if not subject.service:
        return Whose(place.workspace_id, "", subject.repository), subject.name
    try:
        service = await service_graph.find(uow, place, subject.service)
    except NotFound:
        key = key_of(subject.service)
        if not await uow.quality_gates.has(place.workspace_id, key):
            raise
        return Whose(place.workspace_id, key), key
    return Whose(place.workspace_id, service.key, "", service.scope), service.name


def check_place(whose: Whose, place: Place, name: str) -> None:
    """Raise UserFacingError where a private channel's words would be read by everybody."""
    if place.is_private and whose.scope != place.channel_id:
        raise UserFacingError(
            f"{name} is everybody's: what is said here would be seen there.",
            hint="Say it in a public channel.",
        )


async def set_limit(
    ctx: Context,
    place: Place,
    subject: Subject,
    check: Check,
    value: float | None,
    *,
    receipt: str,
    drop: bool = False,
) -> str:
    """Set a limit (None: not asked), or drop what was set; returns the subject's name."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        whose, name = await whose_from(uow, place, subject)
        await uow.channels.lock_workspace(place.workspace_id)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return name
        row = await uow.quality_gates.rule(whose, check.value)
        before = row.value if row is not None else "not set"
        if row is not None:
            await uow.session.delete(row)
            await uow.session.flush()
        if not drop:
            uow.session.add(
                QualityRule(
                    id=new_id(),
                    **whose.columns,
                    check_name=check.value,
                    value=value,
                    set_by=place.user_id,
                    set_at=now,
                )
            )
        after = "not set" if drop else value
        details = {"check": check.value, "before": before, "after": after}
        await note(ctx, uow, place, whose, "gate.limit", details)
    return name


async def waive(
    ctx: Context, place: Place, subject: Subject, asked: Asked, *, receipt: str
) -> Waiver | None:
    """Waive a check until a day; None when this form did it before. Raises UserFacingError."""
    now = ctx.clock.now()
    check_until(asked.until, today=now.date())
    reason = redact(" ".join(asked.reason.split()))[:MOST_REASON]
    if not reason:
        raise UserFacingError("Say why it is waived.")
    async with ctx.database.begin() as uow:
        whose, name = await whose_from(uow, place, subject)
        check_place(whose, place, name)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return None
        row = Waiver(
            id=new_id(),
            **whose.columns,
            number=await uow.numbers.next(Waiver, place.workspace_id),
            check_name=asked.check.value,
            owner_id=asked.owner_id,
            reason=reason,
            until=asked.until,
            created_by=place.user_id,
            created_at=now,
        )
        uow.session.add(row)
        details = {"check": asked.check.value, "until": asked.until.isoformat()}
        await note(ctx, uow, place, whose, "gate.waive", {"waiver": row.public_id, **details})
    return row


def check_until(until: date, *, today: date) -> None:
    """Raise UserFacingError for a day that is past or too far."""
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        raise UserFacingError(f"A waiver ends within {MOST_DAYS} days, today at the earliest.")


async def end_waiver(ctx: Context, place: Place, number: int, *, receipt: str) -> Waiver:
    """Let a waiver count no more; raises NotFound, and UserFacingError when it has ended."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.quality_gates.waiver(place.workspace_id, number, seen_from=place.channel_id)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return row
        if row.ended_at is not None:
            raise UserFacingError(f"{row.public_id} has ended already.")
        row.ended_by, row.ended_at = place.user_id, now
        whose = Whose(row.workspace_id, row.service, row.repository, row.scope)
        await note(ctx, uow, place, whose, "gate.unwaive", {"waiver": row.public_id})
    return row


async def note(
    ctx: Context,
    uow: UnitOfWork,
    place: Place,
    whose: Whose,
    action: str,
    details: Mapping[str, object],
) -> None:
    """Write it into the audit log; a private channel's names stay out of it."""
    await uow.session.flush()
    name = whose.service or whose.repository or "everything"
    await uow.audit.add(
        place.workspace_id,
        place.user_id,
        action=action,
        noun="gate",
        noun_id="private" if whose.scope else key_of(name)[:32],
        at=ctx.clock.now(),
        details=dict(details),
    )
