"""The audit log's SQL: append and read, never change."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from storage.models import AuditEntry, AuditRemoval
from storage.repositories.base import Repository


class AuditRepository(Repository):
    """Append-only; triggers in the database refuse every change but `removal`."""

    async def add(
        self,
        workspace_id: str,
        actor_id: str,
        *,
        action: str,
        noun: str,
        noun_id: str,
        at: datetime,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Note that `actor_id` did `action` to `noun` `noun_id`."""
        self.session.add(
            AuditEntry(
                workspace_id=workspace_id,
                actor_id=actor_id,
                action=action,
                noun=noun,
                noun_id=noun_id,
                at=at,
                details=details or {},
            )
        )
        await self.session.flush()

    async def newest(
        self, workspace_id: str, *, limit: int, before_id: int | None = None
    ) -> Sequence[AuditEntry]:
        """Return a workspace's newest entries, newest first; those older than `before_id`."""
        query = select(AuditEntry).where(AuditEntry.workspace_id == workspace_id)
        if before_id is not None:
            query = query.where(AuditEntry.id < before_id)
        return (await self.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit))).all()

    async def latest(self, workspace_id: str, action: str) -> datetime | None:
        """Return when `action` was last noted; None for never."""
        query = select(func.max(AuditEntry.at)).where(
            AuditEntry.workspace_id == workspace_id, AuditEntry.action == action
        )
        return (await self.session.scalars(query)).one()

    async def page(
        self, *, after_id: int, limit: int, workspace_id: str | None = None
    ) -> Sequence[AuditEntry]:
        """Return entries after `after_id`, oldest first; of one workspace, or of all."""
        query = select(AuditEntry).where(AuditEntry.id > after_id)
        if workspace_id is not None:
            query = query.where(AuditEntry.workspace_id == workspace_id)
        return (await self.session.scalars(query.order_by(AuditEntry.id).limit(limit))).all()

    @asynccontextmanager
    async def removal(self, before: datetime) -> AsyncIterator[None]:
        """Let this transaction, for as long as the block lasts, delete entries older than that."""
        await self.session.execute(insert(AuditRemoval).values(before=before))
        yield
        await self.session.execute(delete(AuditRemoval))

    async def of(self, workspace_id: str, noun: str, noun_id: str) -> Sequence[AuditEntry]:
        """Return what was done to one thing, oldest first."""
        query = (
            select(AuditEntry)
            .where(
                AuditEntry.workspace_id == workspace_id,
                AuditEntry.noun == noun,
                AuditEntry.noun_id == noun_id,
            )
            .order_by(AuditEntry.id)
        )
        return (await self.session.scalars(query)).all()
