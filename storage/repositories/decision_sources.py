"""The files that decisions were imported from."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.models import DecisionSource
from storage.repositories.base import Repository


class DecisionSourceRepository(Repository):
    """By path within a workspace and channel (empty: the whole workspace)."""

    async def of(self, decision_id: str) -> DecisionSource | None:
        """Return the file of a decision; None for one that was not imported."""
        return await self.session.get(DecisionSource, decision_id)

    async def all_in(self, workspace_id: str, channel_id: str) -> Sequence[DecisionSource]:
        """Return every file imported for a channel or, with an empty one, for the workspace."""
        query = (
            select(DecisionSource)
            .where(
                DecisionSource.workspace_id == workspace_id,
                DecisionSource.channel_id == channel_id,
            )
            .order_by(DecisionSource.path)
        )
        return (await self.session.scalars(query)).all()

    async def add(self, source: DecisionSource) -> DecisionSource:
        """Store where a decision came from."""
        self.session.add(source)
        await self.session.flush()
        return source
