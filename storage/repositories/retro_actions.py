"""Tracked actions: open ones of a channel, what moved since, what somebody is reminded of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from storage.models import RetroAction
from storage.repositories.base import Repository, app_is_there

_OPEN = "open"


class RetroActionRepository(Repository):
    """An action is seen in its own channel only, and by its owner."""

    async def add(self, row: RetroAction) -> RetroAction:
        """Store a new action."""
        self.session.add(row)
        await self.session.flush()
        return row

    async def get(self, workspace_id: str, action_id: str, *, lock: bool = False) -> RetroAction:
        """Return an action of this workspace; raises NotFound."""
        query = select(RetroAction).where(
            RetroAction.workspace_id == workspace_id, RetroAction.id == action_id
        )
        return await self.the(
            query, "action", action_id, hint="`/lead retro actions` lists them.", lock=lock
        )

    async def by_number(self, workspace_id: str, channel_id: str, number: int) -> RetroAction:
        """Return the channel's action that people call RA-<number>; raises NotFound."""
        query = select(RetroAction).where(
            RetroAction.workspace_id == workspace_id,
            RetroAction.channel_id == channel_id,
            RetroAction.number == number,
        )
        return await self.the(
            query,
            "action",
            f"RA-{number}",
            hint="`/lead retro actions` lists those of this channel.",
        )

    async def open_in(
        self, workspace_id: str, channel_id: str, *, limit: int = 100
    ) -> Sequence[RetroAction]:
        """Return a channel's open actions, those due first before those without a day."""
        query = (
            select(RetroAction)
            .where(
                RetroAction.workspace_id == workspace_id,
                RetroAction.channel_id == channel_id,
                RetroAction.state == _OPEN,
            )
            .order_by(RetroAction.due_on.is_(None), RetroAction.due_on, RetroAction.number)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def of(self, retrospective_id: str) -> Sequence[RetroAction]:
        """Return what a retrospective's people agreed to do."""
        query = (
            select(RetroAction)
            .where(RetroAction.retrospective_id == retrospective_id)
            .order_by(RetroAction.number)
        )
        return (await self.session.scalars(query)).all()

    async def tracked(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[RetroAction]:
        """Return the actions made before `until` that were open at `since` or later, by number."""
        query = (
            select(RetroAction)
            .where(
                RetroAction.workspace_id == workspace_id,
                RetroAction.channel_id == channel_id,
                RetroAction.created_at < until,
                or_(RetroAction.state == _OPEN, RetroAction.ended_at >= since),
            )
            .order_by(RetroAction.number)
        )
        return (await self.session.scalars(query)).all()

    async def due(self, *, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of what somebody must be reminded of, earliest first."""
        query = (
            select(RetroAction.workspace_id, RetroAction.id)
            .where(RetroAction.remind_at <= now, app_is_there(RetroAction.workspace_id))
            .order_by(RetroAction.remind_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]
