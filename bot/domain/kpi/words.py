"""KPIs in words: values with their unit, what was typed behind `/lead metrics`."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict

from bot.domain.kpi.kpi import Area, Kpi, KpiValue, State, Trend
from bot.domain.kpi.table import KPIS
from bot.errors import UserFacingError

LONGEST_DAYS = 366
_WINDOW = re.compile(r"(\d{1,4})\s*d(?:ays?)?", re.IGNORECASE)
_HINT = "E.g. `/lead metrics`, `/lead metrics dora 90d`, `/lead metrics velocity chart`."
STATES: Mapping[State, str] = {
    "met": "target met",
    "missed": "target missed",
    "told": "no target",
    "few": "not enough data",
}
ARROWS: Mapping[Trend, str] = {
    "better": "better",
    "worse": "worse",
    "up": "up",
    "down": "down",
    "same": "as before",
    "": "",
}


@dataclass(frozen=True)
class Asked:
    """What somebody typed: an area or a KPI, a window, a service, a picture or a file."""

    area: Area | None = None
    kpi: Kpi | None = None
    days: int | None = None
    """None: each KPI's own window."""
    sprint: bool = False
    """The window is the channel's newest sprint."""
    service: str = ""
    here: bool = False
    chart: bool = False
    file: Literal["", "csv", "json"] = ""
    """A file of it instead."""


class _Found(TypedDict, total=False):
    area: Area
    kpi: Kpi
    days: int
    sprint: bool
    service: str
    here: bool
    chart: bool
    file: Literal["csv", "json"]


_FLAGS: Mapping[str, _Found] = {
    "sprint": {"sprint": True},
    "here": {"here": True},
    "chart": {"chart": True},
    "csv": {"file": "csv"},
    "json": {"file": "json"},
}


def read(text: str) -> Asked:
    """Return what is asked for; what is neither KPI, area nor window names a service.

    Raises UserFacingError for a window that is none, and for a word that is nearly a KPI's name.
    """
    found: _Found = {}
    rest: list[str] = []
    for word in _keyed(text).split():
        _take(word, found, rest)
    if rest:
        found["service"] = " ".join(rest)
        if len(rest) == 1 and not found.keys() & {"kpi", "area"}:
            _suggest(rest[0])
    return Asked(**found)


def _keyed(text: str) -> str:
    """Return the text with a KPI's key in place of its title, which is what people read."""
    for kpi in sorted(KPIS.values(), key=lambda one: -len(one.title)):
        titled = re.compile(rf"(?<!\S){re.escape(kpi.title)}(?!\S)", re.IGNORECASE)
        if titled.search(text):
            return titled.sub(kpi.name, text, count=1)
    return text


def _take(word: str, found: _Found, rest: list[str]) -> None:
    low = word.casefold().replace("_", "-")
    if low in KPIS and "kpi" not in found:
        found["kpi"] = KPIS[low]
    elif low in list(Area) and "area" not in found:
        found["area"] = Area(low)
    elif low in _FLAGS:
        found.update(_FLAGS[low])
    elif window := _WINDOW.fullmatch(low):
        found["days"] = _days(int(window[1]))
    else:
        rest.append(word)


def _days(days: int) -> int:
    if not 1 <= days <= LONGEST_DAYS:
        raise UserFacingError(f"A window has 1 to {LONGEST_DAYS} days.", hint=_HINT)
    return days


def _suggest(word: str) -> None:
    close = difflib.get_close_matches(word.casefold(), [*KPIS, *Area], n=1, cutoff=0.8)
    if close:
        raise UserFacingError(f"I know no KPI “{word[:40]}”.", hint=f"Did you mean `{close[0]}`?")


def amount(value: float, unit: str) -> str:
    """Return a value with its unit: two digits at most, so that 94.96 is not shown as 95."""
    if unit == "$":
        return f"${value:,.2f}"
    if unit == "h" and 0 < abs(value) < 1:
        value, unit = value * 60, "min"
    shown = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{shown} {unit}".rstrip()


_WHOLE_BELOW = 100
"""Ours: of fewer things a share's decimals say more than was counted."""


def told(value: KpiValue, number: float) -> str:
    """Return `number`, the value or the one before, as exact as what was counted allows.

    A percentage of fewer than a hundred things has no decimals, unless it would then stand on the
    other side of its target. Samples are measured by others and stay as they are.
    """
    kpi = value.kpi
    if kpi.unit == "%" and kpi.of != "samples" and value.n < _WHOLE_BELOW:
        whole = float(round(number))
        if value.target is None or kpi.meets_at(whole, value.target) == kpi.meets_at(
            number, value.target
        ):
            number = whole
    return amount(number, kpi.unit)


def sign(kpi: Kpi, target: float) -> str:
    """Return a target with its sign, such as `> 95 %`."""
    shown = {">=": "≥", "<=": "≤"}.get(kpi.meets, kpi.meets)
    return f"{shown} {amount(target, kpi.unit)}"


def few(value: KpiValue) -> str:
    """Return how it is said that there is too little."""
    return f"not enough data, n={value.n} of {value.least}" if value.n else "no data"
