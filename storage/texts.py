"""Statements as the drivers take them: text, values and converters, without the library."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Float,
    Insert,
    Select,
    Update,
)
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler

from bot.errors import Bug

Rows = Sequence[tuple[Any, ...]]
Convert = Callable[[Any], Any]
_DOUBLE, _NUMERIC = 701, 1700
"""Types as PostgreSQL numbers them (`pg_type.oid`)."""
Statement: TypeAlias = Select[*tuple[Any, ...]] | Insert | Update | Delete


class _Bind(NamedTuple):
    """A place in the text; without a name its value is always the same."""

    name: str | None
    value: Any
    convert: Convert | None


class Text(NamedTuple):
    """A statement as one dialect has it."""

    dialect: Dialect
    sql: str
    binds: tuple[_Bind, ...]
    names: tuple[str, ...]
    """Of the columns that it returns; none when it returns no rows."""
    converts: tuple[tuple[int, Convert], ...]
    """Of the columns that are not as the driver gives them; nothing stays nothing."""


class Compiled:
    """A statement that is made into text once, for the dialect that last asked."""

    def __init__(self, statement: Statement) -> None:
        self._statement: Final = statement
        self._text: Text | None = None

    def of(self, dialect: Dialect) -> Text:
        """Return its text; raises Bug for lists and for defaults that are not given."""
        text = self._text
        if text is None or text.dialect != dialect:
            text = self._text = _text(self._statement, dialect)
        return text


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Return what the library's connection speaks through."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def say(driver: sqlite3.Connection, text: Text, values: Mapping[str, Any]) -> Rows:
    """Say it and return its rows; raises what the library would: DBAPIError, StatementError."""
    try:
        cursor = driver.execute(text.sql, given(text, values))
        found = cursor.fetchall() if text.names else []
    except sqlite3.Error as error:
        raise named(error, text.sql) from error
    except (ValueError, TypeError, LookupError) as error:  # a value that its column refuses
        raise StatementError(str(error), text.sql, None, error, hide_parameters=True) from error
    return converted(found, text.converts)


def say_to_all(driver: sqlite3.Connection, text: Text, many: Sequence[Mapping[str, Any]]) -> None:
    """Say what returns no rows once for each of the values; raises what `say` does."""
    try:
        driver.executemany(text.sql, [given(text, values) for values in many])
    except sqlite3.Error as error:
        raise named(error, text.sql) from error
    except (ValueError, TypeError, LookupError) as error:  # a value that its column refuses
        raise StatementError(str(error), text.sql, None, error, hide_parameters=True) from error


def named(error: sqlite3.Error, sql: str) -> DBAPIError:
    """Return a driver's error as the library would have named it."""
    made = DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True)
    return cast(DBAPIError, made)


def given(text: Text, values: Mapping[str, Any]) -> list[Any]:
    """Return what stands in the text's places."""
    return [
        value if name is None else values[name] if convert is None else convert(values[name])
        for name, value, convert in text.binds
    ]


def converted(rows: Rows, converts: tuple[tuple[int, Convert], ...]) -> Rows:
    """Return a driver's rows with the values that the columns' types make of them."""
    return [_converted(row, converts) for row in rows] if converts else rows


def _converted(row: tuple[Any, ...], converts: tuple[tuple[int, Convert], ...]) -> tuple[Any, ...]:
    made = list(row)
    for place, convert in converts:
        if made[place] is not None:
            made[place] = convert(made[place])
    return tuple(made)


def _text(statement: Statement, dialect: Dialect) -> Text:
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise Bug("only a statement with values can be prepared")
    if compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch:
        raise Bug("a prepared statement has neither lists nor defaults")
    columns = list(statement.exported_columns)
    converts = [(place, _from(column, dialect)) for place, column in enumerate(columns)]
    return Text(
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
    # What the driver calls the type; only fractions on PostgreSQL ask for it.
    coltype = _DOUBLE if isinstance(column.type, Float) else _NUMERIC
    return column.type.dialect_impl(dialect).result_processor(dialect, coltype)
