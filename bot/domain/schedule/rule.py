"""When a schedule fires by local days and clocks: one shape for plain words and for cron."""

from calendar import monthrange
from datetime import date, time, timedelta

from pydantic import BaseModel, ConfigDict

WORK_DAYS = (0, 1, 2, 3, 4)
"""Monday to Friday, where a schedule says nothing else."""
MOST_TIMES = 24
"""Ours: a ceremony more often than hourly is no ceremony."""
LAST = -1
"""Of the month, as a day or as the number of a weekday."""


class Rule(BaseModel):
    """Local times on the days that pass every condition; an empty condition lets all pass."""

    model_config = ConfigDict(frozen=True)

    times: tuple[time, ...]
    work: bool = False
    """On the schedule's work days instead of `weekdays`."""
    weekdays: tuple[int, ...] = ()
    """Monday is 0."""
    month_days: tuple[int, ...] = ()
    """1 to 31, or LAST."""
    nth: tuple[int, ...] = ()
    """Which of its weekdays, or work days, in the month; LAST for the last."""
    months: tuple[int, ...] = ()
    every_weeks: int = 1
    starts_on: date | None = None
    """No day before; its week is the first one of `every_weeks`."""
    either: bool = False
    """Cron's own rule: with both given, a day of the month or a day of the week is enough."""

    def on(self, day: date, *, work_days: tuple[int, ...] = WORK_DAYS) -> bool:
        """Return whether it fires on a local day, holidays apart."""
        if self.starts_on is not None and day < self.starts_on:
            return False
        if self.months and day.month not in self.months:
            return False
        if not self._its_week(day):
            return False
        days = work_days if self.work else self.weekdays
        of_week = not days or day.weekday() in days
        of_month = not self.month_days or _fits(self.month_days, day.day, _last_day(day))
        if self.either:
            return of_week or of_month
        return of_week and of_month and self._is_nth(day, days)

    def _its_week(self, day: date) -> bool:
        if self.every_weeks == 1 or self.starts_on is None:
            return True
        return (_monday(day) - _monday(self.starts_on)).days // 7 % self.every_weeks == 0

    def _is_nth(self, day: date, days: tuple[int, ...]) -> bool:
        if not self.nth:
            return True
        last = _last_day(day)
        if not self.work:  # each weekday is counted for itself
            return (day.day - 1) // 7 + 1 in self.nth or (LAST in self.nth and day.day + 7 > last)
        of_month = [n for n in range(1, last + 1) if day.replace(day=n).weekday() in days]
        return _fits(self.nth, of_month.index(day.day) + 1, len(of_month))


def _fits(wanted: tuple[int, ...], number: int, last: int) -> bool:
    return number in wanted or (LAST in wanted and number == last)


def _last_day(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
