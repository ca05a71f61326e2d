"""KPIs as the database counts them: one statement for each, whatever its window holds."""

import math
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from bot.domain.dora import Dora, Figure, Window
from bot.domain.kpi.kpi import Measured
from bot.domain.kpi.scope import Scope
from bot.domain.kpi.words import amount
from storage.long_reads import read_long
from storage.repositories.base import Repository
from storage.repositories.dora import DoraRepository
from storage.repositories.kpi_delivery import DELIVERY
from storage.repositories.kpi_gates import GATES
from storage.repositories.kpi_sql import HOUR, Measure
from storage.repositories.kpi_team import TEAM
from storage.repositories.kpi_technical import TECHNICAL, acknowledged

MEASURES: dict[str, Measure] = {**DELIVERY, **TECHNICAL, **TEAM, **GATES}
"""By the KPI's name."""
MTTR = "mttr"
FROM_DORA: dict[str, tuple[Dora, Callable[[Figure], float | None], float]] = {
    "deployment-frequency": (Dora.DEPLOYMENT_FREQUENCY, lambda figure: figure.value, 7.0),
    "deployment-success": (Dora.DEPLOYMENT_SUCCESS, lambda figure: figure.value, 1.0),
    "lead-time": (Dora.LEAD_TIME, lambda figure: figure.value, 1 / HOUR),
    "change-failure": (Dora.CHANGE_FAILURE_RATE, lambda figure: figure.value, 1.0),
    "rework": (Dora.REWORK_RATE, lambda figure: figure.value, 1.0),
    "restore-time": (Dora.TIME_TO_RESTORE, lambda figure: figure.median, 1 / HOUR),
    MTTR: (Dora.TIME_TO_RESTORE, lambda figure: figure.value, 1 / HOUR),
}
"""By the KPI's name: DORA's key, which of its figures, and by what it is multiplied."""


class KpiRepository(Repository):
    """Counts nothing of another workspace, and of private channels only what the scope names."""

    async def measure(self, names: Collection[str], scope: Scope) -> dict[str, Measured]:
        """Return these KPIs' values and n in a window of `scope.workspace_id`."""
        found: dict[str, Measured] = {}
        for name in names:
            if name in MEASURES:
                row = (await read_long(self.session, MEASURES[name](scope, self.dialect))).one()
                found[name] = _READERS.get(name, _measured)(row)
        found |= await self._dora([name for name in names if name in FROM_DORA], scope)
        return {name: found[name] for name in names}

    async def _dora(self, names: Collection[str], scope: Scope) -> dict[str, Measured]:
        """Return what comes of DORA's keys in `scope.workspace_id`."""
        window = Window(scope.since, scope.until, scope.service)
        keys = {FROM_DORA[name][0] for name in names}
        figures = await DoraRepository(self.session).all(scope.workspace_id, window, keys=keys)
        found = {}
        for name in names:
            key, read, times = FROM_DORA[name]
            value = read(figures[key])
            value = None if value is None else value * times
            found[name] = Measured(value, figures[key].n, _began(key, figures[key]))
        if MTTR in found:
            found[MTTR] = replace(found[MTTR], note=await self._acknowledged(scope))
        return found

    async def _acknowledged(self, scope: Scope) -> str:
        """Return how soon incidents of `scope.workspace_id` were taken up, where it was told."""
        row = (await read_long(self.session, acknowledged(scope, self.dialect))).one()
        taken_up = _measured(row)
        if taken_up.value is None:
            return ""
        return f"acknowledged after {amount(taken_up.value, 'h')} on average, n={taken_up.n}"


def _began(key: Dora, figure: Figure) -> str:
    """Return from when lead times are counted; a branch's first commit is not always known."""
    if key is not Dora.LEAD_TIME or not figure.n:
        return ""
    if figure.from_commit in (0, figure.n):
        return "from the first commit" if figure.from_commit else "from opening"
    return f"{figure.from_commit} of {figure.n} from the first commit, the others from opening"


def _measured(row: Any) -> Measured:
    return Measured(_float(row[0]), int(row[1] or 0))


def _of_branches(row: Any) -> Measured:
    """Return value and n, with how many of them are of no main branch, and of which."""
    found, others = _measured(row), int(row[2])
    if not others:
        return found
    of = f"of branch {row[3]}" if found.n == 1 else f"{others} of {found.n} not of a main branch"
    return replace(found, note=of)


def _evenness(row: Any) -> Measured:
    """Return 100 % less the coefficient of variation, of mean, n and the mean of the squares."""
    mean, n, squares = _float(row[0]), int(row[1] or 0), _float(row[2])
    if not mean or squares is None:
        return Measured(None, n)
    deviation = math.sqrt(max(squares - mean * mean, 0.0))
    return Measured(max(0.0, 100.0 * (1 - deviation / mean)), n)


_READERS: dict[str, Callable[[Any], Measured]] = {
    "consistency": _evenness,
    "coverage": _of_branches,
    "vulnerabilities": _of_branches,
}


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
