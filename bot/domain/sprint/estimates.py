"""Votes on how much an item takes: the scale, how far apart they are, who is asked why."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

POINTS, DAYS = "points", "days"
SCALES: dict[str, tuple[float, ...]] = {
    POINTS: (1, 2, 3, 5, 8, 13, 21),
    DAYS: (0.5, 1, 2, 3, 5, 8, 10),
}
"""Planning poker's numbers; the same growing steps in person-days, up to two weeks."""
_CLOSE = 1
"""Steps of the scale that votes may be apart and still agree."""
NOUNS = {POINTS: "point", DAYS: "day"}


@dataclass(frozen=True)
class Vote:
    """What one person or specialist thinks."""

    voter: str
    value: float
    reason: str = ""
    by_specialist: bool = False
    basis: str = ""


@dataclass(frozen=True)
class Spread:
    """What votes came to: the value they stand for, the ends, whether they agree."""

    value: float
    low: float
    high: float
    agreed: bool
    outliers: tuple[Vote, ...]
    """Who is furthest below and above, when they do not agree."""


def spread(votes: Sequence[Vote], unit: str) -> Spread:
    """Return what some votes came to; there must be one.

    The value is the median, rounded up to the scale: work takes longer more often than less.
    """
    scale, values = SCALES[unit], sorted(vote.value for vote in votes)
    low, high = values[0], values[-1]
    middle = median(values)
    value = on_scale(middle, unit)
    agreed = abs(_step(high, scale) - _step(low, scale)) <= _CLOSE
    ends = () if agreed else (_first(votes, low), _first(votes, high))
    return Spread(value, low, high, agreed, ends)


def on_scale(value: float, unit: str) -> float:
    """Return the scale's value that is as large, or the next larger one; its largest at most."""
    scale = SCALES[unit]
    return next((step for step in scale if step >= value), scale[-1])


def _step(value: float, scale: Sequence[float]) -> int:
    return min(range(len(scale)), key=lambda at: abs(scale[at] - value))


def _first(votes: Sequence[Vote], value: float) -> Vote:
    """People can be asked: they come before specialists of the same opinion."""
    same = [vote for vote in votes if vote.value == value]
    return min(same, key=lambda vote: vote.by_specialist)


def amount(value: float, unit: str) -> str:
    """Return `5 points`, `1 day`, `0.5 days`."""
    return f"{value:g} {NOUNS[unit]}{'' if value == 1 else 's'}"
