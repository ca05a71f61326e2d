"""Services by name, what they need, who needs them, and the decisions that touch them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.service import key_of
from storage.models import (
    Architecture,
    Decision,
    DecisionService,
    Service,
    ServiceDependency,
)
from storage.repositories.base import Repository, named, visible


class ServiceRepository(Repository):
    """A service of a private or shared channel (its `scope`) is known there only."""

    async def add(self, service: Service) -> Service:
        """Store a new service."""
        self.session.add(service)
        await self.session.flush()
        return service

    async def known_in(self, workspace_id: str, *, seen_from: str) -> Sequence[Service]:
        """Return the services that may be seen from a channel, by name."""
        query = (
            select(Service)
            .where(
                Service.workspace_id == workspace_id,
                named(Service.workspace_id, Service.scope, seen_from),
            )
            .order_by(Service.key, Service.scope)
        )
        return (await self.session.scalars(query)).all()

    async def find(self, workspace_id: str, name: str, *, seen_from: str) -> Service | None:
        """Return the service of that name; a private channel's own one comes first there."""
        query = (
            select(Service)
            .where(
                Service.workspace_id == workspace_id,
                Service.key == key_of(name),
                named(Service.workspace_id, Service.scope, seen_from),
            )
            .order_by(Service.scope.desc())
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def dependencies(
        self, workspace_id: str, service_ids: Collection[str], *, ended: bool = False
    ) -> Sequence[ServiceDependency]:
        """Return dependencies between these services, oldest first; `ended` ones as well."""
        query = select(ServiceDependency).where(
            ServiceDependency.workspace_id == workspace_id,
            ServiceDependency.service_id.in_(service_ids),
            ServiceDependency.needs_id.in_(service_ids),
        )
        if not ended:
            query = query.where(ServiceDependency.ended_at.is_(None))
        return (await self.session.scalars(query.order_by(ServiceDependency.added_at))).all()

    async def connect(self, dependency: ServiceDependency) -> bool:
        """Store a dependency in place of the two services' present one.

        Returns False when just that one stands already. Call it with the workspace locked.
        """
        present = await self.between(dependency.service_id, dependency.needs_id)
        if present is not None and present.kind == dependency.kind:
            return False
        if present is not None:
            present.ended_by, present.ended_at = dependency.added_by, dependency.added_at
        self.session.add(dependency)
        await self.session.flush()
        return True

    async def disconnect(self, service_id: str, needs_id: str, *, by: str, now: datetime) -> bool:
        """End the two services' dependency; False when there is none."""
        present = await self.between(service_id, needs_id)
        if present is None:
            return False
        present.ended_by, present.ended_at = by, now
        await self.session.flush()
        return True

    async def between(self, service_id: str, needs_id: str) -> ServiceDependency | None:
        """Return the dependency that counts of one service on another."""
        query = select(ServiceDependency).where(
            ServiceDependency.service_id == service_id,
            ServiceDependency.needs_id == needs_id,
            ServiceDependency.ended_at.is_(None),
        )
        return (await self.session.scalars(query)).one_or_none()

    async def decisions(
        self, workspace_id: str, name: str, *, seen_from: str, limit: int
    ) -> Sequence[Decision]:
        """Return the newest decisions that affect a service and may be seen from a channel."""
        query = (
            select(Decision)
            .join(DecisionService, DecisionService.decision_id == Decision.id)
            .where(
                Decision.workspace_id == workspace_id,
                func.lower(DecisionService.name) == key_of(name),
                visible(Decision.workspace_id, Decision.channel_id, seen_from),
            )
            .order_by(Decision.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def add_architecture(self, architecture: Architecture) -> Architecture:
        """Store a proposed architecture."""
        self.session.add(architecture)
        await self.session.flush()
        return architecture

    async def architecture(
        self, workspace_id: str, architecture_id: str, *, lock: bool = False
    ) -> Architecture | None:
        """Return a proposed architecture of this workspace."""
        query = select(Architecture).where(
            Architecture.workspace_id == workspace_id, Architecture.id == architecture_id
        )
        return await self.perhaps(query, lock=lock)
