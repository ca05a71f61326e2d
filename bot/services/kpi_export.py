"""KPIs as rows of a file: everything that a figure needs to be checked stands beside it."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from bot.domain.kpi import KpiValue, sign

COLUMNS = (
    "kpi", "title", "area", "state", "value", "unit", "n", "least", "of", "target", "trend",
    "before", "days", "formula", "source",
)  # fmt: skip


def rows(values: Sequence[KpiValue]) -> list[dict[str, Any]]:
    """Return a row for each KPI; without enough data `value` is null."""
    return [
        {
            "kpi": value.kpi.name,
            "title": value.kpi.title,
            "area": value.kpi.areas[0].value,
            "state": value.state,
            "value": value.value,
            "unit": value.kpi.unit,
            "n": value.n,
            "least": value.least,
            "of": value.kpi.of,
            "target": None if value.target is None else sign(value.kpi, value.target),
            "trend": value.trend,
            "before": value.was,
            "days": value.days,
            "formula": value.kpi.formula,
            "source": value.kpi.source,
        }
        for value in values
    ]


def as_json(values: Sequence[KpiValue]) -> str:
    """Return a JSON list."""
    return json.dumps(rows(values), indent=2, ensure_ascii=False) + "\n"


def as_csv(values: Sequence[KpiValue]) -> str:
    """Return CSV with a head line; what is not known is empty."""
    out = io.StringIO()
    lines = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows(values))
    return out.getvalue()
