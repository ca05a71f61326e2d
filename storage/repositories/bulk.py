"""Many rows in one statement, given by columns: for sweeps over thousands of cases.

An ordinary statement converts each value of each row by itself, which costs several times what
storing it does. Here a value that many rows share, as most do after a sweep, is converted once.
SQLite's driver then takes the rows as they are; PostgreSQL gets them all as one value, a JSON that
it reads as a table, instead of a message a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, cast

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Dialect,
    Table,
    Text,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import TableValuedAlias

_GIVEN = "given_"
"""Begins the names of bound values: a column's own name is SQLAlchemy's to bind."""
_ROWS = "all_rows"

Names = tuple[str, ...]


def insert_each(table: Table, dialect: str, *, each: Names, same: Names) -> postgresql.Insert:
    """Return an insert for `run_each`: `each` are columns that differ by row, `same` do not.

    JSON of `each` is given as text.
    """
    if dialect != "postgresql":
        values = {name: _one(table, name, as_text=name in each) for name in each + same}
        # Another class, with the same methods for conflicts.
        return cast(postgresql.Insert, sqlite.insert(table).values(values))
    rows = _rows(table, each)
    found = [_of(rows, table, name) for name in each] + [_one(table, name) for name in same]
    # Columns that nobody names have defaults in the database, or none.
    return postgresql.insert(table).from_select(
        each + same, select(*found).select_from(rows), include_defaults=False
    )


def update_each(table: Table, dialect: str, *, each: Names, same: Names) -> UpdateBase:
    """Return an update by `id` for `run_each`; the rows hold `id` and `each`, as above."""
    values: dict[str, ColumnElement[Any]] = {name: _one(table, name) for name in same}
    if dialect != "postgresql":
        values |= {name: _one(table, name, as_text=True) for name in each}
        return update(table).where(table.c.id == _one(table, "id")).values(values)
    rows = _rows(table, ("id", *each))
    values |= {name: _of(rows, table, name) for name in each}
    return update(table).where(table.c.id == rows.c.id).values(values)


async def run_each(
    session: AsyncSession,
    statement: UpdateBase,
    rows: Sequence[Mapping[str, Any]],
    same: Mapping[str, Any],
) -> None:
    """Run a statement made above, once for all rows; a column that a row lacks is NULL."""
    if not rows:
        return
    dialect = session.get_bind().dialect
    given: dict[str, Any] = {f"{_GIVEN}{name}": value for name, value in same.items()}
    if dialect.name == "postgresql":
        given[_ROWS] = to_json(rows).decode()
        await session.execute(statement, given)
        return
    compiled = _compiled(statement, dialect)
    columns = [_column(compiled.binds[name], rows, given, dialect) for name in _order(compiled)]
    # The driver's own way: no statement here waits, see storage/inline_sqlite.py.
    connection = session.sync_session.connection()
    connection.exec_driver_sql(compiled.string, list(zip(*columns, strict=False)))


def _one(table: Table, name: str, *, as_text: bool = False) -> BindParameter[Any]:
    kind = table.c[name].type
    kind = Text() if as_text and isinstance(kind, JSON) else kind
    return bindparam(f"{_GIVEN}{name}", type_=kind)


def _rows(table: Table, names: Names) -> TableValuedAlias:
    """Return the rows that are in the JSON."""
    given = as_type(bindparam(_ROWS, type_=Text), postgresql.JSON)
    columns = [column(name, _one(table, name, as_text=True).type) for name in names]
    found = func.json_to_recordset(given).table_valued(*columns, name="given")
    return found.render_derived(with_types=True)


def _of(rows: TableValuedAlias, table: Table, name: str) -> ColumnElement[Any]:
    kind = table.c[name].type
    found: ColumnElement[Any] = rows.c[name]
    return as_type(found, kind) if isinstance(kind, JSON) else found


@lru_cache(maxsize=64)
def _compiled(statement: UpdateBase, dialect: Dialect) -> SQLCompiler:
    return statement.compile(dialect=dialect)


def _order(compiled: SQLCompiler) -> Sequence[str]:
    return compiled.positiontup or ()


def _column(
    bound: BindParameter[Any],
    rows: Sequence[Mapping[str, Any]],
    given: Mapping[str, Any],
    dialect: Dialect,
) -> Iterable[Any]:
    """Return what the driver stores of each row, each value converted once."""
    convert = bound.type.dialect_impl(dialect).bind_processor(dialect)
    name = bound.key.removeprefix(_GIVEN)
    if bound.key in given or name == bound.key:  # else a constant of the statement's own
        value = given.get(bound.key, bound.value)
        return repeat(convert(value) if convert else value)
    values = [row.get(name) for row in rows]
    if convert is None:
        return values
    known = {value: convert(value) for value in set(values)}
    return [known[value] for value in values]
