"""The audit log's SQL: append and read, never change."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.models import AuditEntry
from storage.repositories.base import Repository


class AuditRepository(Repository):
    """Append-only by having no other verb."""

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
