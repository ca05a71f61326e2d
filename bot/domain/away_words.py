"""Reads when somebody is away: `until 5 Dec`, `24 Dec to 2 Jan`, `tomorrow`."""

import re
from datetime import date

from bot.domain.days import Span, day_words, read_day, read_span
from bot.errors import UserFacingError

LONGEST_DAYS = 400
_SURELY_MEANT = 180
"""Ours, in days: longer without a year typed, the last day is rather before the first."""
_UNTIL = re.compile(r"(?:until|till|to)\s+(?P<last>.+)", re.IGNORECASE)
_YEAR = re.compile(r"\b20\d\d\b")
_FROM = re.compile(r"(?:from|on)\s+(?P<rest>.+)", re.IGNORECASE)


def read_away(text: str, *, today: date) -> Span:
    """Return the days, both ends included; `until` begins today. Raises UserFacingError."""
    said = " ".join(text.split())
    if match := _UNTIL.fullmatch(said):
        span = Span(today, read_day(match["last"], today=today))
    else:
        rest = _FROM.fullmatch(said)
        span = read_span(rest["rest"] if rest else said, today=today)
    if span.last < today:
        raise UserFacingError("Those days have passed.", hint="Give days to come.")
    if (span.last - span.first).days > _SURELY_MEANT and not _YEAR.search(said):
        raise UserFacingError(
            f"That is from {day_words(span.first, year=True)} to"
            f" {day_words(span.last, year=True)}.",
            hint="Give the year, if you mean that.",
        )
    if (span.last - today).days > LONGEST_DAYS:
        raise UserFacingError("That is more than a year ahead.", hint="Give the year, if it is.")
    return span
