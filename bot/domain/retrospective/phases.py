"""The phases of a retrospective, and how long each takes."""

from datetime import UTC, datetime, timedelta
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
_WEEKEND = (5, 6)
"""Ours: nobody writes or votes then."""


def after(phase: Phase) -> Phase:
    """Return the phase that follows; the end follows itself."""
    return _ORDER[min(_ORDER.index(phase) + 1, len(_ORDER) - 1)]


def length(phase: Phase, minutes: int) -> timedelta:
    """Return how long a phase takes of a retrospective of so many minutes; at least one minute."""
    return max(timedelta(minutes=1), timedelta(minutes=minutes) * _SHARES.get(phase, 0.0))


def end_after(start: datetime, time: timedelta, *, minutes: int) -> datetime:
    """Return the moment `time` after `start`, without weekends (UTC) in a retrospective of so many
    minutes that takes a day or longer: two days from Friday on end on Tuesday.
    """
    if minutes < _DAY / timedelta(minutes=1):
        return start + time
    moment, left = start.astimezone(UTC), time
    while True:
        midnight = (moment + _DAY).replace(hour=0, minute=0, second=0, microsecond=0)
        if moment.weekday() in _WEEKEND:
            moment = midnight
        elif left <= midnight - moment:
            return moment + left
        else:
            left, moment = left - (midnight - moment), midnight
