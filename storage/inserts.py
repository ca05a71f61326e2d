"""Stores new rows whose columns may be left to their defaults, with statements made once."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.schema import (
    CallableColumnDefault,
    DefaultGenerator,
    ScalarElementColumnDefault,
)

from bot.errors import Bug
from storage.held import hold
from storage.models.base import Base, table_of
from storage.prepared import Prepared, ready

_Maker = Callable[[Any], Any]


async def insert(session: AsyncSession, *rows: Base) -> None:
    """Store new objects of one table, with all that their columns leave to a default.

    As `session.add_all` and a flush would, which work out an order and a statement anew each time.
    """
    if not await ready(session):
        session.add_all(rows)
        await session.flush()
        return
    new = [row for row in rows if row not in session]
    if not new:
        return
    kind = type(new[0])
    many = [_filled(kind, vars(row)) for row in new]
    await _insert(kind).to_all(session, many)
    for row, values in zip(new, many, strict=True):
        vars(row).update(values)
        hold(session.sync_session, row)


async def insert_values(
    session: AsyncSession, kind: type[Base], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Store a row of these values; returns it with what its columns leave to a default."""
    values = _filled(kind, given)
    await _insert(kind).rows(session, **values)
    return values


def _filled(kind: type[Base], given: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: given.get(name) for name in _names(kind)}
    return values | defaults(kind, missing_in=given)


def defaults(kind: type[Base], *, missing_in: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a new row has in the columns that it was not given, without those of no value."""
    asked = _Asked(missing_in)
    missing = [(name, make) for name, make in _makers(kind) if name not in missing_in]
    return {name: make(asked) for name, make in missing}


class _Asked:
    """What the library lets a column's default look at: the other columns' values."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def get_current_parameters(self) -> Mapping[str, Any]:
        """Return them by name."""
        return self._given


@cache
def _insert(kind: type[Base]) -> Prepared:
    return Prepared(table_of(kind).insert().values({n: bindparam(n) for n in _names(kind)}))


@cache
def _names(kind: type[Base]) -> tuple[str, ...]:
    return tuple(one.name for one in table_of(kind).c)


@cache
def _makers(kind: type[Base]) -> tuple[tuple[str, _Maker], ...]:
    """Return the columns that have a default, with what makes it."""
    columns = table_of(kind).c
    return tuple((one.name, _maker(one.default)) for one in columns if one.default is not None)


def _maker(default: DefaultGenerator) -> _Maker:
    if isinstance(default, CallableColumnDefault):
        return cast(_Maker, default.arg)
    if isinstance(default, ScalarElementColumnDefault):
        return partial(_same, default.arg)
    raise Bug(f"{default.column} has a default that only the database knows")


def _same(value: Any, _asked: _Asked) -> Any:
    return value
