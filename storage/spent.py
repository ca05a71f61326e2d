"""Running totals of a day's money on SQLite, so that a model call need not sum up all before it.

They stand in temporary tables of the connection that writes and follow the ledger by triggers, so
that what a unit of work undoes is undone in them too. What another process committed shows in
SQLite's `data_version`; a workspace's totals are then made anew from its rows.
"""

import sqlite3
from datetime import datetime, time

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    String,
    bindparam,
    case,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inline_sqlite import InlineSession
from storage.models import ModelCall
from storage.models.base import table_of
from storage.prepared import Prepared
from storage.texts import driver_of, named

_TABLE = table_of(ModelCall)
_CALL = _TABLE.c
COMMITTED = case(
    (_CALL.state == "reserved", _CALL.reserved_micros),
    (_CALL.state == "lost", _CALL.reserved_micros),
    else_=func.coalesce(_CALL.cost_micros, _CALL.reserved_micros),
)
"""Money that must count as gone: settled cost, else what was reserved (a lost call may have been
paid for, an unknown price cannot be shown to be less)."""

_KEYS = (column("workspace_id", String), column("channel_id", String), column("day", String))
SPENT = table("spent", *_KEYS, column("micros", BigInteger), schema="temp")
"""Micro-dollars by workspace, channel and UTC day, e.g. `2026-03-02`."""
_KNOWN = table(
    "spent_known",
    *(column("workspace_id", String), column("since", String), column("version", Integer)),
    schema="temp",
)
"""Since which day a workspace's totals are complete, and for which state of the file."""
_VERSION = (
    select(literal_column("data_version", Integer))
    .select_from(func.pragma_data_version())
    .scalar_subquery()
)
_DAY = func.substr(_CALL.started_at, 1, 10)
_HERE = _KNOWN.c.workspace_id == bindparam("workspace")

KNOWN = (
    select(func.count())
    .where(_HERE, _KNOWN.c.since <= bindparam("day"), _KNOWN.c.version == _VERSION)
    .scalar_subquery()
)
"""1 when the totals of `workspace` since `day` are what its rows say, else 0."""
_FORGET = (
    Prepared(delete(SPENT).where(SPENT.c.workspace_id == bindparam("workspace"))),
    Prepared(delete(_KNOWN).where(_HERE)),
)
_SUM_UP = Prepared(
    insert(SPENT).from_select(
        [one.name for one in SPENT.c],
        select(_CALL.workspace_id, _CALL.channel_id, _DAY, func.sum(COMMITTED))
        .where(_CALL.workspace_id == bindparam("workspace"), _CALL.started_at >= bindparam("since"))
        .group_by(_CALL.workspace_id, _CALL.channel_id, _DAY),
    )
)
_NOTE = Prepared(
    insert(_KNOWN).from_select(
        [one.name for one in _KNOWN.c],
        select(
            bindparam("workspace", type_=String),
            bindparam("day", type_=String),
            _VERSION,
        ),
    )
)


def are_kept(session: AsyncSession, *, since: datetime) -> bool:
    """Return whether totals are kept where the session writes, for the days from `since` on."""
    if not isinstance(session, InlineSession) or since.time() != time():
        return False
    return bool(session.connected.info.get(_KEPT))


async def count_anew(session: AsyncSession, workspace: str, *, since: datetime) -> None:
    """Make a workspace's totals from its rows: at first, and after another process's commit."""
    for statement in _FORGET:
        await statement.rows(session, workspace=workspace)
    await _SUM_UP.rows(session, workspace=workspace, since=since)
    await _NOTE.rows(session, workspace=workspace, day=str(since.date()))


def keep(connection: Connection) -> None:
    """Keep totals on a connection that is to write; not on a file that has no ledger yet.

    Raises DBAPIError, as the library would, which says whether time can mend it.
    """
    driver = driver_of(connection)
    there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    try:
        if driver.execute(there, (_TABLE.name,)).fetchone() is None:
            return
        for statement in _SCHEMA:
            driver.execute(statement)
    except sqlite3.Error as error:
        raise named(error, there) from error
    connection.info[_KEPT] = True


_KEPT = "spent"


def _committed(row: str) -> str:
    said = COMMITTED.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    return str(said).replace(f"{_TABLE.name}.", f"{row}.")


def _add(row: str, sign: str) -> str:
    return (
        f"INSERT INTO spent VALUES ({row}.workspace_id, {row}.channel_id,"
        f" substr({row}.started_at, 1, 10), {sign} {_committed(row)})"
        " ON CONFLICT DO UPDATE SET micros = micros + excluded.micros;"
    )


def _trigger(event: str, *acts: str) -> str:
    return (
        f"CREATE TEMP TRIGGER IF NOT EXISTS spent_{event} AFTER {event} ON main.{_TABLE.name}"
        f" BEGIN {' '.join(acts)} END"
    )


_SCHEMA = (
    "PRAGMA temp_store = MEMORY",  # a full disk must not be in their way
    """
    CREATE TEMP TABLE IF NOT EXISTS spent (
        workspace_id TEXT, channel_id TEXT, day TEXT, micros INTEGER NOT NULL,
        PRIMARY KEY (workspace_id, day, channel_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS spent_known (
        workspace_id TEXT PRIMARY KEY, since TEXT NOT NULL, version INTEGER NOT NULL
    )
    """,
    _trigger("INSERT", _add("NEW", "+")),
    _trigger("DELETE", _add("OLD", "-")),
    _trigger("UPDATE", _add("OLD", "-"), _add("NEW", "+")),
)
