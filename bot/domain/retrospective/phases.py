"""The phases of a retrospective, and how long each takes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Phase(StrEnum):
    """Where it stands; the last is the end."""

    COLLECT = "collect"
    """Cards are written; nobody sees them yet."""
    GROUP = "group"
    """Cards are shown and grouped into topics."""
    VOTE = "vote"
    """Topics are voted for; nobody sees the votes yet."""
    DISCUSS = "discuss"
    """The topics with most votes become actions and lessons."""
    CLOSED = "closed"


_ORDER = tuple(Phase)
_SHARES = {Phase.COLLECT: 0.5, Phase.GROUP: 0.1, Phase.VOTE: 0.2, Phase.DISCUSS: 0.2}
"""Ours: writing takes people longest to come to."""
REMIND_AT = 0.8
"""Of the collecting, as a standup's reminder."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkWeek:
    """On which days people write and vote (Monday is 0; none: on all), by whose midnight."""

    zone: tzinfo
    days: Collection[int]

    def works(self, moment: datetime) -> bool:
        """Return whether a moment is on such a day."""
        return not self.days or moment.astimezone(self.zone).weekday() in self.days

    def next_midnight(self, moment: datetime) -> datetime:
        """Return when the day of a moment ends, which the clocks may make longer or shorter."""
        day = moment.astimezone(self.zone).date() + _DAY
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def after(phase: Phase) -> Phase:
    """Return the phase that follows; the end follows itself."""
    return _ORDER[min(_ORDER.index(phase) + 1, len(_ORDER) - 1)]


def length(phase: Phase, minutes: int) -> timedelta:
    """Return how long a phase takes of a retrospective of so many minutes; at least one minute."""
    return max(timedelta(minutes=1), timedelta(minutes=minutes) * _SHARES.get(phase, 0.0))


def end_after(start: datetime, span: timedelta, *, minutes: int, week: WorkWeek) -> datetime:
    """Return the moment `span` after `start`, without the days off in a retrospective of so many
    minutes that takes a day or longer: two days from Friday on end on Tuesday.
    """
    if minutes < _DAY / timedelta(minutes=1):
        return start + span
    moment, left = start.astimezone(UTC), span
    while True:
        midnight = week.next_midnight(moment)
        if not week.works(moment):
            moment = midnight
        elif left <= midnight - moment:
            return moment + left
        else:
            left, moment = left - (midnight - moment), midnight
