"""What becomes of a reported incident as a fact: from its own report, or from its escalation.

Alertmanager and PagerDuty say themselves when an incident began and ended. Others only say that
it is there: then its escalation knows when it was opened, acknowledged and resolved, by whomever.
"""

from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.domain.escalation import Kind
from bot.domain.measure import Fact, FactKind, Heard
from bot.domain.measure.alarms import read_alertmanager, read_pagerduty
from bot.domain.measure.shape import firsts
from bot.errors import UserFacingError
from bot.services.context import Context
from storage.models import Escalation
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)
SOURCE = "webhook"
_OWN = ("own:", "event:")
"""How the keys of incidents begin that do not say their moments."""
_KINDS = frozenset({Kind.OPENED, Kind.ACKNOWLEDGED, Kind.RESOLVED})


async def keep_report(ctx: Context, workspace_id: str, body: object) -> None:
    """Store what Alertmanager or PagerDuty say of incidents; a report that cannot be is left out.

    Its escalation stands: people must hear of an incident whose clock is wrong.
    """
    try:
        heard = _read(body, ctx.clock.now())
    except UserFacingError as refused:
        log.warning("incident.no_fact", why=refused.text)
        return
    if heard is not None:
        async with ctx.database.begin() as uow:
            await uow.facts.see(workspace_id, heard.origins)
            await uow.facts.merge(workspace_id, heard.facts)


async def note(
    uow: UnitOfWork,
    row: Escalation,
    kind: Kind,
    *,
    at: datetime,
    service: str = "",
    started_at: datetime | None = None,
) -> None:
    """Store what happened to the escalation of such an incident, in its own transaction.

    Nothing of a private channel's: what is measured can be seen everywhere.
    """
    if kind not in _KINDS or not (row.source_key or "").startswith(_OWN):
        return
    if await uow.channels.is_private(row.workspace_id, row.channel_id):
        return
    origin = service or await uow.facts.incident_origin(row.workspace_id, SOURCE, row.id)
    fact = Fact(
        FactKind.INCIDENT,
        SOURCE,
        row.id,
        origin,
        at,
        {"resolved_at": at if kind is Kind.RESOLVED else None},
        firsts(
            started_at=started_at,
            detected_at=row.created_at,
            acknowledged_at=at if kind is Kind.ACKNOWLEDGED else None,
        ),
        {"level": row.level},
        rank=int(kind is Kind.RESOLVED),
    )
    heard = Heard((fact,))
    await uow.facts.see(row.workspace_id, heard.origins)
    await uow.facts.merge(row.workspace_id, heard.facts)


def _read(body: object, now: datetime) -> Heard | None:
    if not isinstance(body, Mapping):
        return None
    if isinstance(body.get("alerts"), list):
        return read_alertmanager(body, now=now)
    return read_pagerduty(body, now=now) if isinstance(body.get("event"), Mapping) else None
