"""What Prometheus is asked once an hour: values of services, and a baseline of each once a day."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.domain.memory.baseline import Baseline, Measure
from bot.domain.service import check_name, key_of
from bot.errors import ExternalError, UserFacingError
from bot.services.context import Context
from bot.services.memory_baselines import last_baseline, remember_baseline
from bot.settings_measure import SAMPLED, read_queries
from bot.tools.prometheus import Prometheus
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

SCHEDULE = "measure-samples"
SOURCE = "prometheus"
EVERY = timedelta(hours=23)
"""Ours: how old a baseline is before the next is kept; hourly ones would bury the memory."""
_BASELINE: Mapping[str, Measure] = {
    "throughput": "throughput",
    "latency.p95": "p95",
    "memory": "memory",
    "cpu": "cpu",
}
Values = dict[str, dict[str, float]]
"""By service, then by name."""


async def sample(ctx: Context, slot: datetime) -> int:
    """Store what Prometheus says of `slot`; returns how many values were new.

    A slot that is run again, here or in another process, stores nothing twice. What cannot be
    asked leaves a gap: no value is better than one of another hour.
    """
    settings = ctx.settings.measure
    queries = read_queries(settings.prometheus_queries)
    workspace_id = await _workspace(ctx) if settings.prometheus_url and queries else ""
    if not workspace_id:
        return 0
    found = await _ask(ctx, queries, slot)
    new = 0
    for service, values in sorted(found.items()):
        async with ctx.database.begin() as uow:
            new += await _keep(uow, workspace_id, service, values, slot)
    log.info("measure.sampled", services=len(found), new=new)
    return new


async def _ask(ctx: Context, queries: Mapping[str, str], slot: datetime) -> Values:
    settings, found = ctx.settings.measure, Values()
    async with Prometheus(
        settings.prometheus_url,
        token=settings.prometheus_token,
        seconds=settings.prometheus_seconds,
    ) as prometheus:
        for name, query in queries.items():
            try:
                samples = await prometheus.ask(query, at=slot)
            except ExternalError as failed:
                log.warning("measure.not_sampled", name=name, why=failed.text)
                continue
            for one in samples:
                if service := _key(one.service):
                    found.setdefault(service, {})[name] = one.value
    return found


async def _keep(
    uow: UnitOfWork, workspace_id: str, service: str, values: Mapping[str, float], slot: datetime
) -> int:
    new = 0
    for name, value in values.items():
        said = f"{SOURCE}\0{service}\0{name}\0{slot.isoformat()}"
        row = {
            "service": service,
            "source": SOURCE,
            "name": name,
            "value": value,
            "unit": SAMPLED[name],
            "at": slot,
            "digest": hashlib.sha256(said.encode()).hexdigest(),
        }
        new += await uow.facts.measured(workspace_id, row)
    await _baseline(uow, workspace_id, service, values, slot)
    return new


async def _baseline(
    uow: UnitOfWork, workspace_id: str, service: str, values: Mapping[str, float], slot: datetime
) -> None:
    """Remember a baseline of a service that everybody knows, unless there is one of the day."""
    figures = {
        _BASELINE[name]: round(value, 3) for name, value in values.items() if name in _BASELINE
    }
    known = await uow.services.find(workspace_id, service, seen_from="")
    if not figures or known is None:
        return
    last = await last_baseline(
        uow, workspace_id, known.name, seen_from="", before=slot + timedelta(seconds=1)
    )
    if last is not None and slot - last[0].updated_at < EVERY:
        return
    await remember_baseline(
        uow,
        Baseline(known.name, figures),
        workspace_id=workspace_id,
        channel_id=None,
        author=None,
        source=SOURCE,
        at=slot,
    )


async def _workspace(ctx: Context) -> str:
    """Return whose services they are: as set, or the only workspace that there is."""
    if named := ctx.settings.measure.workspace:
        return named
    async with ctx.database.read() as uow:
        known = await uow.team_report.workspaces()
    if len(known) > 1:
        log.warning("measure.no_workspace", hint="set TEAMLEAD_MEASURE_WORKSPACE")
    return known[0] if len(known) == 1 else ""


def _key(label: str) -> str:
    try:
        return key_of(check_name(label)) if label else ""
    except UserFacingError:
        return ""
