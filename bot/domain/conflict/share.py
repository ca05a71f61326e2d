"""Hands the hours of each working day out to claims: never more than there are."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from bot.domain.conflict.claims import Claim

WORKDAYS = 5
"""Monday to Friday; a week's hours are spread evenly over them."""


@dataclass(frozen=True)
class Day:
    """Hours by claim (its place in the list) on one working day."""

    on: date
    hours: Mapping[int, Fraction]


@dataclass(frozen=True)
class Timeline:
    """All days until the last claim is done, and each claim's last day."""

    days: tuple[Day, ...]
    ends: tuple[date, ...]


@dataclass(frozen=True)
class Workdays:
    """The working days on or after `start`; those of `off` have no hours."""

    start: date
    off: frozenset[date] = frozenset()

    def day(self, number: int) -> date:
        """Return the working day `number` after the first one."""
        return self._weekday(number + bisect_right(self._before, number))

    @cached_property
    def _before(self) -> list[int]:
        """How many days with hours lie before each day off, earliest first."""
        first, monday = self._weekday(0), self._monday
        off = sorted(day for day in self.off if day >= first and day.weekday() < WORKDAYS)
        return [
            (day - monday).days // 7 * WORKDAYS + day.weekday() - first.weekday() - place
            for place, day in enumerate(off)
        ]

    def _weekday(self, number: int) -> date:
        weeks, rest = divmod((self._first - self._monday).days + number, WORKDAYS)
        return self._monday + timedelta(days=7 * weeks + rest)

    @cached_property
    def _first(self) -> date:
        ahead = 7 - self.start.weekday() if self.start.weekday() >= WORKDAYS else 0
        return self.start + timedelta(days=ahead)

    @cached_property
    def _monday(self) -> date:
        return self._first - timedelta(days=self._first.weekday())


Split = Callable[[Mapping[int, Fraction], Fraction], Mapping[int, Fraction]]
"""Takes the hours that each claim still needs and those of the day; returns who gets how many."""


def run(claims: Sequence[Claim], *, week_hours: int, workdays: Workdays, split: Split) -> Timeline:
    """Return what becomes of the claims when each day is split so. `week_hours` of at least 1."""
    left = {place: Fraction(claim.hours) for place, claim in enumerate(claims)}
    daily = Fraction(week_hours, WORKDAYS)
    days: list[Day] = []
    ends = [workdays.day(0)] * len(claims)
    while open_ones := {place: hours for place, hours in left.items() if hours > 0}:
        day = workdays.day(len(days))
        given = split(open_ones, daily)
        for place, hours in given.items():
            left[place] -= hours
            if left[place] == 0:
                ends[place] = day
        days.append(Day(day, dict(given)))
    return Timeline(tuple(days), tuple(ends))


def in_order(order: Sequence[int]) -> Split:
    """Return the split that serves claims one after another."""

    def split(needs: Mapping[int, Fraction], hours: Fraction) -> Mapping[int, Fraction]:
        given: dict[int, Fraction] = {}
        for place in order:
            if hours > 0 and place in needs:
                given[place] = min(needs[place], hours)
                hours -= given[place]
        return given

    return split


def by_weight(weights: Sequence[int]) -> Split:
    """Return the split that serves all at once by their weights; what one leaves, others get."""

    def split(needs: Mapping[int, Fraction], hours: Fraction) -> Mapping[int, Fraction]:
        given: dict[int, Fraction] = {}
        open_ones = dict(needs)
        while open_ones:
            whole = sum(weights[place] for place in open_ones)
            shares = {place: hours * weights[place] / whole for place in open_ones}
            full = [place for place in open_ones if open_ones[place] <= shares[place]]
            if not full:
                return given | shares
            for place in full:
                given[place] = open_ones.pop(place)
                hours -= given[place]
        return given

    return split
