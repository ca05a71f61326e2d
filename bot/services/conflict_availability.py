"""What is known of how available the thing is that several want: absences, holidays, past work."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.conflict.share import WORKDAYS
from bot.domain.days import day_words
from bot.domain.setting.kinds import OFF
from bot.services.context import Context
from bot.services.holiday_calendar import holidays_between
from bot.services.workspace_settings import effective
from storage.models import Away, Conflict
from storage.uow import UnitOfWork

_PERSON = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_SHOWN = 3
_LOOKED_BACK = timedelta(weeks=4)
_LOOKED_AHEAD = timedelta(days=2 * 366)
"""Ours: who is away for longer is not waited for."""


@dataclass(frozen=True)
class DaysOff:
    """When there are no hours at all of who is wanted: absences, the next first, and holidays."""

    first: date
    absences: Sequence[Away] = ()
    holidays: Mapping[date, str] = field(default_factory=dict)

    @property
    def days(self) -> frozenset[date]:
        """The weekdays without hours."""
        last = self.first + _LOOKED_AHEAD
        away = (
            day
            for row in self.absences
            for day in _each(max(row.first_day, self.first), min(row.last_day, last))
        )
        return frozenset(day for day in (*away, *self.holidays) if day.weekday() < WORKDAYS)

    def words(self, *, until: date | None = None) -> str:
        """Return a sentence or two, empty for nothing; holidays are those to the day `until`."""
        found = []
        if self.absences:
            found.append(f"Away {_listed([_days(row) for row in self.absences])}.")
        free = [
            f"{_day(day)} ({name})"
            for day, name in sorted(self.holidays.items())
            if until is not None and day <= until and day.weekday() < WORKDAYS
        ]
        if free:
            found.append(f"Public holidays: {_listed(free)}.")
        return " ".join(found)


async def days_off(ctx: Context, uow: UnitOfWork, conflict: Conflict) -> DaysOff:
    """Return a person's days off from the conflict's start; other things have none.

    The holidays of somebody who is named without a mention are those of the channel.
    """
    if conflict.kind != "person":
        return DaysOff(conflict.starts_on)
    match = _PERSON.search(conflict.subject)
    user_id = match["id"] if match else ""
    place = {"channel_id": conflict.channel_id, "user_id": user_id}
    settings = await effective(ctx, uow, conflict.workspace_id, **place)
    region = str(settings.values["holidays"].value)
    rows: Sequence[Away] = ()
    if user_id:
        rows = await uow.away.of(conflict.workspace_id, user_id, since=conflict.starts_on)
    last = conflict.starts_on + _LOOKED_AHEAD
    free = {} if region in ("", OFF) else holidays_between(region, conflict.starts_on, last)
    return DaysOff(conflict.starts_on, rows, free)


async def specialist_work(uow: UnitOfWork, conflict: Conflict, *, now: datetime) -> str:
    """Return a sentence on what a specialist has to do and did; empty for nothing."""
    if conflict.kind != "specialist":
        return ""
    place = conflict.workspace_id, conflict.subject
    done = await uow.conflicts.assignments_done(*place, since=now - _LOOKED_BACK)
    waiting = (await uow.plans.workload(place[0], running=False)).get(place[1], 0)
    running = (await uow.plans.workload(place[0], running=True)).get(place[1], 0)
    if not (done or waiting or running):
        return ""
    return f"Now {running} at work and {waiting} waiting; {done} done in the last four weeks."


def _each(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return f"{', '.join(words[:_SHOWN])}{more}"


def _days(row: Away) -> str:
    if row.first_day == row.last_day:
        return f"on {_day(row.first_day)}"
    return f"from {_day(row.first_day)} to {_day(row.last_day)}"


def _day(day: date) -> str:
    return day_words(day, weekday=True)
