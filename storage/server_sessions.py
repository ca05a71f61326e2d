"""Sessions on PostgreSQL: connections are handed from unit to unit, as are their sessions."""

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.pool import QueuePool

from storage.server_session import ServerSession

if TYPE_CHECKING:
    from storage.wire import Wire

WAIT_SECONDS: Final = 30.0
"""How long a unit waits for a connection, as the library's pool does."""
OTHERS: Final = 2
"""Ours: connections that are taken past us, for the process's lock and a look at its runs. A unit
that waited in the pool for one of theirs would see no session that is given back here."""
WRITERS: Final = 4
"""Ours: how many units of a process write at a time, but for what Slack waits for. One unit's row
locks last as long as its statements wait for the loop, which is the longer the more there are."""
QUIET_SECONDS: Final = 30.0
"""Ours: after how long without use a server is asked whether it is there still."""


class _Unit(AbstractAsyncContextManager[AsyncSession]):
    """A unit of work; a class, as a generator takes longer."""

    def __init__(
        self, sessions: "ServerSessions", *, keeps: bool, queue: asyncio.Semaphore | None = None
    ) -> None:
        self._sessions = sessions
        self._keeps = keeps
        self._queue = queue

    async def __aenter__(self) -> AsyncSession:
        if self._queue is not None:
            await _enter(self._queue)
        try:
            self._session = await self._sessions.take()
        except BaseException:
            self._leave()
            raise
        return self._session

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None and self._keeps:
                await self._session.keep_unit()
        finally:
            try:
                await self._sessions.take_back(self._session)
            finally:
                self._leave()

    def _leave(self) -> None:
        if self._queue is not None:
            self._queue.release()


class ServerSessions:
    """Sessions on the connections of an engine's pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        pool = cast(QueuePool, engine.pool)
        self._kept = pool.size()
        room = self._kept + max(pool._max_overflow, 0) - OTHERS
        self._room = asyncio.Semaphore(max(room, 1))
        self._writers = asyncio.Semaphore(WRITERS)
        self._free: list[ServerSession] = []
        """Of ended units, the last one's last."""

    def write(self, *, urgent: bool) -> AbstractAsyncContextManager[AsyncSession]:
        """See Sessions."""
        return _Unit(self, keeps=True, queue=None if urgent else self._writers)

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """See Sessions."""
        return _Unit(self, keeps=False)

    async def take(self) -> ServerSession:
        """Return a session for one unit; `take_back` must follow. Errors are the driver's."""
        await _enter(self._room)
        try:
            session = await self._held() or await self._open()
            session.begin_unit()
        except BaseException:
            self._room.release()
            raise
        return session

    async def take_back(self, session: ServerSession) -> None:
        """Undo what was not kept, and hold the session ready for the next unit."""
        again = False
        try:
            with suppress(DBAPIError):  # it is gone, and with it all that was not kept
                await session.undo_unit()
                again = await session.forget()
        finally:
            try:
                if again and len(self._free) < self._kept:
                    self._free.append(session)
                else:
                    await _to_the_end(session.leave())
            finally:
                self._room.release()

    async def close(self) -> None:
        """Give every connection back that no unit has, and hold none from now on."""
        self._kept = 0
        while self._free:
            await _to_the_end(self._free.pop().leave())

    async def _held(self) -> ServerSession | None:
        """Return the session that was used last, if its server is there still."""
        while self._free:
            session = self._free.pop()
            quiet = asyncio.get_running_loop().time() - session.left_at > QUIET_SECONDS
            try:
                if session.wire.usable and (not quiet or await session.wire.ping()):
                    return session
            except BaseException:
                await _to_the_end(session.leave())
                raise
            await _to_the_end(session.leave())
        return None

    async def _open(self) -> ServerSession:
        connection = await self._engine.connect()
        try:
            raw = await connection.get_raw_connection()
            return ServerSession(connection, cast("Wire", raw.driver_connection), self._numbered)
        except BaseException:
            await _to_the_end(connection.close())
            raise

    @cached_property
    def _numbered(self) -> Dialect:
        from storage.wire import numbered

        return numbered(self._engine.dialect)


async def _enter(room: asyncio.Semaphore) -> None:
    if not room.locked():
        await room.acquire()  # at once
        return
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await room.acquire()
    except TimeoutError:
        raise NoConnectionFree(f"no connection was free for {WAIT_SECONDS:.0f} s") from None


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await `work`; when cancelled meanwhile, let it finish first.

    A connection that is half given back is in an unknown state.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
