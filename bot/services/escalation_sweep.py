"""One tick's sweep: every timer that is due goes off, once, whatever the number of processes.

What a timer did, its line in the timeline and what it says are stored in one transaction, under
locks that other sweeps leave out. The statements of a sweep grow with what is due, by batches, and
not with the cases that wait.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.domain.escalation import timers
from bot.domain.events import EscalationMoved
from bot.services import escalation_news
from bot.services.context import Context
from bot.services.escalation_news import Told
from bot.services.escalation_rows import case_of, keep
from bot.services.escalation_views import LATE
from bot.services.holiday_calendar import calendar_of
from storage.models import Escalation
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 250
"""Ours: so many take a tenth of a second, in which this process answers nobody."""
_AGAIN = timedelta(minutes=5)
"""A case whose timer broke is tried again after that."""


async def sweep(ctx: Context, *, batch: int = BATCH) -> int:
    """Let all timers go off that are due now; returns how many did."""
    fired = 0
    while True:
        now = ctx.clock.now()
        async with ctx.database.read() as uow:
            if not await uow.escalations.any_due(now):
                break
        async with ctx.database.begin() as uow:
            rows = await uow.escalations.due(now, limit=batch)
            told = _fire(rows, now)
            await _store(ctx, uow, told, now)
        fired += len(told)
        if len(rows) < batch:
            break
    metrics.escalations_swept(at=ctx.clock.now())
    return fired


def _fire(rows: Sequence[Escalation], now: datetime) -> list[Told]:
    """Move the rows; one that breaks does not stop the others."""
    told: list[Told] = []
    for row in rows:
        try:
            found = _fire_one(row, now)
        except Exception:
            log.exception("escalation.timer_broke", escalation_id=row.id)
            row.due_at = now + _AGAIN
            continue
        if found is not None:
            told.append(found)
    return told


def _fire_one(row: Escalation, now: datetime) -> Told | None:
    case, planned = case_of(row), row.due_at
    fired = timers.fire(case, now, calendar_of)
    if fired is None:  # its timer was set by other rules, e.g. before holidays were corrected
        due = timers.next_due(case, calendar_of)
        row.due_at, row.due_kind = (due.at, due.kind) if due else (None, None)
        return None
    moved, kind = fired
    event = keep(row, moved, kind, now=now, planned=planned)
    if event.late_seconds > LATE.total_seconds():
        log.warning("escalation.late", escalation_id=row.id, seconds=event.late_seconds)
    return row, event


async def _store(ctx: Context, uow: UnitOfWork, told: list[Told], now: datetime) -> None:
    uow.session.add_all([event for _, event in told])
    await uow.session.flush()
    if not told:
        return
    await escalation_news.queue(uow, told, now=now)
    await ctx.announcer.announce(uow, EscalationMoved(""))
    for _, event in told:
        metrics.escalation_timer_fired(kind=event.kind.value, late_seconds=event.late_seconds)
