"""Hand-offs by number, by age, by what must be reminded of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from bot.domain.hand_off import OPEN
from storage.models import HandOff
from storage.repositories.base import Repository, app_is_there, visible


class HandOffRepository(Repository):
    """A hand-off may be seen where it was asked and in the other team's channel."""

    async def add(self, hand_off: HandOff) -> HandOff:
        """Store a new hand-off."""
        self.session.add(hand_off)
        await self.session.flush()
        return hand_off

    async def get(self, workspace_id: str, hand_off_id: str, *, lock: bool = False) -> HandOff:
        """Return a hand-off of this workspace; raises NotFound."""
        query = select(HandOff).where(
            HandOff.workspace_id == workspace_id, HandOff.id == hand_off_id
        )
        return await self.the(query, "hand-off", hand_off_id, lock=lock)

    async def by_number(
        self, workspace_id: str, number: int, *, seen_from: str | None = None
    ) -> HandOff:
        """Return the hand-off that people call H-<number>; raises NotFound.

        With `seen_from` only if it may be seen in that channel.
        """
        query = select(HandOff).where(
            HandOff.workspace_id == workspace_id, HandOff.number == number
        )
        if seen_from is not None:
            query = query.where(_seen(seen_from))
        return await self.the(query, "hand-off", f"H-{number}", hint="`/lead handoffs` lists them.")

    async def open_ones(
        self, workspace_id: str, *, seen_from: str, limit: int
    ) -> Sequence[HandOff]:
        """Return what has not ended and may be seen from a channel, oldest first."""
        query = (
            select(HandOff)
            .where(HandOff.workspace_id == workspace_id, HandOff.state.in_(OPEN), _seen(seen_from))
            .order_by(HandOff.created_at, HandOff.number)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def due(self, *, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of what somebody must be reminded of, earliest first."""
        query = (
            select(HandOff.workspace_id, HandOff.id)
            .where(HandOff.remind_at <= now, app_is_there(HandOff.workspace_id))
            .order_by(HandOff.remind_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]


def _seen(seen_from: str) -> ColumnElement[bool]:
    here = visible(HandOff.workspace_id, HandOff.channel_id, seen_from)
    # Without a channel there is no other team's either: it is empty where a webhook is told.
    return or_(here, HandOff.team_channel_id == seen_from) if seen_from else here
