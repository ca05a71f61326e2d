"""Gates that services themselves are measured by: coupling, documentation, monitoring."""

from datetime import timedelta

from bot.domain.quality_gate import Check, Observed
from bot.domain.quality_gate.services import (
    ServiceFacts,
    observe_coupling,
    observe_documentation,
    observe_monitoring,
)
from bot.services.context import Context
from storage.models import Service
from storage.repositories.quality_gates import Whose
from storage.uow import UnitOfWork

_RECENT = timedelta(days=7)
"""Ours: what Prometheus has not said anything of for a week is not monitored."""


async def observe_services(ctx: Context, uow: UnitOfWork, whose: Whose) -> dict[Check, Observed]:
    """Return how the service, or without one every service, is connected, described and watched.

    A repository that is no service has nothing of it.
    """
    if whose.repository and not whose.service:
        return {}
    services = await uow.services.known_in(whose.workspace_id, seen_from=whose.scope)
    mine = [one for one in services if whose.service in ("", one.key)]
    if whose.service and len(mine) > 1:  # a private channel's own one stands for everybody's
        mine = [one for one in mine if one.scope == whose.scope]
    if not mine:
        gap = ("There is no such service in the graph.",) if whose.service else ()
        return {check: Observed(None, gap) for check in _CHECKS} if gap else {}
    facts = await _facts(ctx, uow, whose, mine)
    gate = ctx.settings.gate
    return {
        Check.COUPLING: observe_coupling(
            facts, medium=gate.coupling_medium, high=gate.coupling_high
        ),
        Check.DOCUMENTATION: observe_documentation(facts),
        Check.MONITORING: observe_monitoring(facts),
    }


_CHECKS = (Check.COUPLING, Check.DOCUMENTATION, Check.MONITORING)


async def _facts(
    ctx: Context, uow: UnitOfWork, whose: Whose, services: list[Service]
) -> list[ServiceFacts]:
    everything = await uow.services.known_in(whose.workspace_id, seen_from=whose.scope)
    edges = await uow.services.dependencies(whose.workspace_id, [one.id for one in everything])
    targets = await uow.performance_targets.open(whose.workspace_id, seen_from=whose.scope)
    targeted = {row.service.casefold() for row in targets}
    since = ctx.clock.now() - _RECENT
    monitored = await uow.quality_gates.monitored(whose.workspace_id, since=since)
    return [
        ServiceFacts(
            name=one.name,
            fan_in=len({edge.service_id for edge in edges if edge.needs_id == one.id}),
            fan_out=len({edge.needs_id for edge in edges if edge.service_id == one.id}),
            owner=bool(one.owner_id),
            about=bool(one.about.strip()),
            docs=bool(one.docs_url),
            runbook=bool(one.runbook_url),
            targeted=one.key in targeted or one.name.casefold() in targeted,
            measured=one.key in monitored and not one.scope,
        )
        for one in services
    ]
