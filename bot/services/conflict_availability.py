"""What the rows know of how available the thing is that several want: absences, past work."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.domain.conflict.share import WORKDAYS
from storage.models import Away, Conflict
from storage.uow import UnitOfWork

_PERSON = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_SHOWN = 3
_LOOKED_BACK = timedelta(weeks=4)
_LOOKED_AHEAD = timedelta(days=2 * 366)
"""Ours: who is away for longer is not waited for."""


async def availability(uow: UnitOfWork, conflict: Conflict, *, now: datetime) -> str:
    """Return a sentence for the card; empty where the rows know nothing."""
    if conflict.kind == "specialist":
        return await _specialist(uow, conflict, now=now)
    return away_words(await absences(uow, conflict))


async def absences(uow: UnitOfWork, conflict: Conflict) -> Sequence[Away]:
    """Return the absences from the conflict's start of the person who is wanted, the next first."""
    match = _PERSON.search(conflict.subject)
    if match is None or conflict.kind == "specialist":
        return ()
    return await uow.away.of(conflict.workspace_id, match["id"], since=conflict.starts_on)


def away_words(rows: Sequence[Away]) -> str:
    """Return a sentence; empty for nothing."""
    if not rows:
        return ""
    more = f" and {len(rows) - _SHOWN} more times" if len(rows) > _SHOWN else ""
    return f"Away {', '.join(map(_days, rows[:_SHOWN]))}{more}."


def days_off(conflict: Conflict, rows: Sequence[Away]) -> frozenset[date]:
    """Return the weekdays on which there are no hours of who is wanted."""
    first, last = conflict.starts_on, conflict.starts_on + _LOOKED_AHEAD
    return frozenset(
        day
        for row in rows
        for day in _each(max(row.first_day, first), min(row.last_day, last))
        if day.weekday() < WORKDAYS
    )


def _each(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


async def _specialist(uow: UnitOfWork, conflict: Conflict, *, now: datetime) -> str:
    place = conflict.workspace_id, conflict.subject
    done = await uow.conflicts.assignments_done(*place, since=now - _LOOKED_BACK)
    waiting = (await uow.plans.workload(place[0], running=False)).get(place[1], 0)
    running = (await uow.plans.workload(place[0], running=True)).get(place[1], 0)
    if not (done or waiting or running):
        return ""
    return f"Now {running} at work and {waiting} waiting; {done} done in the last four weeks."


def _days(row: Away) -> str:
    if row.first_day == row.last_day:
        return f"on {_day(row.first_day)}"
    return f"from {_day(row.first_day)} to {_day(row.last_day)}"


def _day(day: date) -> str:
    return f"{day:%a %d %b}"
