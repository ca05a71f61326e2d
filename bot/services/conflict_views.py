"""Turns a conflict's rows into its card, with what the ledger knows of the tasks in it; what
stands unresolved, on record or only seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.conflict import Claim, enough
from bot.domain.conflict.wants import Clash
from bot.domain.task import AssignmentState
from bot.services.conflict_availability import DaysOff, days_off, specialist_work
from bot.services.conflict_wants import clashes_in
from bot.services.conflicts import claims_of, last_day, options_of
from bot.services.context import Context
from bot.services.task_report import task_report
from bot.slack.cards.conflict import ClaimLine, ConflictCard, conflict_card
from bot.slack.cards.conflict_note import WantedLine, wanted_line
from bot.slack.usage_text import dollars
from storage.models import Conflict, ConflictClaim
from storage.uow import UnitOfWork

_MOST = 20
"""Ours: a longer list is looked at with `/lead conflicts`."""


async def card_of(ctx: Context, uow: UnitOfWork, conflict: Conflict) -> ConflictCard:
    """Return what the card shows."""
    rows = await uow.conflicts.claims(conflict.id)
    claims = claims_of(rows)
    off = await days_off(ctx, uow, conflict)
    ways = options_of(conflict, rows, off=off.days)
    work = await specialist_work(uow, conflict, now=ctx.clock.now())
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
        options=ways,
        enough=_enough(conflict, claims, off) if claims else None,
        resolved_by=conflict.resolved_by,
        resolved_at=conflict.resolved_at,
        chosen=str(resolution.get("title", "")),
        told=str(resolution.get("message", "")),
        decision=decision,
        availability=work or off.words(until=last_day(ways)),
    )


def _enough(conflict: Conflict, claims: Sequence[Claim], off: DaysOff) -> int | None:
    return enough(claims, start=conflict.starts_on, week_hours=conflict.capacity, off=off.days)


async def _line(uow: UnitOfWork, row: ConflictClaim) -> ClaimLine:
    return ClaimLine(
        title=row.title,
        hours=row.hours,
        impact=row.impact,
        complexity=row.complexity,
        due_on=row.due_on,
        flexible_days=row.flexible_days,
        said_by=row.said_by,
        said_at=row.said_at,
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
        payload=conflict_card(await card_of(ctx, uow, conflict)).payload(),
        now=ctx.clock.now(),
    )


@dataclass(frozen=True)
class Standing:
    """What is not resolved, as somebody may see it: on record, and only seen in plans."""

    on_record: tuple[Conflict, ...]
    wanted: tuple[WantedLine, ...]

    @property
    def named(self) -> list[tuple[str, str]]:
        """What is on record: what people call it, and what is wanted."""
        return [(row.public_id, row.subject) for row in self.on_record]


async def standing(
    uow: UnitOfWork,
    workspace_id: str,
    rooms: Sequence[str],
    *,
    now: datetime,
    apart: bool = False,
) -> Standing:
    """Return it for somebody who sees public channels and these; the newest 20 on record.

    `apart`: for one who sees only these, as others than this company read there.

    What is on record for all to see there is not said twice.
    """
    rows: dict[str, Conflict] = {}
    for room in rooms if apart else ("", *rooms):
        for row in await uow.conflicts.open_ones(workspace_id, seen_from=room, limit=_MOST):
            rows.setdefault(row.id, row)
    known = {row.subject.casefold() for row in rows.values()}
    lines = [
        wanted_line(clash.apart() if apart else clash, rooms)
        for clash in await clashes_in(uow, workspace_id, now=now)
        if clash.subject.casefold() not in known
    ]
    newest = sorted(rows.values(), key=lambda row: -row.number)
    return Standing(tuple(newest), tuple(line for line in lines if line.names))


async def known_clash(
    uow: UnitOfWork, workspace_id: str, channel_id: str, subject: str, *, now: datetime
) -> Clash | None:
    """Return what the plans show of a subject, if any of it may be named in the channel."""
    wanted = subject.strip().casefold()
    found = await clashes_in(uow, workspace_id, now=now)
    if await uow.channels.is_shared(workspace_id, channel_id):
        found = [clash.apart() for clash in found]
    return next(
        (c for c in found if c.subject.casefold() == wanted and c.shown((channel_id,))), None
    )
