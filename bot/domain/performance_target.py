"""Performance targets as people write them, and whether a value keeps one."""

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.domain.days import read_day
from bot.domain.service import check_name
from bot.errors import UserFacingError

Comparison = Literal["most", "least"]

_SIGNS: dict[str, Comparison] = {
    "<=": "most", "≤": "most", "<": "most", "under": "most", "below": "most", "at most": "most",
    ">=": "least", "≥": "least", ">": "least", "over": "least", "above": "least",
    "at least": "least",
}  # fmt: skip
_NUMBER = r"(?P<value>\d{1,12}(?:[.,]\d{1,6})?)\s*(?P<unit>[^\s\d]\S{0,15})?"
_SET = re.compile(
    r"(?P<what>.+?)\s*(?P<sign><=|≤|<|>=|≥|>|\bunder\b|\bbelow\b|\bat most\b|\bover\b|\babove\b"
    r"|\bat least\b)\s*" + _NUMBER + r"(?:\s+(?:by|until|due)\s+(?P<day>.+))?",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"(?P<what>.+?)\s*(?:[=:]|\bis\b|\s)\s*" + _NUMBER, re.IGNORECASE)
_SET_HINT = "E.g. `/lead targets set billing-api p95 under 200 ms by 2027-01-31`."
_MEASURED_HINT = "E.g. `/lead targets measure billing-api p95 240 ms`."
MOST_METRIC = 60


@dataclass(frozen=True)
class Named:
    """A service and one of its metrics."""

    service: str
    metric: str

    @property
    def key(self) -> str:
        """What two spellings of it share."""
        return f"{self.service} {self.metric}".casefold()


@dataclass(frozen=True)
class Wanted:
    """A target."""

    named: Named
    comparison: Comparison
    value: float
    unit: str
    due_on: date | None = None


@dataclass(frozen=True)
class Measured:
    """A value that somebody measured; `unit` is empty when none was said."""

    named: Named
    value: float
    unit: str


def read_target(text: str, *, today: date) -> Wanted:
    """Return the target that the words set; raises UserFacingError with an example."""
    found = _SET.fullmatch(" ".join(text.split()))
    if found is None:
        raise UserFacingError("I need a service, a metric and a limit.", hint=_SET_HINT)
    return Wanted(
        _named(found["what"], _SET_HINT),
        _SIGNS[found["sign"].lower()],
        _number(found["value"]),
        found["unit"] or "",
        read_day(found["day"], today=today) if found["day"] else None,
    )


def read_measured(text: str) -> Measured:
    """Return what was measured; raises UserFacingError with an example."""
    found = _MEASURED.fullmatch(" ".join(text.split()))
    if found is None:
        raise UserFacingError("I need a service, a metric and a value.", hint=_MEASURED_HINT)
    return Measured(
        _named(found["what"], _MEASURED_HINT), _number(found["value"]), found["unit"] or ""
    )


def keeps(comparison: str, target: float, value: float) -> bool:
    """Whether a value is within its target."""
    return value <= target if comparison == "most" else value >= target


def limit_words(comparison: str, value: float, unit: str) -> str:
    """Return e.g. `at most 200 ms`."""
    return f"at {comparison} {amount(value, unit)}"


def amount(value: float, unit: str) -> str:
    """Return e.g. `1,250 rps` or `99.95 %`."""
    digits = f"{value:,.6f}".rstrip("0").rstrip(".")
    return f"{digits} {unit}".rstrip()


def _named(text: str, hint: str) -> Named:
    service, _, metric = text.strip().rpartition(" ")
    if not service or len(metric) > MOST_METRIC:
        raise UserFacingError("Name the service and then the metric, in one word.", hint=hint)
    return Named(check_name(service), metric)


def _number(text: str) -> float:
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise UserFacingError("That is no number that I can keep.", hint=_SET_HINT)
    return value
