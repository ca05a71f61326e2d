"""KPIs as the database counts them: one statement for each, whatever its window holds."""

import math
from typing import Any

from bot.domain.kpi.kpi import Measured
from bot.domain.kpi.scope import Scope
from storage.repositories.base import Repository
from storage.repositories.kpi_delivery import DELIVERY
from storage.repositories.kpi_sql import Measure
from storage.repositories.kpi_team import TEAM
from storage.repositories.kpi_technical import TECHNICAL

MEASURES: dict[str, Measure] = {**DELIVERY, **TECHNICAL, **TEAM}
"""By the KPI's name."""


class KpiRepository(Repository):
    """Counts nothing of another workspace, and of private channels only what the scope names."""

    async def measure(self, name: str, scope: Scope) -> Measured:
        """Return a KPI's value and n in a window of `scope.workspace_id`."""
        statement = MEASURES[name](scope, self.dialect)
        row = (await self.session.execute(statement)).one()
        return (
            _evenness(row) if name == "consistency" else Measured(_float(row[0]), int(row[1] or 0))
        )


def _evenness(row: Any) -> Measured:
    """Return 100 % less the coefficient of variation, of mean, n and the mean of the squares."""
    mean, n, squares = _float(row[0]), int(row[1] or 0), _float(row[2])
    if not mean or squares is None:
        return Measured(None, n)
    deviation = math.sqrt(max(squares - mean * mean, 0.0))
    return Measured(max(0.0, 100.0 * (1 - deviation / mean)), n)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
