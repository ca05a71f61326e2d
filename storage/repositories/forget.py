"""The SQL of forgetting a person or a channel, made from the table in `storage.personal`."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    Table,
    Text,
    cast,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.forget import REMOVED
from storage.models import Base
from storage.personal import TABLES
from storage.repositories.base import Repository

Rewrite = Callable[[Any], Any]
"""Takes a column's value and gives what it should be."""
NOBODY = "forgotten"
"""Stands where a row without its channel must name somebody."""


def tables() -> list[Table]:
    """Return every table, those that others point at first."""
    return list(Base.metadata.sorted_tables)


def of_workspace(table: Table, workspace_id: str) -> ColumnElement[bool] | None:
    """Return which rows of a table are a workspace's; None where none are."""
    if "workspace_id" in table.c:
        return table.c.workspace_id == workspace_id
    if table.name == "workspace":
        return table.c.id == workspace_id
    return _through(table, lambda parent: of_workspace(parent, workspace_id))


def of_channel(table: Table, workspace_id: str, channel_id: str) -> ColumnElement[bool] | None:
    """Return which rows of a table are a channel's, by its own column or by their parents."""
    own = TABLES[table.name].channel
    if own:
        return (table.c.workspace_id == workspace_id) & (table.c[own] == channel_id)
    return _through(table, lambda parent: of_channel(parent, workspace_id, channel_id))


def may_let_go(table: Table) -> bool:
    """Return whether rows of a table may point at rows that can go without them."""
    return any(True for _ in _parents(table, nullable=True))


def _through(
    table: Table, of_parent: Callable[[Table], ColumnElement[bool] | None]
) -> ColumnElement[bool] | None:
    found = [
        column.in_(select(parent).where(where))
        for column, parent in _parents(table, nullable=False)
        if (where := of_parent(parent.table)) is not None
    ]
    return or_(*found) if found else None


def _parents(table: Table, *, nullable: bool) -> Iterator[tuple[Column[Any], Column[Any]]]:
    for column in table.columns:
        for key in column.foreign_keys:
            if bool(column.nullable) == nullable and key.column.table is not table:
                yield column, key.column


class ForgetRepository(Repository):
    """Each call changes one batch, so that no transaction is long; 0 says that none is left."""

    async def rows_of_channel(self, workspace_id: str, channel_id: str) -> dict[str, int]:
        """Return how many rows of each table are a channel's; without those that stay empty."""
        return {
            table.name: number
            for table in tables()
            if not TABLES[table.name].shell
            and (where := of_channel(table, workspace_id, channel_id)) is not None
            and (number := await self._count(table, where))
        }

    async def rows_of_person(self, workspace_id: str, user_id: str) -> dict[str, int]:
        """Return how many rows of each table name a person or are theirs."""
        found = {}
        for table in tables():
            holds, scope = TABLES[table.name], of_workspace(table, workspace_id)
            names = [*holds.ids, *([holds.goes_with] if holds.goes_with else [])]
            if scope is not None and names:
                theirs = or_(*(table.c[name] == user_id for name in names))
                if number := await self._count(table, scope & theirs):
                    found[table.name] = number
        return found

    async def let_go(self, table: Table, workspace_id: str, channel_id: str) -> None:
        """Let rows of other channels point no more at rows that will be deleted."""
        for column, parent in _parents(table, nullable=True):
            where = of_channel(parent.table, workspace_id, channel_id)
            if where is not None and not TABLES[parent.table.name].shell:
                theirs = column.in_(select(parent).where(where))
                await self.session.execute(update(table).where(theirs).values({column.name: None}))

    async def delete_of_channel(
        self, table: Table, workspace_id: str, channel_id: str, *, most: int
    ) -> int:
        """Delete up to `most` rows of a channel."""
        where = of_channel(table, workspace_id, channel_id)
        return 0 if where is None else await self._delete(table, where, most=most)

    async def empty_of_channel(
        self, table: Table, workspace_id: str, channel_id: str, *, most: int
    ) -> int:
        """Take texts and people out of up to `most` rows of a channel that stay."""
        where, holds = of_channel(table, workspace_id, channel_id), TABLES[table.name]
        values: dict[str, Any] = {name: _blank(table.c[name], NOBODY) for name in holds.ids}
        values |= {name: _blank(table.c[name], REMOVED) for name in holds.words}
        values |= {name: _blank(table.c[name], "") for name in holds.about}
        if where is None or not values:
            return 0
        filled = or_(*(_differs(table.c[name], value) for name, value in values.items()))
        return await self._update(table, where & filled, values, most=most)

    async def delete_of_person(
        self, table: Table, workspace_id: str, user_id: str, *, most: int
    ) -> int:
        """Delete up to `most` rows that go with the person."""
        owner, scope = TABLES[table.name].goes_with, of_workspace(table, workspace_id)
        if not owner or scope is None:
            return 0
        return await self._delete(table, scope & (table.c[owner] == user_id), most=most)

    async def remove_words(
        self, table: Table, workspace_id: str, user_id: str, *, name: str, most: int
    ) -> int:
        """Remove what the person wrote in column `name` of up to `most` rows."""
        scope = of_workspace(table, workspace_id)
        if scope is None:
            return 0
        author = table.c[TABLES[table.name].words[name]]
        value = _blank(table.c[name], REMOVED)
        theirs = scope & (author == user_id) & _differs(table.c[name], value)
        if isinstance(value, str):
            theirs &= table.c[name] != ""  # where nothing was said, nothing is removed
        return await self._update(table, theirs, {name: value}, most=most)

    async def rename(
        self,
        table: Table,
        workspace_id: str,
        user_id: str,
        *,
        name: str,
        pseudonym: str,
        most: int,
    ) -> int:
        """Put the pseudonym into column `name` of up to `most` rows."""
        scope = of_workspace(table, workspace_id)
        if scope is None:
            return 0
        theirs = scope & (table.c[name] == user_id)
        return await self._update(table, theirs, {name: pseudonym}, most=most)

    async def rewrite(
        self,
        table: Table,
        where: ColumnElement[bool],
        names: Sequence[str],
        *,
        rewrite: Rewrite,
        after: tuple[Any, ...] | None,
        most: int,
    ) -> tuple[tuple[Any, ...] | None, int]:
        """Rewrite columns of the next `most` rows; returns the last key, None at the end."""
        keys = list(table.primary_key.columns)
        query = select(*keys, *(table.c[name] for name in names)).where(where)
        if after is not None:
            query = query.where(tuple_(*keys) > tuple_(*after))
        rows = (await self.session.execute(query.order_by(*keys).limit(most))).all()
        changed = 0
        for row in rows:
            key, values = tuple(row[: len(keys)]), row[len(keys) :]
            fresh = {
                name: new
                for name, old in zip(names, values, strict=True)
                if (new := _fitting(table.c[name], rewrite(old))) != old
            }
            if fresh:
                same = tuple_(*keys) == tuple_(*key)
                await self.session.execute(update(table).where(same).values(**fresh))
                changed += 1
        return (tuple(rows[-1][: len(keys)]) if len(rows) == most else None), changed

    async def written_by(self, workspace_id: str, user_id: str) -> dict[str, list[str]]:
        """Return what the person wrote, by thread: their messages, wishes and wishes' titles, and
        the blockers on which a standup asked for a decision.
        """
        task, message = _table("task"), _table("message")
        blocker, decision = _table("standup_blocker"), _table("decision")
        found: dict[str, list[str]] = {}
        for query in (
            select(message.c.thread_id, message.c.text).where(
                message.c.workspace_id == workspace_id, message.c.user_id == user_id
            ),
            *(
                select(task.c.thread_id, task.c[name]).where(
                    task.c.workspace_id == workspace_id, task.c.requester_id == user_id
                )
                for name in ("text", "title")
            ),
            select(decision.c.thread_id, blocker.c.text).where(
                blocker.c.decision_id == decision.c.id,
                blocker.c.workspace_id == workspace_id,
                blocker.c.user_id == user_id,
                decision.c.thread_id.is_not(None),
            ),
        ):
            for thread_id, text in await self.session.execute(query):
                found.setdefault(thread_id, []).append(text)
        return found

    async def directs_of(self, workspace_id: str, user_id: str) -> list[str]:
        """Return the direct messages with the bot in which the person wrote."""
        found: set[str] = set()
        for name, who in (("message", "user_id"), ("task", "requester_id")):
            table = _table(name)
            query = select(table.c.channel_id).where(
                table.c.workspace_id == workspace_id,
                table.c[who] == user_id,
                table.c.channel_id.like("D%"),
            )
            found |= set((await self.session.scalars(query.distinct())).all())
        return sorted(found)

    async def deleted_channels(self, mark: str) -> list[tuple[str, str]]:
        """Return workspace and id of the channels that carry the mark."""
        table = _table("channel")
        query = select(table.c.workspace_id, table.c.id).where(
            cast(table.c.settings, Text).contains(mark, autoescape=True)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def empty_late_calls(self, *, most: int) -> int:
        """Remove what calls that were under way gave for tasks of channels forgotten meanwhile."""
        call, task = _table("model_call"), _table("task")
        forgotten = select(task.c.id).where(task.c.requester_id == NOBODY)
        where = call.c.task_id.in_(forgotten) & call.c.result.is_not(None)
        return await self._update(call, where, {"result": None, "problem": ""}, most=most)

    async def workspaces(self) -> list[str]:
        """Return the ids of all workspaces."""
        table = _table("workspace")
        return list((await self.session.scalars(select(table.c.id).order_by(table.c.id))).all())

    async def _count(self, table: Table, where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(where)
        return (await self.session.scalars(query)).one()

    async def _delete(self, table: Table, where: ColumnElement[bool], *, most: int) -> int:
        return await self._changed(delete(table).where(_some(table, where, most)))

    async def _update(
        self, table: Table, where: ColumnElement[bool], values: dict[str, Any], *, most: int
    ) -> int:
        return await self._changed(update(table).where(_some(table, where, most)).values(**values))

    async def _changed(self, statement: Any) -> int:
        return int(getattr(await self.session.execute(statement), "rowcount", 0))


def in_threads(table: Table, thread_id: str) -> ColumnElement[bool] | None:
    """Return which rows of a table belong to a thread, by itself or by its tasks."""
    tasks = select(_table("task").c.id).where(_table("task").c.thread_id == thread_id)
    found: list[ColumnElement[bool]] = []
    if "thread_id" in table.c:
        found.append(table.c.thread_id == thread_id)
    if "task_id" in table.c:
        found.append(table.c.task_id.in_(tasks))
    return or_(*found) if found else None


def naming(table: Table, names: Sequence[str], user_id: str) -> ColumnElement[bool]:
    """Return which rows hold the id anywhere in these columns."""
    return or_(*(cast(table.c[name], Text).contains(user_id, autoescape=True) for name in names))


def _some(table: Table, where: ColumnElement[bool], most: int) -> ColumnElement[bool]:
    keys = list(table.primary_key.columns)
    return tuple_(*keys).in_(select(*keys).where(where).limit(most))


def _blank(column: Column[Any], text: str) -> Any:
    """Return the emptiest value that a column takes; texts that must be there say `text`."""
    if isinstance(column.type, JSON):
        return None if column.nullable else {}
    if column.nullable:
        return None
    length = column.type.length if isinstance(column.type, String) else None
    return text[:length]


def _fitting(column: Column[Any], value: Any) -> Any:
    """Return a text cut to what the column takes: a pseudonym is longer than most ids."""
    length = column.type.length if isinstance(column.type, String) else None
    return value[:length] if isinstance(value, str) else value


def _differs(column: Column[Any], value: Any) -> ColumnElement[bool]:
    if value is None:
        return column.is_not(None)
    return cast(column, Text) != ("{}" if value == {} else str(value))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
