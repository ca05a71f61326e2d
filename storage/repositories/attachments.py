"""The SQL of attachments: noted with the wish, read by the task's run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from storage.models import Attachment, Message, Task, new_id
from storage.prepared import Prepared
from storage.repositories.base import Repository, table_of

_WAITING = (
    select(Attachment)
    .where(Attachment.thread_id == bindparam("thread_id"), Attachment.state == "waiting")
    .order_by(Attachment.message_ts, Attachment.key)
)
_WAITING_FOR = Prepared(
    select(Attachment)
    .join(Task, Task.thread_id == Attachment.thread_id)
    .where(Task.id == bindparam("task_id"), Attachment.state == "waiting")
    .order_by(Attachment.message_ts, Attachment.key)
)
_TABLE = table_of(Attachment)
_DROP = _TABLE.delete().where(
    _TABLE.c.workspace_id == bindparam("workspace_id"),
    _TABLE.c.channel_id == bindparam("channel_id"),
    _TABLE.c.message_ts == bindparam("ts"),
    _TABLE.c.key == bindparam("key"),
    _TABLE.c.state == "waiting",
)


class AttachmentRepository(Repository):
    """Rows go waiting -> read or refused."""

    async def add(self, *, now: datetime, **values: Any) -> bool:
        """Note something to read; returns False when it was noted before."""
        fresh = {
            "id": new_id(),
            "state": "waiting",
            "text": "",
            "problem": "",
            "created_at": now,
            "read_at": None,
        }
        return await self.insert_unless_there(Attachment, fresh | values)

    async def waiting(self, thread_id: str) -> Sequence[Attachment]:
        """Return what of a thread is still to be read, in the order it came."""
        return (await self.session.scalars(_WAITING, {"thread_id": thread_id})).all()

    async def waiting_for(self, task_id: str) -> Sequence[Attachment]:
        """Return what of a task's thread is still to be read, in the order it came."""
        return await _WAITING_FOR.objects(self.session, Attachment, task_id=task_id)

    async def read(self, thread_id: str) -> Sequence[Attachment]:
        """Return what of a thread was read and says something, in the order it came."""
        query = (
            select(Attachment)
            .where(
                Attachment.thread_id == thread_id,
                Attachment.state == "read",
                Attachment.text != "",
            )
            .order_by(Attachment.message_ts, Attachment.key)
        )
        return (await self.session.scalars(query)).all()

    async def settle(
        self, attachment_id: str, *, state: str, text: str = "", problem: str = "", now: datetime
    ) -> bool:
        """Store what came of reading one; returns False when another run was faster."""
        statement = (
            update(Attachment)
            .where(Attachment.id == attachment_id, Attachment.state == "waiting")
            .values(state=state, text=text, problem=problem, read_at=now)
            .returning(Attachment.id)
            .execution_options(synchronize_session=False)
        )
        return (await self.session.execute(statement)).first() is not None

    async def drop_waiting(self, workspace_id: str, channel_id: str, ts: str, *, key: str) -> None:
        """Take back what was asked to be read beside a message, if nobody has read it."""
        place = {"workspace_id": workspace_id, "channel_id": channel_id, "ts": ts, "key": key}
        await self.session.execute(_DROP, place)

    async def count_on(
        self, workspace_id: str, channel_id: str, ts: str, *, attached: int
    ) -> Message | None:
        """Note on a message how much came with it; returns the message."""
        query = select(Message).where(
            Message.workspace_id == workspace_id,
            Message.channel_id == channel_id,
            Message.ts == ts,
        )
        message = (await self.session.scalars(query)).one_or_none()
        if message is not None:
            message.attached += attached
            await self.session.flush()
        return message
