"""What model calls cost: how it is split up, what a month will probably come to."""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypedDict

from bot.errors import UserFacingError

By = Literal["channels", "tasks", "specialists", "days", "models"]
WAYS: tuple[By, ...] = ("channels", "tasks", "specialists", "days", "models")
USUAL_DAYS = 30
LONGEST_DAYS = 366
LEAST_DAYS = 3
"""Ours: of fewer full days no forecast is made."""
_DAYS = re.compile(r"(\d{1,4})\s*d(?:ays?)?", re.IGNORECASE)
_HINT = "E.g. `/lead cost`, `/lead cost tasks 7d`, `/lead cost days chart`, `/lead cost csv 30d`."


@dataclass(frozen=True)
class CostAsked:
    """What somebody wants to know."""

    by: By | None = None
    """None: a short view of all."""
    days: int = USUAL_DAYS
    csv: bool = False
    chart: bool = False


class _Found(TypedDict, total=False):
    by: By
    days: int
    csv: bool
    chart: bool


_FLAGS: Mapping[str, _Found] = {"csv": {"csv": True}, "chart": {"chart": True}}


def read(text: str) -> CostAsked:
    """Return what was typed behind `/lead cost`; raises UserFacingError for what is unknown."""
    found: _Found = {}
    for word in text.casefold().split():
        window = _DAYS.fullmatch(word)
        if window is not None:
            found["days"] = int(window[1])
        elif word in _FLAGS:
            found.update(_FLAGS[word])
        elif (way := f"{word.rstrip('s')}s") in WAYS:
            found["by"] = way
        else:
            raise UserFacingError(f"I know no cost by “{word[:30]}”.", hint=_HINT)
    asked = CostAsked(**found)
    if not 1 <= asked.days <= LONGEST_DAYS:
        raise UserFacingError(f"A window has 1 to {LONGEST_DAYS} days.", hint=_HINT)
    return asked


@dataclass(frozen=True)
class CostLine:
    """One line of a split: who or what, how much in micro-dollars, in how many calls."""

    name: str
    micros: int
    calls: int


@dataclass(frozen=True)
class Forecast:
    """What the month will come to: spent so far, and what a day cost on average."""

    spent_micros: int
    average_micros: int
    days_seen: float
    """Whole days before today, and of the first call's day the hours from then on."""
    since: date | None
    """The first day of the average; None where nothing was ever called."""
    days_left: int
    """Full days after today."""
    today_micros: int

    @property
    def n(self) -> int:
        """So many full days were seen."""
        return int(self.days_seen)

    @property
    def micros(self) -> int | None:
        """The month's probable total; None where `n` is too small to say."""
        if self.n < LEAST_DAYS:
            return None
        rest_of_today = max(0, self.average_micros - self.today_micros)
        return self.spent_micros + rest_of_today + self.average_micros * self.days_left


def forecast(
    daily: Sequence[tuple[date, int]], *, now: datetime, first: datetime | None, most: int
) -> Forecast:
    """Return the month's forecast from (UTC day, micro-dollars); other days cost nothing.

    The average is of the last `most` days before today. Where the `first` call is later, of the
    hours since: a day that was seen for one hour is no day on which little was spent.
    """
    today = now.date()
    midnight = datetime.combine(today, time(), tzinfo=UTC)
    begin = max(first or now, midnight - timedelta(days=most))
    seen = max(0.0, (midnight - begin) / timedelta(days=1))
    before = sum(micros for day, micros in daily if begin.date() <= day < today)
    days = calendar.monthrange(today.year, today.month)[1]
    return Forecast(
        spent_micros=sum(micros for day, micros in daily if day >= today.replace(day=1)),
        average_micros=round(before / seen) if seen else 0,
        days_seen=seen,
        since=begin.date() if first else None,
        days_left=days - today.day,
        today_micros=sum(micros for day, micros in daily if day == today),
    )


def nearing(spent_micros: int, limit_micros: int, percent: int) -> bool:
    """Whether so much of a limit is gone that somebody should hear of it; 0 percent: never."""
    return bool(percent) and limit_micros > 0 and spent_micros * 100 >= limit_micros * percent
