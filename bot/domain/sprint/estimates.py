"""Votes on how much an item takes: the scale, and whether they agree."""

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
    """What votes came to: the value they stand for, whether they agree."""

    value: float
    agreed: bool


def spread(votes: Sequence[Vote], unit: str) -> Spread:
    """Return what some votes came to; there must be one.

    The value is the median, rounded up to the scale: work takes longer more often than less.
    """
    scale, values = SCALES[unit], sorted(vote.value for vote in votes)
    agreed = abs(_step(values[-1], scale) - _step(values[0], scale)) <= _CLOSE
    return Spread(on_scale(median(values), unit), agreed)


def on_scale(value: float, unit: str) -> float:
    """Return the scale's value that is as large, or the next larger one; its largest at most."""
    scale = SCALES[unit]
    return next((step for step in scale if step >= value), scale[-1])


def _step(value: float, scale: Sequence[float]) -> int:
    return min(range(len(scale)), key=lambda at: abs(scale[at] - value))


def amount(value: float, unit: str) -> str:
    """Return `5 points`, `1 day`, `0.5 days`."""
    return f"{value:g} {NOUNS[unit]}{'' if value == 1 else 's'}"
