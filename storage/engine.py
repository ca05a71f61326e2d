"""Opens the database: SQLite tuned for one busy process, PostgreSQL as it comes."""

from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import SettingInvalid
from storage import inline_sqlite

READ_ONLY = "teamlead_read_only"
"""Execution option: the transaction only reads, so SQLite need not lock for writing."""

BUSY_TIMEOUT_MS = 10_000

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


def database_url(value: str) -> URL:
    """Return `value` with our async driver; raises SettingInvalid naming DATABASE_URL."""
    hint = "Use sqlite:///FILE or postgresql://USER@HOST/NAME."
    try:
        url = make_url(value.replace("postgres://", "postgresql://", 1))
    except ArgumentError:
        raise SettingInvalid("DATABASE_URL", "is not a database URL.", hint=hint) from None
    backend = url.get_backend_name()
    if backend not in _DRIVERS:
        raise SettingInvalid("DATABASE_URL", f"names {backend!r}, unknown here.", hint=hint)
    return url.set(drivername=_DRIVERS[backend])


def open_engine(url: URL, *, pool_size: int = 10) -> AsyncEngine:
    """Return an engine for `url`; nothing is connected yet.

    Its errors do not quote a statement's values: they end in logs, and values are people's words.
    """
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url, pool_size=pool_size, pool_pre_ping=True, hide_parameters=True
        )
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
        connect_args={"async_creator_fn": inline_sqlite.connect},
    )
    event.listen(engine.sync_engine, "connect", _tune_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "invalidate", _let_go_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.close()


def _let_go_sqlite(
    connection: Any, _record: ConnectionPoolEntry, _error: BaseException | None
) -> None:
    # A statement that was cancelled lives as long as its traceback, and SQLite keeps a closed
    # connection's transaction, and so the write lock, until its last statement is gone.
    with suppress(Exception):
        connection.rollback()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns writer fails at once when another one wrote meanwhile;
    # taking the write lock first makes it wait its turn instead.
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
