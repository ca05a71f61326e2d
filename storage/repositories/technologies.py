"""The technology radar: by name, by ring, with its moves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.models import Technology, TechnologyMove
from storage.repositories.base import Repository, named


class TechnologyRepository(Repository):
    """A private channel's technology (its `scope`) is known there only."""

    async def seen(self, workspace_id: str, *, seen_from: str) -> Sequence[Technology]:
        """Return what stands on the radar seen from a channel, by name.

        Of one name the private channel's own entry counts there.
        """
        query = (
            select(Technology)
            .where(
                Technology.workspace_id == workspace_id,
                named(Technology.workspace_id, Technology.scope, seen_from),
            )
            .order_by(Technology.key, Technology.scope)
        )
        # The channel's own comes last of one name, so it stays.
        return list({row.key: row for row in await self.session.scalars(query)}.values())

    async def find(
        self, workspace_id: str, key: str, *, scopes: Sequence[str], lock: bool = False
    ) -> Technology | None:
        """Return the technology of that key in one of these scopes, a channel's own first."""
        query = (
            select(Technology)
            .where(
                Technology.workspace_id == workspace_id,
                Technology.key == key,
                Technology.scope.in_(scopes),
            )
            .order_by(Technology.scope.desc())
            .limit(1)
        )
        if lock:
            query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one_or_none()

    async def move(self, technology: Technology, move: TechnologyMove) -> None:
        """Store where a technology stands now, with the move that brought it there."""
        self.session.add(technology)
        await self.session.flush()
        move.technology_id = technology.id
        self.session.add(move)
        await self.session.flush()

    async def moves(
        self, workspace_id: str, technology_ids: Sequence[str], *, since: datetime | None = None
    ) -> Sequence[TechnologyMove]:
        """Return the moves of these technologies, oldest first."""
        query = select(TechnologyMove).where(
            TechnologyMove.workspace_id == workspace_id,
            TechnologyMove.technology_id.in_(technology_ids),
        )
        if since is not None:
            query = query.where(TechnologyMove.moved_at >= since)
        query = query.order_by(TechnologyMove.moved_at, TechnologyMove.id)
        return (await self.session.scalars(query)).all()
