"""What people do to a case: each returns the case after it, or refuses in a sentence."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.escalation.calendar import Calendar
from bot.domain.escalation.case import Case, EscalationState, Kind
from bot.domain.escalation.policy import HIGHEST, Responder
from bot.domain.escalation.timers import CalendarOf, raise_level
from bot.errors import UserFacingError

Snooze = Literal["hour", "tomorrow"]


def acknowledge(case: Case, by: Responder, now: datetime) -> tuple[Case, Kind]:
    """Somebody is on it, and owns it from now on; again by the same person: still on it."""
    _check_open(case)
    taken = case.state is EscalationState.ACKNOWLEDGED
    if taken and case.owner_id != by.user_id:
        raise UserFacingError(
            f"{case.public_id} is acknowledged by <@{case.owner_id}> already.",
            hint="*Hand over* gives it to somebody else.",
        )
    kind = Kind.RENEWED if taken else Kind.ACKNOWLEDGED
    return _owned(case, by, EscalationState.ACKNOWLEDGED, now), kind


def hand_over(case: Case, to: Responder, now: datetime) -> Case:
    """Somebody else is asked from now on; they have not said yes yet."""
    _check_open(case)
    if to.user_id == case.owner_id:
        raise UserFacingError(f"{case.public_id} is with <@{to.user_id}> already.")
    return _owned(case, to, EscalationState.OPEN, now)


def snooze(case: Case, choice: Snooze, now: datetime, calendar: Calendar) -> Case:
    """Leave it for an hour, or until the owner begins on the next working day."""
    _check_open(case)
    if case.level == HIGHEST:
        raise UserFacingError(
            f"{case.public_id} is at level 4, which cannot be snoozed.",
            hint="Acknowledge it to stop the calls.",
        )
    later = now + timedelta(hours=1)
    until = calendar.next_open(later) if choice == "hour" else calendar.next_day(now)
    return replace(case, state=EscalationState.SNOOZED, snoozed_until=until)


def level_up(
    case: Case,
    now: datetime,
    calendar_of: CalendarOf,
    *,
    seen: int,
    away: Collection[str] = (),
) -> Case:
    """Take it to the next level; `seen` is the level that the person saw."""
    _check_open(case)
    if case.level != seen or case.level == HIGHEST:
        raise UserFacingError(f"{case.public_id} is at level {case.level} already.")
    return raise_level(case, now, calendar_of, away=away)


def update(case: Case, by: str, now: datetime) -> Case:
    """A word on how it stands; from whoever acknowledged it is a sign of life."""
    _check_open(case)
    alive = case.state is EscalationState.ACKNOWLEDGED and by == case.owner_id
    return replace(case, asked_at=now, since=now if alive else case.since)


def resolve(case: Case) -> Case:
    """It is solved."""
    _check_open(case)
    return replace(case, state=EscalationState.RESOLVED, snoozed_until=None)


def _owned(case: Case, who: Responder, state: EscalationState, now: datetime) -> Case:
    taken = replace(case, owner_id=who.user_id, hours=who.hours, state=state, snoozed_until=None)
    return replace(taken, since=now, asked_at=now, pages=0)


def _check_open(case: Case) -> None:
    if not case.is_open:
        raise UserFacingError(f"{case.public_id} is resolved already.")
