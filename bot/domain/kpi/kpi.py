"""What a KPI is: what it says, how it is computed, from what, and when it is good."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Better = Literal["higher", "lower", "neither"]
Meets = Literal[">", ">=", "<", "<="]


class Area(StrEnum):
    """What a KPI is about; one may be in several."""

    DELIVERY = "delivery"
    TECHNICAL = "technical"
    TEAM = "team"
    DORA = "dora"
    SUCCESS = "success"
    WORK = "work"
    """What this bot and its specialists did."""


TITLES: Mapping[Area, str] = {
    Area.DELIVERY: "Delivery",
    Area.TECHNICAL: "Technical",
    Area.TEAM: "Team efficiency",
    Area.DORA: "DORA",
    Area.SUCCESS: "Success criteria",
    Area.WORK: "The bot's own work",
}


@dataclass(frozen=True)
class Kpi:
    """One line of the table of KPIs."""

    name: str
    """As people type it and as exports call it; never changed."""
    title: str
    areas: tuple[Area, ...]
    formula: str
    """In words that somebody can check by hand."""
    source: str
    """Which rows it counts, in people's words."""
    unit: str
    """`%`, `h`, `min`, `ms`, `d`, `$`, `points`, `of 5`, `a week` or empty for a count."""
    better: Better
    of: str
    """What `n` counts."""
    target: str = ""
    """The field of `KpiSettings` that is its target; empty: it has none."""
    meets: Meets = ">"
    least: int | None = None
    """Of fewer no value is told; None: `TEAMLEAD_KPI_ENOUGH`; 0: a count, told always."""
    days: int = 30
    """Its window where nobody names one."""
    now: bool = False
    """It says how things stand at the end of the window; there is no trend."""
    by_service: bool = False
    """Its rows know their service."""
    seed: str = ""
    """The line of the founding document that asks for it, in its words."""

    def meets_at(self, value: float, target: float) -> bool:
        """Return whether a value meets a target."""
        return {
            ">": value > target,
            ">=": value >= target,
            "<": value < target,
            "<=": value <= target,
        }[self.meets]


@dataclass(frozen=True)
class Measured:
    """What the database says: a value of `n` things; None where there is nothing to compute."""

    value: float | None = None
    n: int = 0
    note: str = ""
    """What one must know to read it, in a few words; e.g. of which branch it is."""


State = Literal["met", "missed", "told", "few"]
"""Against the target; `told`: it has none; `few`: not enough data."""
Trend = Literal["better", "worse", "up", "down", "same", ""]
SAME = 0.01
"""Ours: a change of less than one percent of the value before is none."""


@dataclass(frozen=True)
class KpiValue:
    """A KPI of one window, judged; `value` and `was` are None where there is too little."""

    kpi: Kpi
    state: State
    value: float | None
    n: int
    least: int
    was: float | None
    trend: Trend
    target: float | None
    days: int
    note: str = ""


def judge(
    kpi: Kpi, now: Measured, before: Measured, *, enough: int, target: float | None, days: int
) -> KpiValue:
    """Return what a window's figure comes to; `before` is the window before it, as long."""
    least = enough if kpi.least is None else kpi.least
    value = now.value if now.value is not None and now.n >= least else None
    known = before.value is not None and before.n >= least and not kpi.now
    was = before.value if known else None
    return KpiValue(
        kpi=kpi,
        state=_state(kpi, value, target),
        value=value,
        n=now.n,
        least=least,
        was=was,
        trend=_trend(kpi, value, was),
        target=target,
        days=days,
        note=now.note if value is not None else "",
    )


def _state(kpi: Kpi, value: float | None, target: float | None) -> State:
    if value is None:
        return "few"
    if target is None:
        return "told"
    return "met" if kpi.meets_at(value, target) else "missed"


def _trend(kpi: Kpi, value: float | None, was: float | None) -> Trend:
    if value is None or was is None:
        return ""
    if abs(value - was) <= SAME * abs(was):
        return "same"
    rose = value > was
    if kpi.better == "neither":
        return "up" if rose else "down"
    return "better" if rose == (kpi.better == "higher") else "worse"
