"""Days as people write them: `5 Dec`, `2026-12-05`, `Friday`, `24 Dec to 2 Jan`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import UserFacingError

DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
EXAMPLE = "E.g. 5 Dec, 2026-12-05, Friday or tomorrow."
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?([a-z]{3,9})\.?,?(?: (\d{4}))?")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")
_SPAN = re.compile(r"\s+(?:to|until|till)\s+|\s*(?:–|—|\.\.)\s*|\s+-\s+")


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        if self.first == self.last:
            return day_words(self.first, year=True)
        return f"{day_words(self.first, year=True)} to {day_words(self.last, year=True)}"


def day_number(word: str) -> int | None:
    """Return a weekday's number (Monday is 0) of `mon`, `tues`, `Mondays`, …; None for no day."""
    name = word.lower().rstrip(".")
    name = name.removesuffix("s") if name.endswith("days") else name
    found = (n for n, whole in enumerate(DAY_NAMES) if len(name) >= 3 and whole.startswith(name))
    return next(found, None)


def weekdays(text: str) -> frozenset[int]:
    """Return the days of `mon-fri`, `Mon, Wed` or `sun-thu`; none when that is not readable."""
    days: set[int] = set()
    for part in re.sub(r"\s*[-–]\s*", "-", text.strip()).replace(",", " ").split():
        first, _, last = part.partition("-")
        begin, end = day_number(first), day_number(last or first)
        if begin is None or end is None:
            return frozenset()
        days.update((begin + ahead) % 7 for ahead in range((end - begin) % 7 + 1))
    return frozenset(days)


def month_number(word: str) -> int | None:
    """Return a month's number (January is 1) of `jan`, `Sept`, …; None for no month."""
    name = word.lower().rstrip(".")
    found = (n for n, whole in enumerate(MONTH_NAMES, 1) if whole.startswith(name))
    return next(found, None) if len(name) >= 3 else None


def read_day(text: str, *, today: date) -> date:
    """Return the day meant; without a year the next such day. Raises UserFacingError."""
    said = " ".join(text.lower().strip(" .!").split())
    if said in ("today", "tomorrow"):
        return today + timedelta(days=int(said == "tomorrow"))
    weekday = day_number(said.removeprefix("next "))
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    found = _numbers(text.lower().strip())
    if found is None:
        raise UserFacingError(f"“{text.strip()[:40]}” is no day that I can read.", hint=EXAMPLE)
    year, month, day = found
    return _made(year, month, day, today=today, text=text)


def read_span(text: str, *, today: date) -> Span:
    """Return `24 Dec to 2 Jan`, or a single day. Raises UserFacingError."""
    parts = [part for part in _SPAN.split(text.strip()) if part]
    if not 1 <= len(parts) <= 2:
        raise UserFacingError(f"“{text.strip()[:40]}” is no day that I can read.", hint=EXAMPLE)
    first = read_day(parts[0], today=today)
    last = read_day(parts[-1], today=first) if len(parts) == 2 else first
    if last < first:
        raise UserFacingError(f"“{text.strip()[:40]}” ends before it begins.", hint=EXAMPLE)
    return Span(first, last)


def day_words(day: date, *, weekday: bool = False, year: bool = False) -> str:
    """Return a day as every text names it: "1 Oct", "Thu 1 Oct", "1 Oct 2026"."""
    name = f"{day:%a} " if weekday else ""
    return f"{name}{day.day} {day:%b}" + (f" {day:%Y}" if year else "")


def _numbers(said: str) -> tuple[int | None, int, int] | None:
    """Return year (None: the next), month and day."""
    if match := _ISO.fullmatch(said):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DOTS.fullmatch(said):
        return int(match[3]) if match[3] else None, int(match[2]), int(match[1])
    if match := _DAY_FIRST.fullmatch(said):
        day, name, year = match.groups()
    elif match := _MONTH_FIRST.fullmatch(said):
        name, day, year = match.groups()
    else:
        return None
    month = month_number(name)
    return None if month is None else (int(year) if year else None, month, int(day))


def _made(year: int | None, month: int, day: int, *, today: date, text: str) -> date:
    try:
        if year is not None:
            return date(year, month, day)
        # 29 February is at most eight years away.
        return next(
            found
            for ahead in range(9)
            if (found := _there(today.year + ahead, month, day)) is not None and found >= today
        )
    except (ValueError, StopIteration):
        raise UserFacingError(f"“{text.strip()[:40]}” is no date.", hint=EXAMPLE) from None


def _there(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
