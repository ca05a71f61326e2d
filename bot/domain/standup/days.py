"""Days that have passed, as people name them: `yesterday`, `Monday`, `24 Nov`, `Mon to Wed`."""

import re
from datetime import date, timedelta

from bot.domain.days import Span, day_number, read_day
from bot.errors import UserFacingError

_SPAN = re.compile(r"\s+(?:to|until|till)\s+|\s*(?:–|—|\.\.)\s*|\s+-\s+")
_LAST = re.compile(
    r"(?:the\s+)?(?:last\s+)?(?P<days>[1-9]\d?)\s*d(?:ays?)?(?:\s+to\s+today)?", re.IGNORECASE
)
_YEAR = re.compile(r"\d{4}")
LONGEST = timedelta(days=92)
"""Ours: a quarter; a longer report is no message any more."""


def read_days(text: str, *, today: date) -> Span:
    """Return the days meant, both ends included. Raises UserFacingError for what is none."""
    said = re.sub(r"^(?:from|on)\s+", "", text.strip(), flags=re.IGNORECASE)
    if match := _LAST.fullmatch(said):
        said = f"{today - timedelta(days=int(match['days']) - 1):%Y-%m-%d} to today"
    parts = [part for part in _SPAN.split(said) if part]
    if not 1 <= len(parts) <= 2:
        raise UserFacingError(
            f"“{text.strip()[:40]}” is no day that I can read.",
            hint="E.g. yesterday, Monday, 24 Nov, Mon to Wed.",
        )
    first, last = _past(parts[0], today), _past(parts[-1], today)
    if last < first:
        raise UserFacingError(f"“{text.strip()[:40]}” ends before it begins.")
    if last - first > LONGEST:
        raise UserFacingError("That is more than three months.", hint="Give fewer days.")
    return Span(first, last)


def _past(word: str, today: date) -> date:
    """Return the last such day up to today."""
    said = word.strip().lower()
    if said == "yesterday":
        return today - timedelta(days=1)
    weekday = day_number(said.removeprefix("last "))
    if weekday is not None:
        back = (today.weekday() - weekday) % 7
        return today - timedelta(days=back or 7 * said.startswith("last "))
    day = read_day(said, today=today)
    if day > today and said != "tomorrow" and not _YEAR.search(said):
        return _year_before(day)
    return day


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
