"""Actions that a team agreed on: how they stand, and when their owner is reminded."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum


class ActionState(StrEnum):
    """The last two are ends."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class LessonKind(StrEnum):
    """Source: the seed's captureBackendLessons."""

    WORKED = "what worked"
    FAILED = "what failed"
    PERFORMANCE = "performance insight"
    PROCESS = "process improvement"


class Standing(StrEnum):
    """How an action stands when the next retrospective opens."""

    DONE = "done"
    DROPPED = "dropped"
    CHANGED = "changed"
    OVERDUE = "overdue"
    OPEN = "open"


_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_HOUR = time(9, tzinfo=UTC)
"""Ours: when the days of actions begin and reminders come; quiet hours hold them up further."""


def standing(
    state: str, *, due_on: date | None, changed_at: datetime | None, since: datetime, today: date
) -> Standing:
    """Return how an action stands; `changed` is one that got other words, owner or day `since`."""
    if state != ActionState.OPEN:
        return Standing(state)
    if due_on is not None and due_on < today:
        return Standing.OVERDUE
    changed = changed_at is not None and changed_at >= since
    return Standing.CHANGED if changed else Standing.OPEN


def next_reminder(due_on: date | None, *, now: datetime) -> datetime | None:
    """Return when to remind next of something open; None without a day.

    A day before, on the day, then each week.
    """
    if due_on is None:
        return None
    due = datetime.combine(due_on, _HOUR)
    coming = next((at for at in (due - _DAY, due) if at > now), None)
    if coming is not None:
        return coming
    weeks = (now - due) // _WEEK + 1
    return due + weeks * _WEEK
