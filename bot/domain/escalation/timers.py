"""Which timer of a case goes off next, and what it does: pure rules over time and calendars."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.escalation.calendar import Calendar, WorkHours
from bot.domain.escalation.case import Case, Due, EscalationState, Kind
from bot.domain.escalation.policy import HIGHEST, Responder

CalendarOf = Callable[[WorkHours], Calendar]

FREQUENT_PAGES = 8
"""Ours: two hours of calls each quarter of an hour; after that a quarter as often."""
_SLOWER = 4
HOURLY_PAGES = 24
"""Ours: so many slower calls, a day of them; what nobody took by then keeps nobody awake."""
_DAILY = timedelta(hours=12)
"""After those a call comes when the next working day of who is asked begins, never silent: the
first beginning more than half a day after the call before.
"""
_QUIET_PAGES = 8
"""An acknowledged level 4 lapses after so many page intervals without a sign of life."""
_AWAY = timedelta(hours=24)
"""Nobody is home at a level whose people are all on leave, or begin later than in a day."""

_WEIGHT = {
    Kind.RAISED: 5,
    Kind.LAPSED: 4,
    Kind.WOKE: 3,
    Kind.PAGED: 2,
    Kind.ASKED: 1,
    Kind.REMINDED: 0,
}
"""Of several that are due, after a pause of ours, only the heaviest goes off."""


def next_due(case: Case, calendar_of: CalendarOf) -> Due | None:
    """Return the next timer of a case; None once it is resolved. Every other case has one."""
    timers = list(_timers(case, calendar_of(case.hours)))
    return min(timers, key=lambda due: (due.at, -_WEIGHT[due.kind]), default=None)


def fire(
    case: Case, now: datetime, calendar_of: CalendarOf, *, away: Collection[str] = ()
) -> tuple[Case, Kind] | None:
    """Return the case after the timer that is due at `now`, and which it was; None for none.

    `away` are people on leave at that day.
    """
    due = [timer for timer in _timers(case, calendar_of(case.hours)) if timer.at <= now]
    if not due:
        return None
    kind = max(due, key=lambda timer: _WEIGHT[timer.kind]).kind
    if kind is Kind.RAISED:
        return raise_level(case, now, calendar_of, away=away), kind
    return _fired(case, kind, now), kind


def raise_level(
    case: Case, now: datetime, calendar_of: CalendarOf, *, away: Collection[str] = ()
) -> Case:
    """Return the case at the next level where somebody is home, asked of the first who is.

    Level 4 follows level 3 only. A level that names nobody is passed over if a later one names
    somebody; where none does, and where nobody is home, the case stays with its owner.
    """
    level, who = _next_level(case, now, calendar_of, away)
    return replace(
        _opened_again(case, now),
        level=level,
        owner_id=who.user_id if who else case.owner_id,
        hours=who.hours if who else case.hours,
    )


def _timers(case: Case, calendar: Calendar) -> Iterator[Due]:
    if case.state is EscalationState.SNOOZED:
        yield Due(Kind.WOKE, case.snoozed_until or case.since)
    elif case.state is not EscalationState.RESOLVED:
        yield from (_urgent if case.level == HIGHEST else _working)(case, calendar)


def _working(case: Case, calendar: Calendar) -> Iterator[Due]:
    """Levels 1 to 3 count the hours in which the owner works."""
    span = case.policy.span(case.level)
    is_open = case.state is EscalationState.OPEN
    end = Due(Kind.RAISED if is_open else Kind.LAPSED, calendar.plus(case.since, span.last))
    yield end
    # Level 3 is asked how it stands, also while nobody acknowledged.
    steady = case.level == HIGHEST - 1
    kind = Kind.REMINDED if is_open and not steady else Kind.ASKED
    at = calendar.plus(case.asked_at, span.first)
    if at < end.at:
        yield Due(kind, at)


def _urgent(case: Case, calendar: Calendar) -> Iterator[Due]:
    """Level 4 knows no night for a day; then who did not come is called once a working day."""
    every = timedelta(minutes=case.policy.page_minutes)
    if case.state is EscalationState.OPEN:
        if case.pages < FREQUENT_PAGES + HOURLY_PAGES:
            often = case.pages < FREQUENT_PAGES
            yield Due(Kind.PAGED, case.asked_at + every * (1 if often else _SLOWER))
        else:
            slow = max(_DAILY, every * _SLOWER)
            yield Due(Kind.PAGED, calendar.next_begin(case.asked_at + slow))
        return
    yield Due(Kind.LAPSED, case.since + every * _QUIET_PAGES)
    yield Due(Kind.ASKED, case.asked_at + every * _SLOWER)


def _fired(case: Case, kind: Kind, now: datetime) -> Case:
    if kind in (Kind.LAPSED, Kind.WOKE):
        return _opened_again(case, now)
    pages = case.pages + 1 if kind is Kind.PAGED else case.pages
    return replace(case, asked_at=now, pages=pages)


def _opened_again(case: Case, now: datetime) -> Case:
    fresh = EscalationState.OPEN
    return replace(case, state=fresh, snoozed_until=None, pages=0, since=now, asked_at=now)


def _next_level(
    case: Case, now: datetime, calendar_of: CalendarOf, away: Collection[str]
) -> tuple[int, Responder | None]:
    named = [level for level in range(case.level + 1, HIGHEST) if case.policy.people.get(level)]
    for level in named:
        for who in case.policy.people[level]:
            soon = calendar_of(who.hours).next_open(now) - now <= _AWAY
            if soon and who.user_id not in away:
                return level, who
    if named:
        return named[0], case.policy.people[named[0]][0]
    return case.level + 1, None
