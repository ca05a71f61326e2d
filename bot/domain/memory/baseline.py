"""A service's baseline: throughput, p95, memory and CPU at a moment; what changed since the last.

`Throughput:`, `Latency P95:`, `Memory usage:` and `CPU utilization:` are the seed's own words.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.quantity import exact
from bot.domain.service import check_name
from bot.errors import UserFacingError

Measure = Literal["throughput", "p95", "memory", "cpu"]

TITLES: dict[Measure, str] = {
    "throughput": "Throughput",
    "p95": "Latency P95",
    "memory": "Memory usage",
    "cpu": "CPU utilization",
}
UNITS: dict[Measure, str] = {"throughput": "requests/s", "p95": "ms", "memory": "MB", "cpu": "%"}
_FACTORS: dict[Measure, dict[str, float]] = {
    "throughput": {
        "": 1, "rps": 1, "/s": 1, "req/s": 1, "requests/s": 1, "rpm": 1 / 60, "/min": 1 / 60,
        "req/min": 1 / 60, "requests/min": 1 / 60,
    },
    "p95": {"": 1, "ms": 1, "s": 1_000},
    "memory": {"": 1, "mb": 1, "mib": 1.048576, "gb": 1_000, "gib": 1_073.741824},
    "cpu": {"": 1, "%": 1, "percent": 1},
}  # fmt: skip
_NAMES: dict[str, Measure] = {
    "throughput": "throughput",
    "p95": "p95",
    "latency p95": "p95",
    "p95 latency": "p95",
    "latency": "p95",
    "memory": "memory",
    "memory usage": "memory",
    "cpu": "cpu",
    "cpu utilization": "cpu",
}
_FIGURE = re.compile(
    r"\b(?P<name>" + "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)) + r")"
    r"\s*[:=]?\s*(?P<value>\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?)\s*"
    r"(?P<unit>requests/s|requests/min|req/s|req/min|rps|rpm|/s|/min|ms|s|mib|gib|mb|gb|percent|%)?"
    r"(?![\w/])",
    re.IGNORECASE,
)
_EXAMPLE = "E.g. `/lead remember baseline orders throughput 1200 rps p95 180 ms cpu 43%`."


@dataclass(frozen=True)
class Baseline:
    """What was measured of a service, in the units of `UNITS`."""

    service: str
    figures: Mapping[Measure, float]

    def name(self, at: datetime) -> str:
        """Return what it is called: `<service>_baseline_<time>`."""
        return f"{self.service}_baseline_{at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def texts(self) -> tuple[str, ...]:
        """What is remembered of it, a line for each figure."""
        return tuple(
            f"{TITLES[measure]}: {exact(value)} {UNITS[measure]}"
            for measure, value in self.figures.items()
        )


def read_baseline(words: str) -> Baseline:
    """Return the baseline that words such as `orders p95 180 ms cpu 43%` say.

    Raises UserFacingError for none, for a unit that does not fit, and for a figure given twice.
    """
    first = _FIGURE.search(words)
    if first is None:
        raise UserFacingError("I see no figure in that.", hint=_EXAMPLE)
    service = check_name(words[: first.start()].strip(" :,"))
    return Baseline(service, figures_in([words[first.start() :]]))


def figures_in(texts: Iterable[str]) -> dict[Measure, float]:
    """Return the figures in texts, in the order of `TITLES`; raises UserFacingError."""
    found: dict[Measure, float] = {}
    for text in texts:
        for figure in _FIGURE.finditer(text):
            measure = _NAMES[figure["name"].casefold()]
            factor = _FACTORS[measure].get((figure["unit"] or "").casefold())
            if factor is None:
                raise UserFacingError(
                    f"{TITLES[measure]} in “{figure['unit']}” says nothing to me.", hint=_EXAMPLE
                )
            if measure in found:
                raise UserFacingError(f"{TITLES[measure]} stands there twice.", hint=_EXAMPLE)
            found[measure] = round(float(figure["value"].replace(",", "")) * factor, 3)
    return {measure: found[measure] for measure in TITLES if measure in found}


def changes(old: Mapping[Measure, float], new: Mapping[Measure, float]) -> list[str]:
    """Return what changed in each figure that both have, e.g. `p95 +18 % (180 → 212 ms)`."""
    lines = []
    for measure, value in new.items():
        if measure not in old:
            continue
        before = old[measure]
        both = f"({exact(before)} → {exact(value)} {UNITS[measure]})"
        if before == 0:
            lines.append(f"{_short(measure)} {both}")
            continue
        percent = round((value - before) / before * 100)
        sign = f"{percent:+d} %" if percent else "as before"
        lines.append(f"{_short(measure)} {sign} {both}")
    return lines


def _short(measure: Measure) -> str:
    return {"cpu": "CPU"}.get(measure, measure)
