"""What becomes of the memory's names when people or rows are forgotten."""

from collections.abc import Collection

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import aliased

from bot.domain.memory import LONGEST_NAME, key_of
from storage.models import MemoryEntity, MemoryObservation, MemoryRelation
from storage.repositories.base import Repository


class MemoryNameRepository(Repository):
    """Names of one workspace."""

    async def rekey(self, workspace_id: str, parts: Collection[str]) -> int:
        """Give things whose names hold one of these parts the keys of those names; returns of how
        many that changed something.

        Where another thing has the key already, the number stands behind it.
        """
        named = or_(*(MemoryEntity.name.contains(part, autoescape=True) for part in parts))
        query = select(MemoryEntity).where(MemoryEntity.workspace_id == workspace_id, named)
        changed = 0
        for row in (await self.session.scalars(query.with_for_update(key_share=True))).all():
            key = key_of(row.name)
            alone = f"{key[: LONGEST_NAME - 12]} {row.id}"
            if row.key in (key, alone):
                continue
            taken = select(MemoryEntity.id).where(
                MemoryEntity.workspace_id == workspace_id,
                MemoryEntity.scope == row.scope,
                MemoryEntity.key == key,
            )
            there = (await self.session.scalars(taken)).first()
            row.key, changed = key if there is None else alone, changed + 1
            await self.session.flush()
        return changed

    async def remove_empty(self, workspace_id: str) -> int:
        """Remove names of which nothing is known any more; returns how many."""
        observed = exists().where(MemoryObservation.entity_id == MemoryEntity.id)
        relation = aliased(MemoryRelation)
        related = exists().where(
            or_(relation.source_id == MemoryEntity.id, relation.target_id == MemoryEntity.id)
        )
        result = await self.session.execute(
            delete(MemoryEntity)
            .where(
                MemoryEntity.workspace_id == workspace_id,
                MemoryEntity.record_id.is_(None),
                ~observed,
                ~related,
            )
            .execution_options(synchronize_session=False)
        )
        return int(getattr(result, "rowcount", 0))
