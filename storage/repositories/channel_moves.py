"""A channel that Slack gave another id: what is its own goes on under the new one."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    Text,
    UniqueConstraint,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from storage.models import Base
from storage.personal import TABLES
from storage.repositories.base import Repository

_ADDRESSES = frozenset({"channel_id", "team_channel_id", "told_in", "subject_id"})
"""Columns that hold a channel's id, beside those that say whose channel's row it is."""
_MADE_OF_IT = {"outbox": ("key", "target_key", "lane", "bucket")}
"""Texts that have the id in them."""
_INSIDE = {"setting": "value", "escalation": "policy", "forgetting": "places"}
"""JSON in which an id may stand among other things."""


class ChannelMoveRepository(Repository):
    """Made from the table in `storage.personal`, so that no table is left behind."""

    async def move(self, workspace_id: str, old: str, new: str) -> None:
        """Give what a channel has to its new id, whose row is there.

        What the new id has already stays: the old one's, under the same key, stays with the old id,
        whose row is kept, as it says that all of it is private.
        """
        for table in Base.metadata.sorted_tables:
            if table.name in ("channel", "audit", "audit_removal"):
                continue  # the log says what was so then
            for column in _addresses(table):
                await self._readdress(table, column, workspace_id, old, new)
            if (inside := _INSIDE.get(table.name)) is not None:
                await self._rewrite(table, table.c[inside], workspace_id, old, new)

    async def _readdress(
        self, table: Table, column: Column[Any], workspace_id: str, old: str, new: str
    ) -> None:
        values: dict[str, Any] = {column.name: new}
        if column.name == "channel_id":
            made = [table.c[name] for name in _MADE_OF_IT.get(table.name, ())]
            values |= {part.name: func.replace(part, old, new) for part in made}
        theirs = (table.c.workspace_id == workspace_id) & (column == old)
        free = [~_taken(table, key, values) for key in _keys(table) if values.keys() & set(key)]
        statement = update(table).where(theirs, *free).values(values)
        await self.session.execute(statement.execution_options(synchronize_session=False))

    async def _rewrite(
        self, table: Table, column: Column[Any], workspace_id: str, old: str, new: str
    ) -> None:
        keys = list(table.primary_key.columns)
        query = select(column, *keys).where(
            table.c.workspace_id == workspace_id,
            cast(column, Text).contains(old, autoescape=True),
        )
        for value, *key in await self.session.execute(query):
            fresh = json.loads(json.dumps(value).replace(old, new))
            one = tuple_(*keys) == tuple_(*key)
            await self.session.execute(update(table).where(one).values({column.name: fresh}))


def _addresses(table: Table) -> Iterator[Column[Any]]:
    own = TABLES[table.name].channel
    for column in table.columns:
        if column.name in _ADDRESSES or column.name == own:
            yield column


def _keys(table: Table) -> list[tuple[str, ...]]:
    """Return the sets of columns of which a table has each combination once."""
    rules = [rule.columns for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    indexes = [index.columns for index in table.indexes if index.unique]
    found = (table.primary_key.columns, *rules, *indexes)
    return [tuple(column.name for column in columns) for columns in found]


def _taken(table: Table, key: tuple[str, ...], values: dict[str, Any]) -> ColumnElement[bool]:
    """Return whether another row has the key that a row would get."""
    other = table.alias()
    same = [other.c[name] == values.get(name, table.c[name]) for name in key]
    another = or_(*(other.c[column.name] != column for column in table.primary_key.columns))
    return exists(select(1).select_from(other).where(*same, another).correlate(table))
