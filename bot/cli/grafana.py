"""A Grafana dashboard over `/metrics`: each KPI beside its target, and how the bot itself is."""

import json
from typing import Any

from bot.domain.kpi import TITLES, Area, Kpi, of_area

SCHEMA = 39
"""Grafana's schema version of dashboards; newer Grafanas read older ones."""
_WIDTH, _HIGH, _COLUMNS = 6, 6, 4
_UNITS = {"%": "percent", "h": "h", "min": "m", "ms": "ms", "$": "currencyUSD"}
_OWN: tuple[tuple[str, str, str], ...] = (
    ("Tasks at work", "sum(teamlead_running_tasks)", "short"),
    ("Tasks by state", "max by (state) (teamlead_tasks)", "short"),
    ("Posts that wait", "max(teamlead_outbox_waiting)", "short"),
    ("Dollars an hour", "sum by (model) (increase(teamlead_model_cost_dollars_total[1h]))",
     "currencyUSD"),
)  # fmt: skip
_SOURCE = {"type": "prometheus", "uid": "${source}"}


def dashboard() -> str:
    """Return the dashboard as the JSON that Grafana imports."""
    return json.dumps(_dashboard(), indent=2) + "\n"


def _dashboard() -> dict[str, Any]:
    return {
        "title": "Teamlead",
        "uid": "teamlead",
        "schemaVersion": SCHEMA,
        "tags": ["teamlead"],
        "time": {"from": "now-30d", "to": "now"},
        "refresh": "5m",
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": "Prometheus",
                    "type": "datasource",
                    "query": "prometheus",
                }
            ]
        },
        "panels": _panels(),
    }


def _panels() -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = []
    y = 0
    for area in Area:
        kpis = [kpi for kpi in of_area(area) if kpi.areas[0] is area]
        if not kpis:
            continue
        panels.append(_row(TITLES[area], y))
        y += 1
        panels += [_kpi(kpi, *_place(number, y)) for number, kpi in enumerate(kpis)]
        y += _HIGH * -(-len(kpis) // _COLUMNS)
    panels.append(_row("The bot", y))
    y += 1
    for number, (title, query, unit) in enumerate(_OWN):
        panels.append(
            _panel(title, [_target(query, "{{state}}{{model}}")], unit, *_place(number, y))
        )
    return [{"id": number, **panel} for number, panel in enumerate(panels, 1)]


def _place(number: int, y: int) -> tuple[int, int]:
    return (number % _COLUMNS) * _WIDTH, y + (number // _COLUMNS) * _HIGH


def _row(title: str, y: int) -> dict[str, Any]:
    place = {"x": 0, "y": y, "w": 24, "h": 1}
    return {"type": "row", "title": title, "gridPos": place, "panels": []}


def _kpi(kpi: Kpi, x: int, y: int) -> dict[str, Any]:
    targets = [_target(f'max(teamlead_kpi{{kpi="{kpi.name}"}})', kpi.title)]
    if kpi.target:
        targets.append(_target(f'max(teamlead_kpi_target{{kpi="{kpi.name}"}})', "target"))
    found = _panel(kpi.title, targets, _UNITS.get(kpi.unit, "short"), x, y)
    return {**found, "description": f"{kpi.formula} Source: {kpi.source}."}


def _panel(title: str, targets: list[dict[str, Any]], unit: str, x: int, y: int) -> dict[str, Any]:
    return {
        "type": "timeseries",
        "title": title,
        "datasource": _SOURCE,
        "gridPos": {"x": x, "y": y, "w": _WIDTH, "h": _HIGH},
        "targets": [{**target, "refId": "ABCD"[place]} for place, target in enumerate(targets)],
        "fieldConfig": {"defaults": {"unit": unit, "custom": {"spanNulls": False}}},
    }


def _target(query: str, legend: str) -> dict[str, Any]:
    return {"datasource": _SOURCE, "expr": query, "legendFormat": legend}
