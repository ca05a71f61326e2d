"""Makes docs/kpis.md: every KPI with its formula, source, window, least n and target."""

from bot.domain.kpi import TITLES, Area, Kpi, of_area, sign
from bot.settings import KpiSettings, variable

_HEAD = """# KPIs

*Written by `make docs` from `bot/domain/kpi/`; how to read and narrow them is in
[metrics.md](metrics.md).*

*Least n*: of fewer the KPI says "not enough data"; `enough` is `TEAMLEAD_KPI_ENOUGH`. A target is
the default of the setting beside it.
"""


def kpis_page() -> str:
    """Return the page."""
    parts = [_HEAD]
    for area in Area:
        kpis = [kpi for kpi in of_area(area) if kpi.areas[0] is area]
        if kpis:
            parts.append(f"\n## {TITLES[area]}\n\n" + "\n".join(map(_kpi, kpis)))
    return "\n".join(part.rstrip("\n") for part in parts) + "\n"


def _kpi(kpi: Kpi) -> str:
    least = "enough" if kpi.least is None else str(kpi.least)
    window = f"{kpi.days} days, as it stands at the end" if kpi.now else f"{kpi.days} days"
    also = ", ".join(TITLES[area] for area in kpi.areas[1:])
    lines = [
        f"### {kpi.title} (`{kpi.name}`)\n",
        f"{kpi.formula}\n",
        f"- Source: {kpi.source}. n: {kpi.of}, least n: {least}. Window: {window}.",
    ]
    if kpi.target:
        default = getattr(KpiSettings.model_construct(), kpi.target)
        lines.append(f"- Target: {sign(kpi, default)} (`{variable(KpiSettings, kpi.target)}`).")
    if also:
        lines.append(f"- Also in: {also}.")
    if kpi.by_service:
        lines.append("- Known for each service.")
    return "\n".join(lines) + "\n"
