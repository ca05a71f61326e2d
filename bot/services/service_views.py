"""Turns the rows of services into what Slack shows."""

from bot.domain.service import DependencyKind, Edge
from bot.errors import UserFacingError
from bot.services.charts import post_chart
from bot.services.context import Context
from bot.services.decision_views import decision_row
from bot.services.service_graph import Graph, Known, Place, graph
from bot.slack import charts
from bot.slack.cards.service import KINDS, Moment, ServiceLine, ServicePage
from bot.slack.text import count
from storage.models import AuditEntry
from storage.uow import UnitOfWork


def lines(whole: Graph) -> list[ServiceLine]:
    """Return a line for each service."""
    return [
        ServiceLine(
            name=service.name,
            owner_id=service.owner_id,
            needs=sum(row.service_id == service.id for row in whole.dependencies),
            used_by=sum(row.needs_id == service.id for row in whole.dependencies),
        )
        for service in whole.services
    ]


def page(known: Known) -> ServicePage:
    """Return all of one service."""
    names, mine = known.graph.names, known.service.id
    edges = [
        (row, Edge(names[row.service_id], names[row.needs_id], DependencyKind(row.kind)))
        for row in known.graph.dependencies
    ]
    return ServicePage(
        name=known.service.name,
        about=known.service.about,
        docs_url=known.service.docs_url,
        runbook_url=known.service.runbook_url,
        owner_id=known.service.owner_id,
        needs=tuple((edge, row.source) for row, edge in edges if row.service_id == mine),
        used_by=tuple((edge, row.source) for row, edge in edges if row.needs_id == mine),
        decisions=tuple(decision_row(decision) for decision in known.decisions),
    )


def moments(known: Known, entries: list[AuditEntry]) -> list[Moment]:
    """Return the changes of a service, newest first: its dependencies and its owners."""
    names, mine = known.graph.names, known.service.id
    found = []
    for row in known.history:
        direction = (
            f"depends on {names[row.needs_id]}"
            if row.service_id == mine
            else f"used by {names[row.service_id]}"
        )
        origin = f", from {row.source}" if row.source else ""
        found.append(Moment(row.added_at, row.added_by, f"{direction} ({KINDS[row.kind]}){origin}"))
        if row.ended_at is not None:
            found.append(Moment(row.ended_at, row.ended_by or "", f"no longer {direction}"))
    owners = [entry for entry in entries if entry.action == "service.own"]
    for entry in owners:
        who = str(entry.details.get("after") or "")
        found.append(Moment(entry.at, entry.actor_id, "owner" if who else "no owner", who))
    added = Moment(known.service.created_at, known.service.created_by, "added")
    return sorted([added, *found], key=lambda item: item.at, reverse=True)


async def post_map(ctx: Context, place: Place, *, receipt: str) -> str:
    """Post a picture of the graph in the channel, once; returns what to answer.

    Raises UserFacingError for no service, or for more than can be drawn.
    """
    async with ctx.database.read() as uow:
        whole = await graph(uow, place.workspace_id, seen_from=place.channel_id)
    names = [service.name for service in whole.services]
    if not names:
        raise UserFacingError("There is no service yet.", hint="`/lead service add <name>`.")
    if len(names) > charts.MOST_NODES:
        raise UserFacingError(
            f"A picture of {len(names)} services cannot be read.",
            hint="`/lead services` lists them, `/lead service <name>` shows one.",
        )
    chart = charts.sketch_graph("Services", names, whole.edges)
    async with ctx.database.begin() as uow:
        await _post(ctx, uow, place, chart, receipt=receipt, services=len(names))
    return "The picture comes in a moment."


async def _post(
    ctx: Context,
    uow: UnitOfWork,
    place: Place,
    chart: charts.Sketch,
    *,
    receipt: str,
    services: int,
) -> None:
    await uow.channels.ensure(
        place.workspace_id,
        place.channel_id,
        now=ctx.clock.now(),
        is_private=place.is_private,
    )
    await post_chart(
        uow,
        chart,
        workspace_id=place.workspace_id,
        channel_id=place.channel_id,
        key=f"services:{receipt}"[:200],
        comment=f"{count(services, 'service')} and what depends on what.",
        now=ctx.clock.now(),
    )
