"""Opens a session for a unit of work: pooled connections on PostgreSQL, shared turns on SQLite."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.pool import QueuePool

from storage.inline_sqlite import InlineSession
from storage.writers import Writers

T = TypeVar("T")


class Sessions(Protocol):
    """How a database is written to and read from; errors are the driver's."""

    def write(self, *, urgent: bool) -> AbstractAsyncContextManager[AsyncSession]:
        """Yield a session that is committed when the block ends and rolled back when it raises.

        `urgent` is for what Slack waits for: on SQLite it writes before others that wait.
        """
        ...

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Yield a session whose changes are not kept."""
        ...

    async def close(self) -> None:
        """Give back what was opened here."""
        ...


class ServerSessions:
    """A session each, on a connection of the engine's pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def write(self, *, urgent: bool) -> AsyncIterator[AsyncSession]:
        """See Sessions."""
        async with self.read() as session:
            yield session
            await _to_the_end(session.commit())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """See Sessions."""
        session = AsyncSession(self._engine, expire_on_commit=False)
        try:
            yield session
        finally:
            await _to_the_end(session.close())

    async def close(self) -> None:
        """Do nothing: the engine is not ours."""


class InlineSessions:
    """Sessions on one SQLite file: writers take turns, readers have connections of their own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writers = Writers(engine)
        self._thread = ThreadPoolExecutor(2, thread_name_prefix="sqlite-open")

    @asynccontextmanager
    async def write(self, *, urgent: bool) -> AsyncIterator[AsyncSession]:
        """See Sessions."""
        async with self._writers.turn(urgent=urgent) as connection:
            savepoint = connection.begin_nested()  # others share the transaction
            session = InlineSession(connection)
            try:
                yield session
                await session.flush()
                savepoint.commit()
            except BaseException:
                with suppress(DBAPIError):  # the savepoint is gone when the transaction is
                    if savepoint.is_active:
                        savepoint.rollback()
                with suppress(DBAPIError):
                    await session.close()
                raise
            await session.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """See Sessions."""
        connection = await self._connection()
        try:
            connection.exec_driver_sql("BEGIN")
            session = InlineSession(connection)
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
        await self._writers.close()
        await _off(self._thread, self._engine.dispose)


async def _off(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, work)


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await `work`; when cancelled meanwhile, let it finish first.

    Half a rollback gives a connection back in an unknown state, and the next writer would begin
    before this one is through.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
