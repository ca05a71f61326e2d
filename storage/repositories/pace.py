"""The SQL of pace: whether somebody has started as much as there may be."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, Integer, ScalarSelect, bindparam, select

from storage.models import Task
from storage.prepared import Prepared
from storage.repositories.base import Repository, table_of

_TASK = table_of(Task).c
_NO_LIMIT = 2**31 - 1


class Full(NamedTuple):
    """Since when there is no room for a person, and in a channel; None: there is."""

    user: datetime | None
    channel: datetime | None


def _newest_of(column: Column[str], skip: str) -> ScalarSelect[datetime]:
    return (
        select(_TASK.created_at)
        .where(
            _TASK.workspace_id == bindparam("workspace_id"),
            column == bindparam(column.name),
            _TASK.created_at > bindparam("since"),
        )
        .order_by(_TASK.created_at.desc())
        .offset(bindparam(skip, type_=Integer))
        .limit(1)
        .scalar_subquery()
    )


_FULL = Prepared(
    select(
        _newest_of(_TASK.requester_id, "skip_user").label("user"),
        _newest_of(_TASK.channel_id, "skip_channel").label("channel"),
    )
)


class PaceRepository(Repository):
    """Counts tasks as they are, so that all processes agree."""

    async def full_since(
        self, task: Task, *, most_of_user: int, most_in_channel: int, since: datetime
    ) -> Full:
        """Return when the last task but so many was accepted, where that was after `since`.

        Of the tasks of the task's requester and of its channel, itself included; 0 is no limit.
        """
        row = await _FULL.one(
            self.session,
            workspace_id=task.workspace_id,
            requester_id=task.requester_id,
            channel_id=task.channel_id,
            since=since,
            skip_user=most_of_user or _NO_LIMIT,
            skip_channel=most_in_channel or _NO_LIMIT,
        )
        return Full(None, None) if row is None else Full(*row)
