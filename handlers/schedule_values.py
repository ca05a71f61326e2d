"""Reads the form of a schedule: every field's words, or what is wrong with them, at its place."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from bot.domain.days import weekdays
from bot.domain.schedule import read_when
from bot.domain.schedule.draft import Draft
from bot.domain.schedule.request import read_days_off, read_regions, read_window
from bot.domain.zones import find_zone
from bot.errors import UserFacingError
from bot.services.ceremonies import ceremony_of
from bot.services.holiday_calendar import check_region
from handlers.choices import chosen_of, number_of

Json = dict[str, Any]
T = TypeVar("T")


def read_draft(before: Draft, values: Json, *, today: date) -> tuple[Draft, dict[str, str]]:
    """Return the draft that the fields describe, and what is wrong, by field."""
    errors: dict[str, str] = {}

    def read(block: str, reader: Callable[[str], T], otherwise: T) -> T:
        try:
            return reader(_text(values, block))
        except UserFacingError as refused:
            errors[block] = refused.sentence()
            return otherwise

    kind = _chosen(values, "kind")
    when = read("when", lambda text: read_when(text, today=today), None)
    zones = read("zones", _zones, before.zones)
    changed: dict[str, Any] = {
        "kind": kind,
        "name": " ".join(_text(values, "name").split()),
        "words": when.words if when else before.words,
        # A zone behind the times is the newer word.
        "zones": (when.zones if when else ()) or zones,
        "regions": read("regions", _regions, before.regions),
        "work_days": read("work", _work_days, before.work_days),
        "days_off": read("off", lambda text: read_days_off(text, today=today), before.days_off),
        "window_minutes": read("window", lambda text: _window(text, kind), before.window_minutes),
        "missed_hours": number_of(values, "missed"),
        "made_on": today,
    }
    return before.model_copy(update=changed), errors


def _window(text: str, kind: str) -> int:
    return read_window(text) if text else ceremony_of(kind).window_minutes


def _zones(text: str) -> tuple[str, ...]:
    names = [name for name in text.replace("\n", ",").split(",") if name.strip()]
    if not names:
        raise UserFacingError("Give a time zone.", hint="E.g. Europe/Berlin.")
    return tuple(dict.fromkeys(find_zone(name).key for name in names))


def _regions(text: str) -> tuple[str, ...]:
    regions = read_regions(text)
    for region in regions:
        check_region(region)
    return regions


def _work_days(text: str) -> tuple[int, ...]:
    days = weekdays(text)
    if not days:
        raise UserFacingError(f"“{text[:30]}” are no days.", hint="E.g. Mon-Fri, or Sun-Thu.")
    return tuple(sorted(days))


def _text(values: Json, block: str) -> str:
    return str(values[block]["text"].get("value") or "").strip()


def _chosen(values: Json, block: str) -> str:
    return chosen_of(values, block)
