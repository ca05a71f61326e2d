"""KPIs for `/metrics`: of the only workspace, public channels alone, counted anew now and then."""

from datetime import datetime, timedelta

from bot.domain.kpi import Asked
from bot.metrics import KpiGauge
from bot.services.adr_scope import TERMINAL
from bot.services.context import Context
from bot.services.kpis import Seat, values

FRESH = timedelta(minutes=5)
"""Ours: a scrape comes every few seconds, a KPI moves in days."""


class KpiGauges:
    """Keeps what was counted last for some minutes; each process counts for itself."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._kept: tuple[KpiGauge, ...] = ()

    async def now(self, ctx: Context) -> tuple[KpiGauge, ...]:
        """Return the gauges; none where several workspaces share the process."""
        now = ctx.clock.now()
        if self._at is None or now - self._at >= FRESH:
            self._kept = await _gauges(ctx)
            self._at = now
        return self._kept


async def _gauges(ctx: Context) -> tuple[KpiGauge, ...]:
    if ctx.settings.many_workspaces:
        return ()
    async with ctx.database.read() as uow:
        known = [name for name in await uow.channels.workspace_ids() if name != TERMINAL]
        if len(known) != 1:
            return ()
        found = await values(ctx, uow, Seat(known[0], frozenset()), Asked())
    return tuple(
        KpiGauge(name=value.kpi.name, value=value.value, n=value.n, target=value.target)
        for value in found
    )
