"""All KPIs: `/lead metrics`, exports, gauges, the dashboard and docs/metrics.md read this table."""

from bot.domain.kpi.delivery import DELIVERY
from bot.domain.kpi.kpi import Area, Kpi
from bot.domain.kpi.team import TEAM, WORK
from bot.domain.kpi.technical import TECHNICAL

KPIS: dict[str, Kpi] = {kpi.name: kpi for kpi in (*DELIVERY, *TECHNICAL, *TEAM, *WORK)}
"""By name, in the order in which they are shown."""


def of_area(area: Area) -> tuple[Kpi, ...]:
    """Return an area's KPIs."""
    return tuple(kpi for kpi in KPIS.values() if area in kpi.areas)
