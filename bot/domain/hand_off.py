"""A hand-off between teams: its states, its moves, and when somebody is reminded of it."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import TransitionRefused

TEAMS = ("main-orchestrator", "frontend", "mobile", "devops", "security", "testing")
"""Source: the seed, "Cross-Team Integration"."""


class HandOffState(StrEnum):
    """Where it stands; the last three are ends."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Who asked does not need it any more."""


OPEN = (HandOffState.REQUESTED, HandOffState.ACCEPTED)
_MOVES = {
    HandOffState.REQUESTED: frozenset(
        {
            HandOffState.ACCEPTED,
            HandOffState.DONE,
            HandOffState.DECLINED,
            HandOffState.WITHDRAWN,
        }
    ),
    HandOffState.ACCEPTED: frozenset(
        {HandOffState.DONE, HandOffState.DECLINED, HandOffState.WITHDRAWN}
    ),
    HandOffState.DONE: frozenset[HandOffState](),
    HandOffState.DECLINED: frozenset[HandOffState](),
    HandOffState.WITHDRAWN: frozenset[HandOffState](),
}
_UNANSWERED = timedelta(hours=24)
"""Ours: who has not answered within a day has not seen it."""


def move(identifier: str, source: HandOffState, target: HandOffState) -> HandOffState:
    """Return `target` if a hand-off may go there from `source`; raises TransitionRefused."""
    if target not in _MOVES[source]:
        raise TransitionRefused("hand-off", identifier, source.value, target.value)
    return target


def next_reminder(
    state: HandOffState, *, due_at: datetime | None, now: datetime
) -> datetime | None:
    """Return when to remind next; None for never.

    Unanswered: each day. Accepted: a day before it is due, when it is due, then each day; without
    a due time nobody is reminded of what was accepted.
    """
    if state not in OPEN:
        return None
    daily = now + _UNANSWERED
    if state is HandOffState.REQUESTED:
        return daily
    if due_at is None:
        return None
    coming = [moment for moment in (due_at - _UNANSWERED, due_at) if moment > now]
    return coming[0] if coming else daily
