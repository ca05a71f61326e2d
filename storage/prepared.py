"""Statements of a model call: made into text once, and given to SQLite's driver as that.

Of what a short statement costs on SQLite the library takes nine tenths: it looks the text up, makes
a context, a cursor and a result. What is said twenty times a task goes straight to the driver
instead, in the library's own words and through its types' own converters. On PostgreSQL, and while
somebody listens to statements, the library says it as ever.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Update,
)
from sqlalchemy.exc import DBAPIError, NoResultFound, StatementError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.sql.compiler import SQLCompiler

from bot.errors import Bug
from storage.inline_sqlite import InlineSession
from storage.models.base import Base

M = TypeVar("M", bound=Base)
Rows = Sequence[tuple[Any, ...]]
Convert = Callable[[Any], Any]
Statement: TypeAlias = Select[Any] | Insert | Update | Delete


class _Bind(NamedTuple):
    """A question mark of the text; without a name its value is always the same."""

    name: str | None
    value: Any
    convert: Convert | None


class _Text(NamedTuple):
    """A statement as one dialect has it."""

    dialect: Dialect
    sql: str
    binds: tuple[_Bind, ...]
    names: tuple[str, ...]
    """Of the columns that it returns; none when it returns no rows."""
    converts: tuple[tuple[int, Convert], ...]
    """Of the columns that are not as the driver gives them."""


class Prepared:
    """One statement with named values; make it once for the life of the process."""

    def __init__(self, statement: Statement) -> None:
        """An INSERT names a value for each column; lists in the statement are not supported."""
        self._statement: Final = statement
        self._gives: Final = bool(statement.exported_columns)
        self._text: _Text | None = None

    async def rows(self, session: AsyncSession, **values: Any) -> Rows:
        """Say it and return its rows; none when it gives none. Errors are the library's."""
        if (connection := ready(session)) is not None:
            return self._at_once(connection, values)
        result = await session.execute(self._statement, values)
        return cast(Rows, result.all()) if self._gives else ()

    async def one(self, session: AsyncSession, **values: Any) -> tuple[Any, ...] | None:
        """Say it and return the first row, if there is one."""
        found = await self.rows(session, **values)
        return found[0] if found else None

    async def objects(self, session: AsyncSession, kind: type[M], **values: Any) -> Sequence[M]:
        """Say it and return its rows as the session's objects; it selects all of `kind`'s columns.

        One that the session holds already stays as it is there.
        """
        if (connection := ready(session)) is None:
            return cast(Sequence[M], (await session.scalars(self._statement, values)).all())
        found = self._at_once(connection, values)
        names = self._of(connection.dialect).names
        return [
            _object(session.sync_session, kind, dict(zip(names, row, strict=True))) for row in found
        ]

    async def first(self, session: AsyncSession, kind: type[M], **values: Any) -> M | None:
        """Say it and return the first row as an object, if there is one."""
        found = await self.objects(session, kind, **values)
        return found[0] if found else None

    async def the(self, session: AsyncSession, kind: type[M], **values: Any) -> M:
        """Say it and return the row, which is known to be there, as an object."""
        found = await self.first(session, kind, **values)
        if found is None:
            raise NoResultFound(f"no {kind.__name__}")
        return found

    def _of(self, dialect: Dialect) -> _Text:
        text = self._text
        if text is None or text.dialect is not dialect:
            text = self._text = _text(self._statement, dialect)
        return text

    def _at_once(self, connection: Connection, values: dict[str, Any]) -> Rows:
        text = self._of(connection.dialect)
        driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
        try:
            cursor = driver.execute(text.sql, _given(text, values))
            found = cursor.fetchall() if text.names else []
        except sqlite3.Error as error:  # named as the library would have named it
            raise DBAPIError.instance(
                text.sql, None, error, sqlite3.Error, hide_parameters=True
            ) from error
        except (ValueError, TypeError, LookupError) as error:  # a value that its column refuses
            raise StatementError(str(error), text.sql, None, error, hide_parameters=True) from error
        return [_converted(row, text.converts) for row in found] if text.converts else found


def _given(text: _Text, values: dict[str, Any]) -> list[Any]:
    return [
        value if name is None else values[name] if convert is None else convert(values[name])
        for name, value, convert in text.binds
    ]


def _object(session: Session, kind: type[M], values: dict[str, Any]) -> M:
    mapper = class_mapper(kind)
    key = mapper.identity_key_from_primary_key(
        tuple(values[str(one.key)] for one in mapper.primary_key)
    )
    if (held := session.identity_map.get(key)) is not None:
        return held
    made: M = manager_of_class(kind).new_instance()
    vars(made).update(values)
    hold(session, made)
    return made


def hold(session: Session, row: Base) -> None:
    """Let the session hold an object that stands in the database as it is."""
    make_transient_to_detached(row)
    session.add(row)


def ready(session: AsyncSession) -> Connection | None:
    """Return the connection to speak to directly, with all changes of objects written down.

    None where the library must: on PostgreSQL, when somebody listens, and after a failed flush. Its
    savepoint is gone then: what is said next would belong to the other units of the transaction.
    """
    if not isinstance(session, InlineSession) or not session.sync_session.is_active:
        return None
    _write_down(session.sync_session)
    connection = session.connected
    return None if connection.dispatch.before_cursor_execute else connection


def _write_down(session: Session) -> None:
    """Flush what objects were changed or added: the statement must find it."""
    if not session.autoflush:
        return
    if session.identity_map.check_modified() or session.new or session.deleted:
        session.flush()


def _converted(row: tuple[Any, ...], converts: tuple[tuple[int, Convert], ...]) -> tuple[Any, ...]:
    made = list(row)
    for place, convert in converts:
        made[place] = convert(made[place])
    return tuple(made)


def _text(statement: Statement, dialect: Dialect) -> _Text:
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise Bug("only a statement with values can be prepared")
    if compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch:
        raise Bug("a prepared statement has neither lists nor defaults")
    columns = list(statement.exported_columns)
    converts = [(place, _from(column, dialect)) for place, column in enumerate(columns)]
    return _Text(
        dialect=dialect,
        sql=compiled.string,
        binds=tuple(_bind(compiled.binds[name], dialect) for name in compiled.positiontup or ()),
        converts=tuple((place, each) for place, each in converts if each is not None),
        names=tuple(str(column.key) for column in columns),
    )


def _bind(bind: BindParameter[Any], dialect: Dialect) -> _Bind:
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return _Bind(bind.key, None, convert)
    return _Bind(None, bind.value if convert is None else convert(bind.value), None)


def _from(column: ColumnElement[Any], dialect: Dialect) -> Convert | None:
    return column.type.dialect_impl(dialect).result_processor(dialect, None)
