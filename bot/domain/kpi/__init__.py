"""KPIs: one table of all of them, how a figure is judged, how it is said. Pure rules."""

from bot.domain.kpi.kpi import TITLES, Area, Kpi, KpiValue, Measured, judge
from bot.domain.kpi.scope import Scope
from bot.domain.kpi.table import KPIS, of_area
from bot.domain.kpi.words import ARROWS, STATES, Asked, amount, few, read, sign, told

__all__ = [
    "ARROWS",
    "KPIS",
    "STATES",
    "TITLES",
    "Area",
    "Asked",
    "Kpi",
    "KpiValue",
    "Measured",
    "Scope",
    "amount",
    "few",
    "judge",
    "of_area",
    "read",
    "sign",
    "told",
]
