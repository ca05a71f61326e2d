"""The learning plan of a channel: by number, what is open, what ended, what is due."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from storage.models import LearningItem
from storage.repositories.base import Repository, app_is_there

_OPEN = ("planned", "begun")


class LearningRepository(Repository):
    """An item is seen in its own channel only, and by its person."""

    async def add(self, row: LearningItem) -> LearningItem:
        """Store a new item."""
        self.session.add(row)
        await self.session.flush()
        return row

    async def get(self, workspace_id: str, item_id: str, *, lock: bool = False) -> LearningItem:
        """Return an item of this workspace; raises NotFound."""
        query = select(LearningItem).where(
            LearningItem.workspace_id == workspace_id, LearningItem.id == item_id
        )
        return await self.the(
            query, "learning item", item_id, hint="`/lead learning` lists them.", lock=lock
        )

    async def by_number(self, workspace_id: str, channel_id: str, number: int) -> LearningItem:
        """Return the channel's item that people call L-<number>; raises NotFound."""
        query = select(LearningItem).where(
            LearningItem.workspace_id == workspace_id,
            LearningItem.channel_id == channel_id,
            LearningItem.number == number,
        )
        return await self.the(
            query,
            "learning item",
            f"L-{number}",
            hint="`/lead learning` lists those of this channel.",
        )

    async def plan_of(
        self, workspace_id: str, channel_id: str, *, since: datetime
    ) -> Sequence[LearningItem]:
        """Return what is open in a channel, and what ended from `since` on; open ones first."""
        query = (
            select(LearningItem)
            .where(
                LearningItem.workspace_id == workspace_id,
                LearningItem.channel_id == channel_id,
                or_(LearningItem.state.in_(_OPEN), LearningItem.ended_at >= since),
            )
            .order_by(
                LearningItem.state.not_in(_OPEN),
                LearningItem.due_on.is_(None),
                LearningItem.due_on,
                LearningItem.number,
            )
        )
        return (await self.session.scalars(query)).all()

    async def due(self, *, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of what somebody must be reminded of, earliest first."""
        query = (
            select(LearningItem.workspace_id, LearningItem.id)
            .where(LearningItem.remind_at <= now, app_is_there(LearningItem.workspace_id))
            .order_by(LearningItem.remind_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]
