"""Receipts: the one place that says whether a thing was taken in before."""

from datetime import datetime

from sqlalchemy import bindparam, select

from storage.models import Receipt
from storage.prepared import Prepared
from storage.repositories.base import Repository, table_of

_TABLE = table_of(Receipt)
_LINK = Prepared(
    _TABLE.update()
    .where(_TABLE.c.workspace_id == bindparam("of_workspace"), _TABLE.c.key == bindparam("of_key"))
    .values(task_id=bindparam("task_id"))
)
_TASK_OF = select(_TABLE.c.task_id).where(
    _TABLE.c.workspace_id == bindparam("of_workspace"), _TABLE.c.key == bindparam("of_key")
)


class ReceiptRepository(Repository):
    """Claims by unique key, so that the second delivery of one message finds it taken."""

    async def claim(self, workspace_id: str, key: str, *, now: datetime) -> bool:
        """Return True for the first claim of `key` in this workspace, False ever after."""
        values = {"workspace_id": workspace_id, "key": key, "task_id": None, "received_at": now}
        return await self.insert_unless_there(Receipt, values)

    async def is_new(self, workspace_id: str, key: str, *, now: datetime) -> bool:
        """Claim `key` unless it is empty; False when it was claimed before.

        For what may be done with or without a click or command that is delivered twice.
        """
        return not key or await self.claim(workspace_id, key, now=now)

    async def is_there(self, workspace_id: str, key: str) -> bool:
        """Return whether `key` was claimed; another delivery may do so at any moment."""
        found = select(_TABLE.c.key).where(
            _TABLE.c.workspace_id == workspace_id, _TABLE.c.key == key
        )
        return (await self.session.scalars(found)).one_or_none() is not None

    async def link(self, workspace_id: str, key: str, task_id: str) -> None:
        """Note which task the receipt became."""
        place = {"of_workspace": workspace_id, "of_key": key}
        await _LINK.rows(self.session, **place, task_id=task_id)

    async def task_of(self, workspace_id: str, key: str) -> str | None:
        """Return the task that a receipt became, if any."""
        place = {"of_workspace": workspace_id, "of_key": key}
        return (await self.session.scalars(_TASK_OF, place)).one_or_none()
