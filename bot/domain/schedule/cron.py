"""Reads cron as crontab(5) means it: 0 and 7 are Sunday, of two day fields either is enough.

APScheduler's own reader counts weekdays from Monday: its `1-5` would be Tuesday to Saturday.
"""

import re
from datetime import time

from bot.domain.days import DAY_NAMES, MONTH_NAMES
from bot.domain.schedule.rule import MOST_TIMES, Rule
from bot.errors import UserFacingError

_FIELD = re.compile(r"[0-9a-z*/,\-]+")
_PART = re.compile(
    r"(?P<first>\*|[0-9]+|[a-z]{3})(?:-(?P<last>[0-9]+|[a-z]{3}))?(?:/(?P<step>\d+))?"
)
_MONTHS = {name[:3]: number for number, name in enumerate(MONTH_NAMES, 1)}
_DAYS = {name[:3]: (number + 1) % 7 for number, name in enumerate(DAY_NAMES)}
EXAMPLE = "E.g. `30 9 * * 1-5` for Monday to Friday at 09:30."


def looks_like_cron(text: str) -> bool:
    """Return whether the text has cron's five fields, right or wrong."""
    fields = text.lower().split()
    return (
        len(fields) == 5
        and all(_FIELD.fullmatch(field) for field in fields)
        and (fields[0][0] == "*" or fields[0].replace(",", "").isdigit())
    )


def read_cron(text: str) -> Rule:
    """Return the rule of five fields; raises UserFacingError that names the field."""
    minute, hour, day, month, weekday = text.lower().split()
    minutes = _read(minute, "minute", 0, 59)
    hours = _read(hour, "hour", 0, 23)
    if len(minutes) * len(hours) > MOST_TIMES:
        raise UserFacingError(
            f"That fires more than {MOST_TIMES} times a day.", hint="Give fewer minutes or hours."
        )
    days = _read(day, "day of the month", 1, 31)
    week = _read(weekday, "day of the week", 0, 7, _DAYS)
    any_day, any_weekday = day.startswith("*"), weekday.startswith("*")
    months = _read(month, "month", 1, 12, _MONTHS)
    return Rule(
        times=tuple(time(h, m) for h in hours for m in minutes),
        weekdays=() if weekday == "*" else tuple(sorted({(n - 1) % 7 for n in week})),
        month_days=() if day == "*" else days,
        months=() if month == "*" else months,
        either=not any_day and not any_weekday,
    )


def _read(
    field: str, name: str, least: int, most: int, names: dict[str, int] | None = None
) -> tuple[int, ...]:
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        first, last = _bounds(match, least, most, names or {}) if match else (None, None)
        step = int(match["step"] or 1) if match else 0
        if first is None or last is None or step < 1 or not least <= first <= last <= most:
            raise UserFacingError(
                f"“{part[:20]}” is no {name} of cron ({least} to {most}).", hint=EXAMPLE
            )
        found.update(range(first, last + 1, step))
    return tuple(sorted(found))


def _bounds(
    match: re.Match[str], least: int, most: int, names: dict[str, int]
) -> tuple[int | None, int | None]:
    if match["first"] == "*":
        return (None, None) if match["last"] else (least, most)
    first = _number(match["first"], names)
    if match["last"]:
        return first, _number(match["last"], names)
    return first, most if match["step"] else first


def _number(text: str, names: dict[str, int]) -> int | None:
    return int(text) if text.isdigit() else names.get(text)
