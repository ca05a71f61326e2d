"""The services that people registered: owners, dependencies, what is known of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.service import DependencyKind, Edge, check_name, close_to, key_of
from bot.errors import NotFound, UserFacingError
from bot.services.context import Context
from storage.models import Decision, Service, ServiceDependency
from storage.uow import UnitOfWork

_DECISIONS = 5


@dataclass(frozen=True)
class Place:
    """Where somebody speaks of services; what is named in a private channel stays there."""

    workspace_id: str
    channel_id: str
    user_id: str
    is_private: bool = False

    @property
    def scope(self) -> str:
        """The private channel that alone knows what is named in it; else empty."""
        return self.channel_id if self.is_private else ""


@dataclass(frozen=True)
class Graph:
    """Services with the dependencies between them that count."""

    services: Sequence[Service]
    dependencies: Sequence[ServiceDependency]

    @property
    def names(self) -> dict[str, str]:
        """Names by id."""
        return {service.id: service.name for service in self.services}

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The dependencies by the services' names."""
        names = self.names
        return tuple(
            Edge(names[row.service_id], names[row.needs_id], DependencyKind(row.kind))
            for row in self.dependencies
        )


@dataclass(frozen=True)
class Known:
    """All that is known of one service."""

    service: Service
    graph: Graph
    history: Sequence[ServiceDependency]
    decisions: Sequence[Decision]


async def scope_for(uow: UnitOfWork, place: Place) -> str:
    """Return where a new name is known; empty: everywhere.

    Where others than this company read, names are the channel's own: everybody's do not show there.
    """
    if place.scope or not place.channel_id:
        return place.scope
    shared = await uow.channels.is_shared(place.workspace_id, place.channel_id)
    return place.channel_id if shared else ""


async def graph(uow: UnitOfWork, workspace_id: str, *, seen_from: str) -> Graph:
    """Return the services that may be seen from a channel, with what lies between them."""
    services = await uow.services.known_in(workspace_id, seen_from=seen_from)
    ids = [service.id for service in services]
    return Graph(services, await uow.services.dependencies(workspace_id, ids))


async def known(uow: UnitOfWork, place: Place, name: str) -> Known:
    """Return what is known of a service; raises NotFound."""
    service = await find(uow, place, name)
    whole = await graph(uow, place.workspace_id, seen_from=place.channel_id)
    ids = list(whole.names)
    rows = await uow.services.dependencies(place.workspace_id, ids, ended=True)
    decisions = await uow.services.decisions(
        place.workspace_id, service.name, seen_from=place.channel_id, limit=_DECISIONS
    )
    mine = [row for row in rows if service.id in (row.service_id, row.needs_id)]
    return Known(service, whole, mine, decisions)


async def find(uow: UnitOfWork, place: Place, name: str) -> Service:
    """Return a service that may be seen here; raises NotFound with what was probably meant."""
    service = await uow.services.find(place.workspace_id, name, seen_from=place.channel_id)
    if service is None:
        meant = await _meant(uow, place, name)
        hint = f"Did you mean `{meant}`?" if meant else "`/lead services` lists them."
        raise NotFound("service", name, hint=hint)
    return service


async def _meant(uow: UnitOfWork, place: Place, name: str) -> str | None:
    services = await uow.services.known_in(place.workspace_id, seen_from=place.channel_id)
    return close_to(name, [service.name for service in services])


async def ensure(
    ctx: Context, uow: UnitOfWork, place: Place, name: str, *, surely: bool = False
) -> Service:
    """Return the service, or make it; raises UserFacingError for a name much like another.

    `surely`: the person asked for just that name.
    """
    name = check_name(name)
    service = await uow.services.find(place.workspace_id, name, seen_from=place.channel_id)
    if service is not None:
        return service
    meant = None if surely else await _meant(uow, place, name)
    if meant is not None:
        raise UserFacingError(
            f"There is no service {name}.",
            hint=f"Did you mean `{meant}`? `/lead service add {name}` makes a new one.",
        )
    now = ctx.clock.now()
    service = await uow.services.add(
        Service(
            workspace_id=place.workspace_id,
            scope=await scope_for(uow, place),
            key=key_of(name),
            name=name,
            created_by=place.user_id,
            created_at=now,
            updated_at=now,
        )
    )
    await note(ctx, uow, place, service, "service.add", {"name": name})
    return service


async def own(
    ctx: Context, uow: UnitOfWork, service: Service, place: Place, owner: str | None
) -> None:
    """Give a service an owner, or none."""
    details = {"before": service.owner_id, "after": owner}
    service.owner_id, service.updated_at = owner, ctx.clock.now()
    await note(ctx, uow, place, service, "service.own", details)


async def connect(
    ctx: Context,
    uow: UnitOfWork,
    place: Place,
    ends: tuple[Service, Service],
    kind: DependencyKind,
    *,
    source: str = "",
) -> bool:
    """Let the first of `ends` depend on the second; False when it did so already.

    Call it with the workspace locked. Raises UserFacingError for a service on itself.
    """
    service, needs = ends
    if service.id == needs.id:
        raise UserFacingError(f"{service.name} cannot depend on itself.")
    made = await uow.services.connect(
        ServiceDependency(
            workspace_id=place.workspace_id,
            service_id=service.id,
            needs_id=needs.id,
            kind=kind.value,
            source=source,
            added_by=place.user_id,
            added_at=ctx.clock.now(),
        )
    )
    if made:
        details = {"needs": needs.name, "kind": kind.value, "source": source}
        await note(ctx, uow, place, service, "service.connect", details)
    return made


async def disconnect(
    ctx: Context, uow: UnitOfWork, place: Place, ends: tuple[Service, Service]
) -> None:
    """Let the first of `ends` no longer depend on the second; raises UserFacingError."""
    service, needs = ends
    if not await uow.services.disconnect(
        service.id, needs.id, by=place.user_id, now=ctx.clock.now()
    ):
        raise UserFacingError(f"{service.name} does not depend on {needs.name}.")
    await note(ctx, uow, place, service, "service.disconnect", {"needs": needs.name})


async def note(
    ctx: Context,
    uow: UnitOfWork,
    place: Place,
    service: Service,
    action: str,
    details: Mapping[str, object],
) -> None:
    """Write the change into the audit log; a private channel's names stay out of it."""
    await uow.audit.add(
        place.workspace_id,
        place.user_id,
        action=action,
        noun="service",
        noun_id=service.id,
        at=ctx.clock.now(),
        details={} if service.scope else dict(details),
    )
