"""The memory as other programs read and change it: page by page, by exact words, by relation."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select, update

from storage.models import MemoryEntity, MemoryObservation, MemoryRelation
from storage.repositories.base import Repository
from storage.repositories.memory_seen import said, seen

AGENT = "agent "
"""What the source of something begins with that a program said in nobody's name."""


class MemoryGraphRepository(Repository):
    """Every question is one workspace's and one channel's view."""

    async def page(
        self, workspace_id: str, *, seen_from: str, before: int | None, limit: int
    ) -> Sequence[MemoryEntity]:
        """Return things that may be seen there, the newest first; those older than `before`."""
        query = select(MemoryEntity).where(
            MemoryEntity.workspace_id == workspace_id, seen(seen_from)
        )
        if before is not None:
            query = query.where(MemoryEntity.id < before)
        return (
            await self.session.scalars(query.order_by(MemoryEntity.id.desc()).limit(limit))
        ).all()

    async def saying(
        self,
        workspace_id: str,
        entity_ids: Collection[int],
        texts: Collection[str],
        *,
        seen_from: str,
    ) -> Sequence[MemoryObservation]:
        """Return what says just that of these things and may be seen there."""
        query = select(MemoryObservation).where(
            MemoryObservation.workspace_id == workspace_id,
            MemoryObservation.entity_id.in_(entity_ids),
            MemoryObservation.text.in_(texts),
            said(seen_from),
        )
        return (await self.session.scalars(query.order_by(MemoryObservation.id))).all()

    async def is_agents_own(self, workspace_id: str, entity_id: int) -> bool:
        """Return whether no person and no record ever said anything of a thing."""
        others = exists().where(
            MemoryObservation.workspace_id == workspace_id,
            MemoryObservation.entity_id == entity_id,
            MemoryObservation.author_id.is_not(None)
            | ~MemoryObservation.source.startswith(AGENT, autoescape=True),
        )
        return not (await self.session.scalars(select(others))).one()

    async def between(
        self,
        workspace_id: str,
        source_ids: Collection[int],
        target_ids: Collection[int],
        kind: str,
    ) -> Sequence[MemoryRelation]:
        """Return the relations of a kind from one of these to one of those that hold."""
        query = select(MemoryRelation).where(
            MemoryRelation.workspace_id == workspace_id,
            MemoryRelation.source_id.in_(source_ids),
            MemoryRelation.target_id.in_(target_ids),
            MemoryRelation.kind == kind,
            MemoryRelation.ended_at.is_(None),
        )
        return (await self.session.scalars(query)).all()

    async def end(self, workspace_id: str, relation_ids: Collection[int], *, now: datetime) -> None:
        """Let these relations hold no longer; they stay as history."""
        await self.session.execute(
            update(MemoryRelation)
            .where(
                MemoryRelation.workspace_id == workspace_id,
                MemoryRelation.id.in_(relation_ids),
                MemoryRelation.ended_at.is_(None),
            )
            .values(ended_at=now)
            .execution_options(synchronize_session=False)
        )
