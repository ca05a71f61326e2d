"""The SQL of pace: whether somebody has started as much as there may be."""

from datetime import datetime

from sqlalchemy import Column, Executable, Integer, bindparam, select

from storage.models import Task
from storage.repositories.base import Repository, table_of

_TASK = table_of(Task).c


def _newest_of(column: Column[str]) -> Executable:
    return (
        select(_TASK.created_at)
        .where(
            _TASK.workspace_id == bindparam("workspace_id"),
            _TASK.created_at > bindparam("since"),
            column == bindparam("whose"),
        )
        .order_by(_TASK.created_at.desc())
        .offset(bindparam("skip", type_=Integer))
        .limit(1)
    )


_OF_USER, _OF_CHANNEL = _newest_of(_TASK.requester_id), _newest_of(_TASK.channel_id)


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
        whose = user_id or channel_id
        place = {"workspace_id": workspace_id, "since": since, "whose": whose, "skip": most - 1}
        query = _OF_USER if user_id else _OF_CHANNEL
        return (await self.session.scalars(query, place)).first()
