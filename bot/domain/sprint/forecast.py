"""When a sprint's items will be done, from how many were done in each week before.

A Monte Carlo over weeks: each run draws weeks of the past until all items are done (Magennis,
"Forecasting and Simulating Software Development Projects", 2011). The seed is the sprint's id, so
that the same sprint shows the same days.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LEAST_WEEKS = 8
"""Ours: of fewer weeks no run is worth more than a guess."""
RUNS = 2_000
_LONGEST = 104
"""Weeks; a run that takes longer ends there."""


@dataclass(frozen=True)
class Forecast:
    """Half of the runs end by `p50`, 85 % by `p85`; `chance` is the share done by the last day."""

    p50: date
    p85: date
    chance: float
    weeks: int
    """How many weeks of the past it rests on."""


@dataclass(frozen=True)
class NotEnough:
    """Too little history to say anything."""

    weeks: int
    least: int = LEAST_WEEKS

    @property
    def words(self) -> str:
        """Say it."""
        return f"not enough data: n={self.weeks} of {self.least} weeks"


def forecast(
    items: int, weekly: Sequence[int], *, start: date, last_day: date, seed: str
) -> Forecast | NotEnough:
    """Return when `items` items that begin on `start` will be done.

    `weekly` are items done per week before. Weeks in which all were nothing are no history.
    """
    if len(weekly) < LEAST_WEEKS or not any(weekly):
        return NotEnough(len(weekly) if any(weekly) else 0)
    dice = random.Random(f"sprint:{seed}")
    ends = sorted(_run(items, weekly, dice) for _ in range(RUNS))
    days = [start + timedelta(days=round(weeks * 7)) for weeks in ends]
    return Forecast(
        p50=days[RUNS // 2 - 1],
        p85=days[int(RUNS * 0.85) - 1],
        chance=sum(day <= last_day for day in days) / RUNS,
        weeks=len(weekly),
    )


def _run(items: int, weekly: Sequence[int], dice: random.Random) -> float:
    """Return after how many weeks all are done; the last week counts by its share."""
    left = items
    for week in range(_LONGEST):
        done = dice.choice(weekly)
        if done >= left:
            return week + (left / done if done else 0.0)
        left -= done
    return float(_LONGEST)


def per_week(moments: Sequence[datetime], *, first: date, until: date) -> list[int]:
    """Return how many moments fall into each whole week of Monday to Sunday.

    The first week is the one after `first` unless that is a Monday; `until` is left out.
    """
    begin = first + timedelta(days=-first.weekday() % 7)
    weeks = max(0, (until - begin).days // 7)
    counts = [0] * weeks
    for moment in moments:
        at = (moment.date() - begin).days // 7
        if 0 <= at < weeks:
            counts[at] += 1
    return counts
