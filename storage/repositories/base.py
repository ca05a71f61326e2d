"""What repositories share: the session, and the two databases' way to say "unless it is there"."""

from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, or_, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.errors import NotFound
from storage.inserts import defaults
from storage.models import Base, Channel, Installation
from storage.models.base import table_of as table_of
from storage.prepared import Prepared

M = TypeVar("M", bound=Base)


def visible(
    workspace_id: InstrumentedAttribute[str],
    channel_id: InstrumentedAttribute[str],
    seen_from: str | BindParameter[str],
    *,
    looker: BindParameter[str] | None = None,
) -> ColumnElement[bool]:
    """Return the condition under which a row may be shown in channel `seen_from`.

    `looker` is the workspace of that channel where the statement binds it: who reads there is then
    looked up once, and not for each row.

    What was said in a private channel (or a direct message) never shows up elsewhere, and in a
    channel that outsiders read nothing does that was said elsewhere.
    """
    private = exists().where(
        Channel.workspace_id == workspace_id,
        Channel.id == channel_id,
        Channel.is_private.is_(True),
    )
    ours = read_by_us(workspace_id if looker is None else looker, seen_from)
    elsewhere = and_(~private, ours)
    return or_(channel_id == seen_from, elsewhere)


def named(
    workspace_id: InstrumentedAttribute[str], scope: InstrumentedAttribute[str], seen_from: str
) -> ColumnElement[bool]:
    """Return the condition under which channel `seen_from` knows a name: its own, or everybody's.

    Everybody's names are no outsiders': a channel that they read knows its own only.
    """
    everybodys = and_(scope == "", read_by_us(workspace_id, seen_from))
    return or_(and_(scope == seen_from, scope != ""), everybodys)


def read_by_us(
    workspace_id: InstrumentedAttribute[str] | ColumnElement[str],
    seen_from: str | BindParameter[str],
) -> ColumnElement[bool]:
    """Return the condition that only people of this company read in channel `seen_from`.

    A channel that is not known to be so is taken for one that others read, too; "" is no channel,
    but what any colleague may read.
    """
    place = aliased(Channel)
    ours = exists().where(
        place.workspace_id == workspace_id, place.id == seen_from, place.is_shared.is_(False)
    )
    if isinstance(seen_from, str):
        return ours if seen_from else true()
    return or_(seen_from == "", ours)


def app_is_there(
    workspace_id: InstrumentedAttribute[str] | ColumnElement[str],
) -> ColumnElement[bool]:
    """Return the condition that the app was not removed from a row's workspace.

    What comes up there by time waits until it is back, or is purged.
    """
    return ~exists().where(
        Installation.workspace_id == workspace_id, Installation.removed_at.is_not(None)
    )


class Repository:
    """Holds the session of the unit of work it belongs to."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def the(
        self, query: Select[M], noun: str, called: str, *, hint: str = "", lock: bool = False
    ) -> M:
        """Return the one row that a query names; raises NotFound with what people call it.

        A locked row is read anew: what this session knew of it may be old.
        """
        found = await self.perhaps(query, lock=lock)
        if found is None:
            raise NotFound(noun, called, hint=hint)
        return found

    async def perhaps(self, query: Select[M], *, lock: bool = False) -> M | None:
        """Return the one row that a query names, if there is one; a locked one is read anew."""
        if lock:
            query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one_or_none()

    async def insert_unless_there(self, table: type[Base], values: dict[str, Any]) -> bool:
        """Insert a row unless a unique key stands in the way; returns whether it was inserted."""
        given = defaults(table, missing_in=values) | values
        insert = _insert_unless_there(table, self.dialect, tuple(given))
        return await insert.one(self.session, **given) is not None

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.session.get_bind().dialect.name


def insert_into(table: type[Base], dialect: str) -> postgresql.Insert:
    """Return an insert that can say what happens when the row is there already."""
    if dialect == "postgresql":
        return postgresql.insert(table_of(table))
    # Another class, with the same methods for what is said here.
    return cast(postgresql.Insert, sqlite.insert(table_of(table)))


@cache
def _insert_unless_there(table: type[Base], dialect: str, names: tuple[str, ...]) -> Prepared:
    # What was inserted is returned: psycopg's row count is -1 ("unknown") for such a statement.
    keys = table_of(table).primary_key
    insert = insert_into(table, dialect).values({name: bindparam(name) for name in names})
    return Prepared(insert.on_conflict_do_nothing().returning(*keys))
