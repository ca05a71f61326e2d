"""What the rows know of how available the thing is that several want: absences, past work."""

import re
from datetime import date, datetime, timedelta

from storage.models import Away, Conflict
from storage.uow import UnitOfWork

_PERSON = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_SHOWN = 3
_LOOKED_BACK = timedelta(weeks=4)


async def availability(uow: UnitOfWork, conflict: Conflict, *, now: datetime) -> str:
    """Return a sentence for the card; empty where the rows know nothing."""
    if conflict.kind == "specialist":
        return await _specialist(uow, conflict, now=now)
    match = _PERSON.search(conflict.subject)
    if match is None:
        return ""
    rows = await uow.away.of(conflict.workspace_id, match["id"], since=conflict.starts_on)
    return f"Away {', '.join(map(_days, rows[:_SHOWN]))}." if rows else ""


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
