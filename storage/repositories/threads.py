"""Threads and our own copy of what was said in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from storage.held import taken_in
from storage.models import Message, Thread, new_id
from storage.prepared import Prepared
from storage.repositories.base import Repository, table_of


class Kept(NamedTuple):
    """What of a kept message is read."""

    ts: str
    user_id: str
    text: str
    trusted: bool
    attached: int


_SAID = table_of(Message)
_MESSAGES = Prepared(
    select(*(_SAID.c[name] for name in Kept._fields))
    .where(_SAID.c.thread_id == bindparam("thread_id"), _SAID.c.ts > bindparam("after_ts"))
    .order_by(_SAID.c.ts)
)


_FIND = Prepared(
    select(Thread).where(
        Thread.workspace_id == bindparam("workspace_id"),
        Thread.channel_id == bindparam("channel_id"),
        Thread.root_ts == bindparam("root_ts"),
    )
)


class ThreadRepository(Repository):
    """Finds threads by where they are and messages by what has been read."""

    async def ensure(
        self,
        workspace_id: str,
        channel_id: str,
        root_ts: str,
        *,
        now: datetime,
        mention_only: bool = False,
    ) -> Thread:
        """Return the thread's row, creating it when new; `mention_only` is for a new one."""
        values = {
            "id": new_id(),
            "workspace_id": workspace_id,
            "channel_id": channel_id,
            "root_ts": root_ts,
            "mention_only": mention_only,
            "created_at": now,
        }
        if await self.insert_unless_there(Thread, values):
            return taken_in(self.session.sync_session, Thread, values)
        thread = await self.find(workspace_id, channel_id, root_ts)
        if thread is None:  # the insert above either made it or found it
            raise LookupError(root_ts)
        return thread

    async def find(self, workspace_id: str, channel_id: str, root_ts: str) -> Thread | None:
        """Return the thread that starts at `root_ts`, if the bot takes part in it."""
        place = {"workspace_id": workspace_id, "channel_id": channel_id, "root_ts": root_ts}
        return await _FIND.first(self.session, Thread, **place)

    async def get(self, thread_id: str) -> Thread:
        """Return a thread that is known to exist."""
        return await self.session.get_one(Thread, thread_id)

    async def settle_root(
        self, workspace_id: str, channel_id: str, provisional: str, *, ts: str
    ) -> None:
        """Give a thread the ts that its first message got, unless another thread has it already."""
        if await self.find(workspace_id, channel_id, ts) is None:
            await self.session.execute(
                update(Thread)
                .where(
                    Thread.workspace_id == workspace_id,
                    Thread.channel_id == channel_id,
                    Thread.root_ts == provisional,
                )
                .values(root_ts=ts)
                .execution_options(synchronize_session=False)
            )

    async def add_message(
        self, thread: Thread, *, ts: str, user_id: str, text: str, trusted: bool, now: datetime
    ) -> bool:
        """Keep a message; returns False when it was kept before."""
        return await self.insert_unless_there(
            Message,
            {
                "id": new_id(),
                "workspace_id": thread.workspace_id,
                "channel_id": thread.channel_id,
                "thread_id": thread.id,
                "ts": ts,
                "user_id": user_id,
                "text": text,
                "trusted": trusted,
                "created_at": now,
            },
        )

    async def messages(self, thread_id: str, *, after_ts: str = "") -> Sequence[Kept]:
        """Return the thread's messages later than `after_ts`, oldest first."""
        found = await _MESSAGES.rows(self.session, thread_id=thread_id, after_ts=after_ts)
        return [Kept(*row) for row in found]
