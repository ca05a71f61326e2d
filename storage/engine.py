"""Opens the database: SQLite tuned for one busy process, PostgreSQL as it comes."""

import sqlite3
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import SettingInvalid
from storage.files import begin_private
from storage.inline_sqlite import open_inline
from storage.server_sessions import ServerSessions
from storage.sessions import InlineSessions, Sessions
from storage.writers import BUSY_TIMEOUT_MS

CACHE_KB = 512
"""Ours, for each of up to eleven connections; SQLite's own is 2,000. What is not in it lies in the
system's cache of the file, a microsecond away: with 50 tasks at once a process takes 3 MB less."""
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
            url,
            pool_size=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"async_creator_fn": _connect_server},
        )
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
        connect_args={"async_creator_fn": _connect_sqlite},
    )
    event.listen(engine.sync_engine, "connect", _tune_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


async def _connect_server(*place: Any, **options: Any) -> Any:
    from storage.wire import connect  # with PostgreSQL's driver, which SQLite does without

    return await connect(*place, **options)


async def _connect_sqlite(*place: Any, **options: Any) -> aiosqlite.Connection:
    if place and str(place[0]).startswith("/"):
        begin_private(str(place[0]))
    connection = aiosqlite.connect(*place, **options)
    connection._thread.daemon = True  # a forgotten connection must not keep the process alive
    try:
        return await connection
    except sqlite3.Error:
        # Its thread tells the loop that it ends; a loop that is closed by then is a stack trace.
        connection._thread.join()
        raise


def _tune_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    cursor.close()
    # SQLite's own knows ASCII only, so that "Größe" and "GRÖSSE" would be two titles.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Connection) -> None:
    # Migrations and whoever else takes the engine itself: see storage/writers.py.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def sessions_of(engine: AsyncEngine) -> Sessions:
    """Return how units of work reach the database that an engine is for."""
    if engine.dialect.name != "sqlite":
        return ServerSessions(engine)
    return InlineSessions(open_inline(engine.url, tune=_tune_sqlite))
