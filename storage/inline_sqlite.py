"""SQLite without hops: its statements run in the loop's own thread, where nothing can block.

An async driver gives every statement to a thread and comes back through a greenlet, which costs
several times what the statement does. Inside a transaction a statement waits for neither lock nor
disk: the write lock is held already, and in WAL mode readers wait for nobody. What may wait
(opening a file, BEGIN IMMEDIATE while another process writes, COMMIT) goes to a thread; see
`storage/writers.py`.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, cast

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Engine, NestedTransaction, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.held import write_changes
from storage.texts import driver_of

READERS = 10
"""Connections kept open; more readers at once open more."""


class InlineDialect(SQLiteDialect_pysqlite):
    """Says SAVEPOINT straight to the driver: there are two for each unit of work."""

    supports_statement_cache = True

    def do_savepoint(self, connection: Connection, name: str) -> None:
        """Begin one."""
        _say(connection, f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        """Undo what came since."""
        _undo_to(connection, name)

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        """Keep what came since."""
        _say(connection, f"RELEASE SAVEPOINT {name}")


def _say(connection: Connection, statement: str) -> None:
    try:
        driver_of(connection).execute(statement)
    except sqlite3.Error as error:  # named as the library would have named it
        raise DBAPIError.instance(statement, None, error, sqlite3.Error) from error


def _undo_to(connection: Connection, name: str) -> None:
    """Undo what came since; what cannot be undone alone is undone with all around it."""
    try:
        _say(connection, f"ROLLBACK TO SAVEPOINT {name}")
    except DBAPIError:
        with suppress(sqlite3.Error):
            driver_of(connection).rollback()
        raise


registry.register("sqlite.inline", __name__, InlineDialect.__name__)


def open_inline(url: URL, *, tune: Callable[[Any, Any], None]) -> Engine:
    """Return an engine on a SQLite file whose connections may change threads."""
    engine = create_engine(
        url.set(drivername="sqlite+inline"),
        pool_size=READERS,
        pool_use_lifo=True,  # each connection has a cache of its own
        max_overflow=-1,  # waiting for one would stop the loop, and with it who gives it back
        hide_parameters=True,
        connect_args={"check_same_thread": False},
        json_serializer=lambda value: to_json(value).decode(),
        json_deserializer=from_json,
    )
    event.listen(engine, "connect", tune)
    return engine


def is_heard(connection: Connection) -> bool:
    """Return whether somebody listens to statements; who never did is found without a search."""
    if not (connection._has_events or connection.engine._has_events):
        return False
    return bool(connection.dispatch.before_cursor_execute)


class _PlainSession(Session):
    """Writes changed columns down itself, where that is all there is to a flush."""

    shared = False
    joined: NestedTransaction | None = None
    """A savepoint of the library's own, begun for the first of its statements in a unit."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """See Session; errors are the same."""
        if objects is None and self.is_active and not (self._new or self._deleted):
            connection = cast(Connection, self.bind)
            if not is_heard(connection) and write_changes(self, connection):
                return
        super().flush(objects)

    def is_changed(self) -> bool:
        """Return whether a flush may have something to do; the public names build sets."""
        return bool(self.identity_map._modified or self._new or self._deleted)

    def get_bind(self, *_about: Any, **_more: Any) -> Connection:
        """Return the connection; what the library undoes must not be the others' of it."""
        connection = cast(Connection, self.bind)
        if self.shared and self.joined is None:
            self.joined = connection.begin_nested()
        return connection


_UNIT = "unit"


class InlineSession(AsyncSession):
    """An AsyncSession on a connection of the standard driver: no call of it ever waits."""

    sync_session_class = _PlainSession
    sync_session: _PlainSession

    def __init__(self, connection: Connection, *, shared: bool) -> None:
        """The transaction on the connection is ended elsewhere; it may be `shared` with others."""
        super().__init__(expire_on_commit=False, join_transaction_mode="rollback_only")
        self.sync_session.bind = self.connected = connection
        self.sync_session.shared = shared
        self.dialect = connection.dialect
        self._driver = driver_of(connection)

    def direct(self) -> sqlite3.Connection | None:
        """Return the driver's connection to speak to, with all changes of objects written down.

        None when the library must: when somebody listens, and after a failed flush, as what is said
        then would belong to the other units of the transaction.
        """
        session = self.sync_session
        if session._transaction is not None and not session.is_active:
            return None
        if session.autoflush and session.is_changed():
            session.flush()
        return None if is_heard(self.connected) else self._driver

    def get_bind(self, *_about: Any, **_more: Any) -> Connection:
        """Return the connection, for a look at its dialect."""
        return self.connected

    def begin_unit(self) -> None:
        """Begin a savepoint: others share the transaction."""
        self._driver = driver_of(self.connected)
        _say(self.connected, f"SAVEPOINT {_UNIT}")

    @property
    def joined(self) -> NestedTransaction | None:
        """The library's own savepoint in the unit, if it had something to say; end it first."""
        return self.sync_session.joined

    def write_down(self) -> None:
        """Write down what is left to write; raises what a flush raises."""
        if self.sync_session.is_changed():
            self.sync_session.flush()

    def keep_unit(self) -> None:
        """Keep what came since `begin_unit`, and forget all objects."""
        _say(self.connected, f"RELEASE SAVEPOINT {_UNIT}")
        self.sync_session.close()
        self.sync_session.joined = None

    def undo_unit(self) -> None:
        """Undo what came since `begin_unit`; no error, as that is gone when the transaction is."""
        session = self.sync_session
        with suppress(DBAPIError):
            if session.joined is not None and session.joined.is_active:
                session.joined.rollback()
        with suppress(DBAPIError):
            _undo_to(self.connected, _UNIT)
            _say(self.connected, f"RELEASE SAVEPOINT {_UNIT}")
        with suppress(DBAPIError):
            session.close()


def _at_once(name: str) -> Callable[..., Awaitable[Any]]:
    async def method(self: AsyncSession, *args: Any, **options: Any) -> Any:
        return getattr(self.sync_session, name)(*args, **options)

    method.__name__, method.__doc__ = name, getattr(Session, name).__doc__
    return method


for _name in (
    *("execute", "scalars", "scalar", "flush", "get", "get_one", "merge", "refresh", "delete"),
    *("commit", "rollback", "close"),
):
    setattr(InlineSession, _name, _at_once(_name))
