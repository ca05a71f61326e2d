"""Quiet hours and days: when the bot says nothing unasked, and until when it waits then."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.zones import find_zone
from bot.errors import UserFacingError

OFF = "off"
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKEND = ("sat", "sun")
_SPAN = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])[-–]([01]?[0-9]|2[0-4]):([0-5][0-9])")
_DASH = re.compile(r"\s*[-–—]\s*|\s+to\s+")
_AROUND = timedelta(days=2)
"""No stretch is longer than a day of 25 hours, and zones are up to 14 hours from UTC."""
_LONGEST = timedelta(days=21)
"""Ours: zones that never leave a gap would wait for ever; then the bot speaks after this long."""
HOURS_EXPECT = "hours with their time zone, e.g. 19:00-08:00 Europe/Berlin, or off"
DAYS_EXPECT = "up to six days with their time zone, e.g. sat sun Europe/Berlin, or off"

Stretch = tuple[datetime, datetime]
"""From when (inclusive) until when (exclusive) it is quiet, in UTC."""


@dataclass(frozen=True)
class Hours:
    """Quiet from `start` to `end` of each day, local time; over midnight when `end` is earlier."""

    start: time
    end: time
    zone: ZoneInfo

    def on(self, day: date) -> Stretch:
        """Return the stretch that begins on a local day."""
        last = day if self.end > self.start else day + timedelta(days=1)
        return _first(day, self.start, self.zone), _last(last, self.end, self.zone)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M} {self.zone.key}"


@dataclass(frozen=True)
class Days:
    """Quiet on these days of the week (Monday is 0), from midnight to midnight, local time."""

    days: frozenset[int]
    zone: ZoneInfo

    def on(self, day: date) -> Stretch | None:
        """Return the whole day if it is a quiet one."""
        if day.weekday() not in self.days:
            return None
        after = day + timedelta(days=1)
        return _first(day, time(), self.zone), _last(after, time(), self.zone)

    def __str__(self) -> str:
        return " ".join([*(DAY_NAMES[number] for number in sorted(self.days)), self.zone.key])


def read_hours(text: str) -> Hours | None:
    """Return the hours that a person wrote; None for "off". Raises UserFacingError."""
    if text.strip().lower() == OFF:
        return None
    span, _, zone = _DASH.sub("-", text.strip(), count=1).partition(" ")
    found = _SPAN.fullmatch(span)
    if found is None:
        raise _unreadable(text, HOURS_EXPECT)
    hour, minute, last_hour, last_minute = map(int, found.groups())
    if (last_hour, last_minute) == (24, 0):
        last_hour = 0
    if last_hour == 24 or (hour, minute) == (last_hour, last_minute):
        raise _unreadable(text, HOURS_EXPECT)
    start, end = time(hour, minute), time(last_hour, last_minute)
    return Hours(start, end, _zone(zone, text, HOURS_EXPECT))


def read_days(text: str) -> Days | None:
    """Return the days that a person wrote; None for "off". Raises UserFacingError."""
    words = text.replace(",", " ").split()
    if [word.lower() for word in words] == [OFF]:
        return None
    if len(words) < 2:
        raise _unreadable(text, DAYS_EXPECT)
    days = frozenset(number for word in words[:-1] for number in _days(word, text))
    if len(days) > 6:
        raise _unreadable(text, DAYS_EXPECT)
    return Days(days, _zone(words[-1], text, DAYS_EXPECT))


def quiet_until(now: datetime, rules: Collection[Hours | Days]) -> datetime | None:
    """Return when the quiet that holds at `now` ends, in UTC; None when nothing is quiet.

    Hours that follow on quiet days are one stretch. Where a clock change skips or repeats its
    first or last minute a stretch is up to an hour longer, never shorter.
    """
    moment = now
    while (end := _end_at(moment, rules)) is not None and moment - now < _LONGEST:
        moment = end
    return None if moment == now else moment


def _end_at(moment: datetime, rules: Collection[Hours | Days]) -> datetime | None:
    """Return the latest end of the stretches that hold at a moment."""
    first = (moment - _AROUND).date()
    near = [first + timedelta(days=number) for number in range(2 * _AROUND.days + 1)]
    stretches = (rule.on(day) for rule in rules for day in near)
    ends = [each[1] for each in stretches if each is not None and each[0] <= moment < each[1]]
    return max(ends, default=None)


def _first(day: date, at: time, zone: ZoneInfo) -> datetime:
    return min(_both(day, at, zone))


def _last(day: date, at: time, zone: ZoneInfo) -> datetime:
    return max(_both(day, at, zone))


def _both(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the two moments that a local time means where the clock is changed, in UTC."""
    local = datetime.combine(day, at, tzinfo=zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _days(word: str, text: str) -> tuple[int, ...]:
    name = word.lower()
    if name in ("weekend", "weekends"):
        return tuple(DAY_NAMES.index(each) for each in _WEEKEND)
    if len(name) < 3 or name[:3] not in DAY_NAMES or not _is_day(name):
        raise _unreadable(text, DAYS_EXPECT)
    return (DAY_NAMES.index(name[:3]),)


_WHOLE_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _is_day(name: str) -> bool:
    return any(day.startswith(name.rstrip("s")) or day == name for day in _WHOLE_NAMES)


def _zone(name: str, text: str, expects: str) -> ZoneInfo:
    if not name.strip():
        raise _unreadable(text, expects)
    return find_zone(name)


def _unreadable(given: str, expects: str) -> UserFacingError:
    shown = given.strip()[:60]
    said = f"“{shown}” does not fit here." if shown else "That says nothing."
    return UserFacingError(said, hint=f"Give {expects}.")
