"""A person's working time: local hours and days without holidays, right when the clocks change.

Hours of a policy count while the person works, and 24 of them are one working day: "48 h" given
on a Friday morning end on Tuesday morning.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import chain
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict

from bot.domain.days import weekdays
from bot.errors import UserFacingError

Holidays = Callable[[str, date], bool]
"""Whether a day is a public holiday in a region such as `DE-BY`."""

ALWAYS = "always"
_FORM = re.compile(r"(?P<days>[a-z,\- ]+?)\s+(?P<start>\d\d?:\d\d)\s*-\s*(?P<end>\d\d?:\d\d)")
_DAY = timedelta(days=1)
_LOOK_AHEAD = 800
"""Days; who has no working day in two years is treated as always there."""


class WorkHours(BaseModel):
    """When somebody works: `mon-fri 09:00-18:00` or `always`, where they are."""

    model_config = ConfigDict(frozen=True)

    words: str = "mon-fri 09:00-18:00"
    timezone: str = "UTC"
    region: str = ""
    """Whose public holidays count, e.g. `DE-BY`; empty: none."""


class Calendar:
    """The working time of one `WorkHours`; keep it, it remembers days it has looked at."""

    def __init__(self, hours: WorkHours, is_holiday: Holidays | None = None) -> None:
        self._days, self._start, self._end = read_hours(hours.words)
        self._always = not self._days
        self._zone = zone_of(hours.timezone)
        self._region = hours.region
        self._is_holiday = is_holiday
        self._seen: dict[date, tuple[datetime, datetime] | None] = {}

    def plus(self, moment: datetime, hours: float) -> datetime:
        """Return when so many hours of working time have passed since `moment`."""
        if self._always:
            return moment + timedelta(hours=hours)
        left = self._working(hours)
        for begin, end in self._windows(moment):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return moment + timedelta(hours=hours)

    def next_open(self, moment: datetime) -> datetime:
        """Return `moment` if the person works then, else when they begin next."""
        if self._always:
            return moment
        return next((begin for begin, _ in self._windows(moment)), moment)

    def next_day(self, moment: datetime, *, at: time = time(9)) -> datetime:
        """Return when the person begins on the next working day; `at` that hour if always there."""
        midnight = datetime.combine(moment.astimezone(self._zone).date() + _DAY, time(), self._zone)
        if self._always:
            return datetime.combine(midnight.date(), at, self._zone).astimezone(UTC)
        return self.next_open(midnight.astimezone(UTC))

    def next_begin(self, moment: datetime, *, at: time = time(9)) -> datetime:
        """Return when the first working day from `moment` on begins, also while one lasts then.

        `at` that hour if always there, or never.
        """
        begins = () if self._always else (begin for begin, _ in self._windows(moment, whole=True))
        day = moment.astimezone(self._zone).date()
        hours = (datetime.combine(day + n * _DAY, at, self._zone).astimezone(UTC) for n in (0, 1))
        return next(begin for begin in chain(begins, hours) if begin >= moment)

    def _working(self, hours: float) -> timedelta:
        days, rest = divmod(timedelta(hours=hours), _DAY)
        return days * self._workday + min(rest, self._workday)

    @cached_property
    def _workday(self) -> timedelta:
        begin = datetime.combine(date(2000, 1, 3), self._start)
        end = datetime.combine(date(2000, 1, 3), self._end)
        return end - begin if end > begin else end + _DAY - begin

    def _windows(
        self, after: datetime, *, whole: bool = False
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield what is left of each working day, or all of it, as moments in UTC."""
        day = after.astimezone(self._zone).date() - _DAY  # a night shift began yesterday
        for _ in range(_LOOK_AHEAD):
            window = self._window(day)
            if window is not None and window[1] > after:
                yield window[0] if whole else max(window[0], after), window[1]
            day += _DAY

    def _window(self, day: date) -> tuple[datetime, datetime] | None:
        if day not in self._seen:
            self._seen[day] = self._made(day) if self._works(day) else None
        return self._seen[day]

    def _works(self, day: date) -> bool:
        if day.weekday() not in self._days:
            return False
        return not (self._is_holiday and self._region and self._is_holiday(self._region, day))

    def _made(self, day: date) -> tuple[datetime, datetime]:
        """What the local clocks say on that day, whatever their distance from UTC."""
        last = day if self._end > self._start else day + _DAY
        begin = datetime.combine(day, self._start, self._zone)
        end = datetime.combine(last, self._end, self._zone)
        return begin.astimezone(UTC), end.astimezone(UTC)


def read_hours(text: str) -> tuple[frozenset[int], time, time]:
    """Return days (Monday is 0), start and end; no days: always. Raises UserFacingError."""
    text = text.strip().lower()
    if text == ALWAYS:
        return frozenset(), time(), time()
    found = _FORM.fullmatch(text)
    days = weekdays(found["days"]) if found else frozenset()
    start, end = (_clock(found[part]) if found else None for part in ("start", "end"))
    if not days or start is None or end is None or start == end:
        raise UserFacingError(
            f"“{text[:40]}” are no working hours.", hint="E.g. `mon-fri 09:00-18:00`, or `always`."
        )
    return days, start, end


def _clock(text: str) -> time | None:
    hour, minute = map(int, text.split(":"))
    return time(hour, minute) if hour < 24 and minute < 60 else None


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; UTC for one that is not known."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
