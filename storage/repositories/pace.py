"""The SQL of pace: whether somebody has started as much as there may be."""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from storage.models import Task
from storage.repositories.base import Repository


class PaceRepository(Repository):
    """Counts tasks as they are, so that all processes agree."""

    async def full_since(
        self,
        workspace_id: str,
        *,
        most: int,
        since: datetime,
        user_id: str = "",
        channel_id: str = "",
    ) -> datetime | None:
        """Return when the `most`-th newest task was accepted, if that was after `since`.

        Of a person's tasks or of a channel's, whichever is named. None: there is room.
        """
        whose: ColumnElement[bool] = (
            Task.requester_id == user_id if user_id else Task.channel_id == channel_id
        )
        query = (
            select(Task.created_at)
            .where(Task.workspace_id == workspace_id, Task.created_at > since, whose)
            .order_by(Task.created_at.desc())
            .offset(most - 1)
            .limit(1)
        )
        return (await self.session.scalars(query)).first()
