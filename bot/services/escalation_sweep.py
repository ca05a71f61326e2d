"""One tick's sweep: every timer that is due goes off, once, whatever the number of processes.

What a timer did, its line in the timeline and what it says are stored in one transaction, under
locks that other sweeps leave out. The statements of a sweep grow with what is due, by batches, and
not with the cases that wait.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot import metrics
from bot.domain.escalation import timers
from bot.domain.events import EscalationMoved
from bot.services import escalation_news
from bot.services.away import who_is_away
from bot.services.context import Context
from bot.services.escalation_news import Told
from bot.services.escalation_rows import Change, case_of_due, change
from bot.services.escalation_views import LATE
from bot.services.holiday_calendar import calendar_of
from storage.repositories.escalations import DueRow
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 250
"""Ours: so many take a tenth of a second, in which this process answers nobody."""
_AGAIN = timedelta(minutes=5)
"""A case whose timer broke is tried again after that."""


@dataclass(frozen=True)
class Fired:
    """A case whose timer went off: what to write of it, and what to say."""

    change: Change
    told: Told


async def sweep(ctx: Context, *, batch: int = BATCH) -> int:
    """Let all timers go off that are due now; returns how many did."""
    count = 0
    while True:
        now = ctx.clock.now()
        async with ctx.database.read() as uow:
            if not await uow.escalations.any_due(now):
                break
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
        if len(rows) < batch:
            break
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
    except Exception:
        log.exception("escalation.timer_broke", escalation_id=row.id)
        await uow.escalations.retime(row.id, now + _AGAIN, None)
        return None
    where = (row.id, row.workspace_id, row.channel_id, row.root_ts, case.policy.page_channel)
    return Fired(found, Told(*where, kind, moved.level, row.seq + 1))


async def _store(ctx: Context, uow: UnitOfWork, fired: list[Fired], now: datetime) -> None:
    if not fired:
        return
    await uow.escalations.move(
        [{**item.change.values, "of_id": item.told.escalation_id} for item in fired]
    )
    await uow.escalations.tell([item.change.line for item in fired])
    await escalation_news.queue(uow, [item.told for item in fired], now=now)
    await ctx.announcer.announce(uow, EscalationMoved(""))
    uow.after_commit(partial(_count, fired))


def _count(fired: list[Fired]) -> None:
    for item in fired:
        late = item.change.line["late_seconds"]
        metrics.escalation_timer_fired(kind=item.told.kind.value, late_seconds=late)
        if late > LATE.total_seconds():
            log.warning("escalation.late", escalation_id=item.told.escalation_id, seconds=late)
