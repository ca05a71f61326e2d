"""Dates as people write them; one that can be read in two ways is not read at all."""

import re
from datetime import date

from pydantic import BaseModel, ConfigDict

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero janeiro gennaio",
            "feb february februar février fevrier febrero fevereiro febbraio",
            "mar march märz maerz mars marzo março marco",
            "apr april avril abril aprile",
            "may mai mayo maio maggio",
            "jun june juni juin junio junho giugno",
            "jul july juli juillet julio julho luglio",
            "aug august août aout agosto",
            "sep sept september septembre septiembre setembro settembre",
            "oct okt october oktober octobre octubre outubro ottobre",
            "nov november novembre noviembre novembro",
            "dec dez december dezember décembre decembre diciembre dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)")
_SHORT = re.compile(r"(?P<a>\d{1,2})\s*(?P<mark>[-/.])\s*(?P<b>\d{1,2})\s*[-/.]\s*(?P<year>\d{4})")
_WORDS = (
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?[\s/-]+(?:of\s+|de\s+)?(?P<name>[^\W\d]{3,})\.?,?[\s/-]+(?:de\s+)?(?P<year>\d{4})"),
    re.compile(r"(?P<name>[^\W\d]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})[\s/-]+(?P<name>[^\W\d]{3,})\.?[\s/-]+(?P<day>\d{1,2})(?!\d)"),
)  # fmt: skip


class DateReading(BaseModel):
    """The day, or why there is none."""

    model_config = ConfigDict(frozen=True)

    day: date | None = None
    problem: str = ""


def read_date(raw: str) -> DateReading:
    """Return the day that `raw` names for sure.

    Dots are read day first, as wherever dates are written with them; with slashes or dashes the
    order must be plain from the numbers.
    """
    text = raw.strip().strip("{}[]\"'*_` ")
    if not text:
        return DateReading()
    found = _numbers(text) or _words(text)
    if found is None:
        return DateReading(problem=f"date {raw.strip()!r} is not understood")
    return found


def _numbers(text: str) -> DateReading | None:
    if match := _ISO.search(text) or _COMPACT.search(text):
        return _day(text, int(match["year"]), int(match["month"]), int(match["day"]))
    if not (match := _SHORT.search(text)):
        return None
    year, first, second = int(match["year"]), int(match["a"]), int(match["b"])
    if match["mark"] == "." or first > 12 or first == second:
        return _day(text, year, second, first)
    if second > 12:
        return _day(text, year, first, second)
    return DateReading(problem=f"date {text!r} may mean {_two(year, first, second)}")


def _two(year: int, first: int, second: int) -> str:
    return f"{year}-{first:02}-{second:02} or {year}-{second:02}-{first:02}"


def _words(text: str) -> DateReading | None:
    for pattern in _WORDS:
        match = pattern.search(text)
        if match and (month := _MONTHS.get(match["name"].lower())):
            return _day(text, int(match["year"]), month, int(match["day"]))
    return None


def _day(text: str, year: int, month: int, day: int) -> DateReading:
    try:
        return DateReading(day=date(year, month, day))
    except ValueError:
        return DateReading(problem=f"date {text!r} is no day of the calendar")
