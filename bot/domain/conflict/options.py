"""Ways out of a conflict, each with what it does to every claim's end; none makes hours up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import permutations

from bot.domain.conflict.claims import Claim
from bot.domain.conflict.share import WORKDAYS, Timeline, Workdays, by_weight, in_order, run

_MOST_HOURS = 168
"""Hours that a week has."""


@dataclass(frozen=True)
class Option:
    """One way: `order` of the claims by place, or all at once."""

    key: str
    title: str
    order: tuple[int, ...]
    timeline: Timeline
    late: tuple[int, ...]
    """Days after what each claim's due date and flexibility allow; 0 without a due date."""
    harm: int
    """Late days weighted by impact, over all claims."""

    @property
    def last_days(self) -> str:
        """When each claim ends, to be compared with what somebody saw."""
        return ",".join(end.isoformat() for end in self.timeline.ends)


def options(
    claims: Sequence[Claim], *, week_hours: int, start: date, off: frozenset[date] = frozenset()
) -> tuple[Option, ...]:
    """Return the ways that differ, least harm first; `week_hours` of at least 1.

    Days `off` have no hours; the other working days have as many as ever.
    The order with the least harm is found by trying all; then there is the order by impact (more
    complex ones first among equals, as they slip more), by due date, and all at once by impact.
    """
    places, workdays = range(len(claims)), Workdays(start, off)
    best = min(
        permutations(places),
        key=lambda order: (_harm(claims, order, week_hours, workdays), order),
    )
    by_impact = sorted(places, key=lambda p: (-claims[p].impact, -claims[p].complexity, p))
    by_due = sorted(places, key=lambda p: (claims[p].due_on or date.max, -claims[p].impact, p))
    found = [
        _serial("best", "Least harm", claims, best, week_hours, workdays),
        _serial("impact", "Highest impact first", claims, tuple(by_impact), week_hours, workdays),
        _serial("due", "Earliest due first", claims, tuple(by_due), week_hours, workdays),
        _all_at_once(claims, week_hours, workdays),
    ]
    different: dict[tuple[int, ...], Option] = {}
    for option in found:
        different.setdefault(option.order, option)
    return tuple(sorted(different.values(), key=lambda option: option.harm))


def enough(
    claims: Sequence[Claim], *, start: date, week_hours: int, off: frozenset[date] = frozenset()
) -> int | None:
    """Return the fewest hours a week, at least those there are, by which nobody is late.

    None when even all hours of the week would not do.
    """
    by_due = sorted(range(len(claims)), key=lambda place: _limit(claims[place]))
    workdays = Workdays(start, off)
    for hours in range(week_hours, _MOST_HOURS + 1):
        if not any(_late(claims, _ends(claims, by_due, hours, workdays))):
            return hours
    return None


def _ends(
    claims: Sequence[Claim], order: Sequence[int], week_hours: int, workdays: Workdays
) -> list[date]:
    """Return each claim's last day when they are served in that order, without walking the days."""
    ends = [workdays.start] * len(claims)
    hours = 0
    for place in order:
        hours += claims[place].hours
        ends[place] = workdays.day(-(-hours * WORKDAYS // week_hours) - 1)
    return ends


def _late(claims: Sequence[Claim], ends: Sequence[date]) -> tuple[int, ...]:
    return tuple(
        max(0, end.toordinal() - _limit(claim)) for claim, end in zip(claims, ends, strict=True)
    )


def _harm(
    claims: Sequence[Claim], order: Sequence[int], week_hours: int, workdays: Workdays
) -> tuple[int, int]:
    """Return late days weighted by impact, and late days."""
    late = _late(claims, _ends(claims, order, week_hours, workdays))
    return sum(days * claim.impact for days, claim in zip(late, claims, strict=True)), sum(late)


def _limit(claim: Claim) -> int:
    """Return the last harmless day as a number; earliest first is best for being in time."""
    if claim.due_on is None:
        return date.max.toordinal()
    return claim.due_on.toordinal() + claim.flexible_days


def _serial(
    key: str,
    title: str,
    claims: Sequence[Claim],
    order: tuple[int, ...],
    week_hours: int,
    workdays: Workdays,
) -> Option:
    timeline = run(claims, week_hours=week_hours, workdays=workdays, split=in_order(order))
    return _option(key, title, claims, order, timeline)


def _all_at_once(claims: Sequence[Claim], week_hours: int, workdays: Workdays) -> Option:
    split = by_weight([claim.impact for claim in claims])
    timeline = run(claims, week_hours=week_hours, workdays=workdays, split=split)
    return _option("shared", "All at once, by impact", claims, (), timeline)


def _option(
    key: str, title: str, claims: Sequence[Claim], order: tuple[int, ...], timeline: Timeline
) -> Option:
    late = _late(claims, timeline.ends)
    harm = sum(days * claim.impact for days, claim in zip(late, claims, strict=True))
    return Option(key, title, order, timeline, late, harm)
