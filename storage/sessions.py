"""Opens a session for a unit of work; on SQLite writers take turns and share commits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import QueuePool

from storage import spent
from storage.inline_sqlite import InlineSession
from storage.writers import Writers

T = TypeVar("T")


class Sessions(Protocol):
    """How a database is written to and read from; errors are the driver's."""

    def write(self, *, urgent: bool) -> AbstractAsyncContextManager[AsyncSession]:
        """Yield a session that is committed when the block ends and rolled back when it raises.

        `urgent` is for what Slack waits for: it writes before others that wait.
        """
        ...

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Yield a session whose changes are not kept."""
        ...

    async def close(self) -> None:
        """Give back what was opened here."""
        ...


class _Unit(AbstractAsyncContextManager[AsyncSession]):
    """A unit of work on SQLite: its turn, and a session on a savepoint of the transaction.

    A class, and one session for unit after unit: generators and new sessions took half of its time.
    """

    def __init__(self, sessions: "InlineSessions", *, urgent: bool) -> None:
        self._sessions = sessions
        self._urgent = urgent

    async def __aenter__(self) -> AsyncSession:
        self._turn = self._sessions.writers.turn(urgent=self._urgent)
        connection = await self._turn.begin()
        try:
            self._session = self._sessions.session_on(connection)
            self._session.begin_unit()
        except BaseException:
            self._turn.end(worked=False)
            raise
        return self._session

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        worked = False
        try:
            if kind is None:
                self._keep(self._session)
                worked = True
        finally:
            try:
                if not worked:
                    self._session.undo_unit()
            finally:
                self._turn.end(worked=worked)  # whatever happened: all others wait for it
        if worked:
            await self._turn.stored

    def _keep(self, session: InlineSession) -> None:
        """Raises InvalidRequestError when a flush had failed and the unit went on as if not."""
        session.write_down()
        if session.joined is not None:
            session.joined.commit()
        session.keep_unit()
        self._sessions.take_back(session)


class InlineSessions:
    """Sessions on one SQLite file: writers take turns, readers have connections of their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.writers = Writers(engine, prepare=spent.keep)
        self._free: InlineSession | None = None
        """The last writer's session, emptied."""
        self._thread = ThreadPoolExecutor(2, thread_name_prefix="sqlite-open")

    def write(self, *, urgent: bool) -> AbstractAsyncContextManager[AsyncSession]:
        """See Sessions."""
        return _Unit(self, urgent=urgent)

    def session_on(self, connection: Connection) -> InlineSession:
        """Return a session for one writer."""
        free, self._free = self._free, None
        if free is not None and free.connected is connection:
            return free
        return InlineSession(connection, shared=True)

    def take_back(self, session: InlineSession) -> None:
        """Keep the session of a writer that is done for the next one."""
        self._free = session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """See Sessions."""
        connection = await self._connection()
        try:
            connection.exec_driver_sql("BEGIN")
            session = InlineSession(connection, shared=False)
            try:
                yield session
            finally:
                await session.close()
        finally:
            connection.close()

    async def _connection(self) -> Connection:
        """Return one that is open already; opening a file may wait, so a thread does it."""
        pool = self._engine.pool
        if isinstance(pool, QueuePool) and pool.checkedin():
            return self._engine.connect()
        return await _off(self._thread, self._engine.connect)

    async def close(self) -> None:
        """Let writers end, then close every connection."""
        await self.writers.close()
        await _off(self._thread, self._engine.dispose)


async def _off(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, work)
