"""The numbers that people call things by, one row of them per workspace and noun."""

from typing import TypeAlias

from sqlalchemy import func, select

from storage.models import (
    ArchitectureReview,
    Assessment,
    Conflict,
    Debt,
    HandOff,
    LearningItem,
    Matrix,
    PerformanceTarget,
    RetroAction,
    Retrospective,
    Schedule,
    Sprint,
    StandupBlocker,
    Survey,
    Waiver,
)
from storage.repositories.base import Repository
from storage.repositories.channels import ChannelRepository

Numbered: TypeAlias = (
    type[ArchitectureReview]
    | type[Assessment]
    | type[Matrix]
    | type[Conflict]
    | type[Debt]
    | type[HandOff]
    | type[LearningItem]
    | type[PerformanceTarget]
    | type[RetroAction]
    | type[Retrospective]
    | type[Schedule]
    | type[Sprint]
    | type[StandupBlocker]
    | type[Survey]
    | type[Waiver]
)


class NumberRepository(Repository):
    """Who takes a number holds the workspace until the row that has it is stored."""

    async def next(self, table: Numbered, workspace_id: str) -> int:
        """Return the number after the highest one given."""
        await ChannelRepository(self.session).lock_workspace(workspace_id)
        query = select(func.coalesce(func.max(table.number), 0)).where(
            table.workspace_id == workspace_id
        )
        return (await self.session.scalars(query)).one() + 1
