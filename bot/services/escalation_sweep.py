"""One tick's sweep: every timer that is due goes off, once, whatever the number of processes.

What a timer did, its line in the timeline and what it says are stored in one transaction, under
locks that other sweeps leave out. The statements of a sweep grow with what is due, by batches, and
not with the cases that wait.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot import metrics
from bot.domain.escalation import Kind, timers
from bot.domain.events import PostsQueued
from bot.services import escalation_news
from bot.services.away import who_is_away
from bot.services.context import Context
from bot.services.escalation_news import Told
from bot.services.escalation_rows import case_of_due, change, text_of
from bot.services.escalation_views import LATE
from bot.services.holiday_calendar import calendar_of
from storage.repositories.escalations import DueRow
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 500
"""Ours: so many take a twentieth of a second, in which this process answers nobody."""
_AGAIN = timedelta(minutes=5)
"""A case whose timer broke is tried again after that."""


@dataclass(frozen=True)
class Fired:
    """A case whose timer went off: what to write of it, and what to say."""

    values: dict[str, Any]
    line: dict[str, Any]
    told: Told


async def sweep(ctx: Context, *, batch: int = BATCH) -> int:
    """Let all timers go off that are due now; returns how many did."""
    async with ctx.database.read() as uow:  # most ticks find nothing, and lock nothing
        more = await uow.escalations.any_due(ctx.clock.now())
    count = 0
    while more:
        now = ctx.clock.now()
        async with ctx.database.begin() as uow:
            rows = await uow.escalations.due(now, limit=batch)
            away = {
                workspace: await who_is_away(uow, workspace, now.date())
                for workspace in {row.workspace_id for row in rows}
            }
            tried = [await _fire(uow, row, now, away[row.workspace_id]) for row in rows]
            fired = [found for found in tried if found is not None]
            await _store(ctx, uow, fired, now)
        count += len(fired)
        more = len(rows) == batch
    metrics.escalations_swept(at=ctx.clock.now())
    return count


async def _fire(uow: UnitOfWork, row: DueRow, now: datetime, away: Collection[str]) -> Fired | None:
    """Return what a row's timer does; one that breaks does not stop the others."""
    try:
        case = case_of_due(row)
        fired = timers.fire(case, now, calendar_of, away=away)
        if fired is None:  # its timer was set by other rules, e.g. before holidays were corrected
            due = timers.next_due(case, calendar_of)
            await uow.escalations.retime(row.id, *((due.at, due.kind) if due else (None, None)))
            return None
        moved, kind = fired
        found = change(row, moved, kind, now=now, planned=row.due_at)
        hours = row.hours if moved.hours is case.hours else text_of(moved.hours)
    except Exception:  # one case keeps no other waiting
        log.exception("escalation.timer_broke", escalation_id=row.id)
        await uow.escalations.retime(row.id, now + _AGAIN, None)
        return None
    where = (row.id, row.workspace_id, row.channel_id, row.root_ts, case.policy.page_channel)
    return Fired(
        found.values | {"id": row.id, "hours": hours},
        found.line,
        Told(*where, kind, moved.level, row.seq + 1),
    )


async def _store(ctx: Context, uow: UnitOfWork, fired: list[Fired], now: datetime) -> None:
    if not fired:
        return
    await uow.escalations.move([item.values for item in fired], now=now)
    await uow.escalations.tell([item.line for item in fired], now=now)
    await escalation_news.queue(uow, [item.told for item in fired], now=now)
    await ctx.announcer.announce(uow, PostsQueued())
    uow.after_commit(partial(_count, fired))


def _count(fired: list[Fired]) -> None:
    """Count what went off; one line says how many were late: after a pause of ours all are."""
    seconds: dict[Kind, list[int]] = {}
    for item in fired:
        seconds.setdefault(item.told.kind, []).append(item.line["late_seconds"])
    for kind, late_seconds in seconds.items():
        metrics.escalation_timers_fired(kind=kind.value, late_seconds=late_seconds)
    late = [item for item in fired if item.line["late_seconds"] > LATE.total_seconds()]
    if late:
        worst = max(late, key=lambda item: int(item.line["late_seconds"]))
        log.warning(
            "escalation.late",
            count=len(late),
            worst_id=worst.told.escalation_id,
            worst_seconds=worst.line["late_seconds"],
        )
