"""Reads what stands behind `/lead schedule standup`: a name, times, and what else was said."""

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.days import Span, read_span
from bot.domain.schedule.words import When, read_when
from bot.errors import UserFacingError

_NAME = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”]")
_REGION = r"[A-Za-z]{2}(?:-[A-Za-z0-9]{1,3})?"
_HOLIDAYS = re.compile(
    rf"\bholidays?\s+(?P<regions>{_REGION}(?:\s*,\s*{_REGION})*)\b", re.IGNORECASE
)
_WINDOW = re.compile(
    r"\b(?:open\s+)?for\s+(?P<count>\d{1,4})\s*(?P<unit>minutes?|mins?|m|hours?|hrs?|h|days?|d)\b",
    re.IGNORECASE,
)
_OFF = re.compile(r"[,;]?\s*\boff\s+(?P<days>.+)$", re.IGNORECASE)
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}


@dataclass(frozen=True)
class Request:
    """What was said; None and empty for what was not."""

    when: When
    name: str = ""
    regions: tuple[str, ...] = ()
    days_off: tuple[Span, ...] = ()
    window_minutes: int | None = None


def read_request(text: str, *, today: date) -> Request:
    """Return the request. Raises UserFacingError with what is not understood."""
    name, text = _take(_NAME, text)
    off, text = _take(_OFF, text)
    holidays, text = _take(_HOLIDAYS, text)
    window, text = _take(_WINDOW, text)
    return Request(
        when=read_when(text, today=today),
        name=" ".join(name[1].split()) if name else "",
        regions=read_regions(holidays["regions"]) if holidays else (),
        days_off=read_days_off(off["days"], today=today) if off else (),
        window_minutes=read_window(f"{window['count']} {window['unit']}") if window else None,
    )


def read_regions(text: str) -> tuple[str, ...]:
    """Return regions such as `DE-BY, US`; raises UserFacingError for what is none by its form."""
    found = tuple(part.strip().upper() for part in text.split(",") if part.strip())
    for region in found:
        if not re.fullmatch(_REGION, region):
            raise UserFacingError(
                f"“{region[:20]}” is no region.", hint="Give a country, e.g. DE, or DE-BY."
            )
    return found


def read_days_off(text: str, *, today: date) -> tuple[Span, ...]:
    """Return days and spans, divided by commas or lines; raises UserFacingError."""
    parts = (part.strip() for part in re.split(r"[,;\n]|\band\b", text))
    return tuple(read_span(part, today=today) for part in parts if part)


def read_window(text: str) -> int:
    """Return the minutes of `45 min`, `2 hours`, `1 day` or a bare number of minutes."""
    match = re.fullmatch(r"(\d{1,5})\s*([a-z]*)\.?", text.strip().lower())
    unit = (match[2] or "m")[:1] if match else ""
    if match is None or unit not in _MINUTES or (match[2] and _units_of(match[2]) != unit):
        raise UserFacingError(f"“{text.strip()[:30]}” is no length of time.", hint="E.g. 45 min.")
    return int(match[1]) * _MINUTES[unit]


def _units_of(word: str) -> str:
    known = {"m": "minutes mins minute min m", "h": "hours hrs hour hr h", "d": "days day d"}
    return next((unit for unit, words in known.items() if word in words.split()), "")


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    found = pattern.search(text)
    if found is None:
        return None, text
    return found, f"{text[: found.start()]} {text[found.end() :]}"
