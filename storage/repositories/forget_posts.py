"""The SQL of forgetting what posts repeat of rows that have no thread, such as hand-offs.

Such a post is found by its key, which names the row: `hand-off:<id>:asked`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Column, Table, Text, cast, delete, select, update

from bot.domain.lanes import POST, bucket
from storage.models import Base, OutboxRow, RateBucket
from storage.personal import TABLES
from storage.repositories.base import Repository, table_of
from storage.repositories.forget import of_workspace

_ID = re.compile(r"[0-9a-f]{32}")
_BY_THREAD = frozenset({"workspace", "channel", "thread", "task", "message", "attachment"})
"""What their posts repeat is found by the thread."""
_KEYS = 5_000
"""Ours: keys that are looked at between two turns of the loop."""


class ForgetPostsRepository(Repository):
    """Looks at keys and empties what was sent, as retention does later."""

    async def written_by(self, workspace_id: str, user_id: str) -> dict[str, list[str]]:
        """Return what a person wrote, by the id of the row that posts are about."""
        found: dict[str, list[str]] = {}
        for table in Base.metadata.sorted_tables:
            scope = of_workspace(table, workspace_id)
            if scope is None or table.name in _BY_THREAD:
                continue
            for word, author in TABLES[table.name].words.items():
                for noun_id in _noun_ids(table):
                    query = select(noun_id, table.c[word]).where(
                        scope, table.c[author] == user_id, noun_id.is_not(None)
                    )
                    for identifier, text in await self.session.execute(query):
                        if isinstance(text, str):
                            found.setdefault(identifier, []).append(text)
        return found

    async def about(
        self, workspace_id: str, ids: Collection[str], *, after: int
    ) -> tuple[Sequence[int], int | None]:
        """Return which of the next posts are about these rows, and the last looked at; or None."""
        query = (
            select(OutboxRow.id, OutboxRow.key)
            .where(OutboxRow.workspace_id == workspace_id, OutboxRow.id > after)
            .order_by(OutboxRow.id)
            .limit(_KEYS)
        )
        rows = (await self.session.execute(query)).all()
        found = [row.id for row in rows if any(each in ids for each in _ID.findall(row.key))]
        return found, (rows[-1].id if len(rows) == _KEYS else None)

    async def empty(self, workspace_id: str, rows: Sequence[int]) -> int:
        """Remove the contents of posts that were sent; returns of how many."""
        result = await self.session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.workspace_id == workspace_id,
                OutboxRow.id.in_(rows),
                OutboxRow.state == "sent",
                cast(OutboxRow.payload, Text) != "{}",
            )
            .values(payload={})
            .execution_options(synchronize_session=False)
        )
        return int(getattr(result, "rowcount", 0))

    async def drop_pace(self, workspace_id: str, channel_ids: Iterable[str]) -> None:
        """Forget how fast somebody was written to: person or channel stand in the bucket's key."""
        keys = [
            bucket(workspace_id=workspace_id, channel_id=channel_id, method=POST)
            for channel_id in channel_ids
            if channel_id
        ]
        await self.session.execute(
            delete(RateBucket)
            .where(RateBucket.key.in_(keys))
            .execution_options(synchronize_session=False)
        )


def _noun_ids(table: Table) -> Iterator[Column[str]]:
    """Return the columns that hold the id of a row which posts are about: its own, its parent's."""
    if "id" in table.c:
        yield table.c["id"]
    for column in table.columns:
        if any(key.column.table.name not in _BY_THREAD for key in column.foreign_keys):
            yield column


OUTBOX = table_of(OutboxRow)
