"""Who may write to SQLite next, and which units of work share a transaction (ADR 10).

SQLite has one writer. Units of work queue here, whoever holds up an acknowledgement first, and
those that wait while one is at work follow it inside the same transaction, each in a savepoint of
its own; one COMMIT, one wait for the disk, stores them all.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import Bug

T = TypeVar("T")

BUSY_TIMEOUT_MS = 10_000
"""How long another process's lock is waited for."""
MOST_UNITS = 64
"""Ours: how many units may share a transaction."""
LONGEST_SECONDS = 0.02
"""Ours: how long the first of them may wait for others beside it; a commit takes less."""
QUICK_SECONDS = 0.002
"""Ours: a commit that the disk takes in so soon holds the loop up no longer than a unit's own
statements do, and handing it to a thread takes as long as the commit itself (0.3 of 0.6 ms)."""
CALLS, CALLED_SECONDS = 4, 1.0
"""Ours: when Slack waited for so many units in so long, messages pour in. While units wait, too,
commits go to the thread then: acks of messages that store nothing came in 11 ms, not in 16. A task
that is alone would take 9 ms longer."""


class Turn:
    """One unit's place in the queue, and its turn once `begin` has returned."""

    def __init__(self, writers: "Writers", *, urgent: bool) -> None:
        loop = asyncio.get_running_loop()
        self.urgent = urgent
        self.given: asyncio.Future[Connection] = loop.create_future()
        """The open transaction, once it is this unit's turn."""
        self.ended: asyncio.Future[bool] = loop.create_future()
        """Whether the unit did its work; False: it left nothing."""
        self.stored: asyncio.Future[None] = loop.create_future()
        """Done when the transaction is committed; an error of it is the driver's (`DBAPIError`)."""
        self._writers = writers
        self._task: asyncio.Task[Any] | None = None
        self._over = False
        """Said apart from `ended`: who waits for that may be cancelled before, and it with them."""

    async def begin(self) -> Connection:
        """Wait for the turn and return the transaction; `end` must follow, once."""
        try:
            connection = await self.given
        except BaseException:
            self._say_ended(worked=False)
            raise
        self._task = self._writers.at_work = asyncio.current_task()
        return connection

    def end(self, *, worked: bool) -> None:
        """Let the next one begin; unless it `worked` the unit has left nothing behind.

        What was done counts as done when `stored` is.
        """
        if self._writers.at_work is self._task:
            self._writers.at_work = None
        self._say_ended(worked=worked)

    async def stop(self) -> None:
        """Say that nothing will be stored, and wait until the unit has let go of the connection.

        Closed under its hands, by the writer's thread, the driver would end the whole process.
        """
        if not self.stored.done():  # cancelled: the unit waits no longer
            self.stored.set_exception(_stopped())
            self.stored.exception()  # looked at: it may be that nobody asks for it
        while self.ended.cancelled() and not self._over:  # by who waited for it
            self.ended = asyncio.get_running_loop().create_future()
            with suppress(asyncio.CancelledError):
                await self.ended

    def _say_ended(self, *, worked: bool) -> None:
        self._over = True
        if not self.ended.done():  # else the writer was stopped, which `stored` says
            self.ended.set_result(worked)


class Writers:
    """Gives turns to units of work and commits them in groups."""

    def __init__(
        self, engine: Engine, *, prepare: Callable[[Connection], None] | None = None
    ) -> None:
        """`prepare` is called with each connection that is opened, before it is used."""
        self._engine = engine
        self._prepare = prepare
        self._connection: Connection | None = None
        self._urgent: deque[Turn] = deque()
        self._others: deque[Turn] = deque()
        self.at_work: asyncio.Task[Any] | None = None
        """Whose turn it is."""
        self._serving: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._calls: deque[float] = deque(maxlen=CALLS)
        """When Slack waited for units, by the loop's time."""
        self._disk_is_quick = False
        """As the last commit found it."""

    def turn(self, *, urgent: bool) -> Turn:
        """Queue for the next turn.

        Raises Bug inside another turn of the same task: it would wait for itself.
        """
        task = asyncio.current_task()
        if task is not None and task is self.at_work:
            raise Bug("a unit of work that writes began inside another one")
        place = Turn(self, urgent=urgent)
        if urgent:
            self._calls.append(asyncio.get_running_loop().time())
        (self._urgent if urgent else self._others).append(place)
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve(), name="sqlite-writer")
            self._serving.add_done_callback(self._stopped)
        return place

    async def close(self) -> None:
        """Let the present transaction end, then give the connection back."""
        if self._serving is not None:
            await asyncio.wait({self._serving})
        if self._connection is not None:
            await self._off(self._connection.close)
            self._connection = None

    async def _serve(self) -> None:
        try:
            while self._waits(self._urgent) or self._waits(self._others):
                await self._group()
        finally:
            self._serving = None

    def _stopped(self, serving: asyncio.Task[None]) -> None:
        """Tell who waits: a loop that ends cancels all there is, before it began, too."""
        if not serving.cancelled():
            return
        if self._serving is serving:
            self._serving = None
        while self._serving is None and (place := self._next()) is not None:
            place.given.set_exception(_stopped())

    async def _group(self) -> None:
        """Commit those that wait, and those that come while they are at work, together."""
        try:
            connection = await self._begin()
        except Exception as error:
            if (first := self._next()) is not None:
                first.given.set_exception(error)
            return
        stored: list[Turn] = []
        try:
            await self._gather(connection, stored)
            await self._end(connection, commit=bool(stored))
        except BaseException as error:
            told = error if isinstance(error, Exception) else _stopped()
            for place in stored:
                if not place.stored.done():
                    place.stored.set_exception(told)
            await self._give_up(connection)
            if not isinstance(error, Exception):
                raise
            return
        for place in stored:
            if not place.stored.done():
                place.stored.set_result(None)

    async def _gather(self, connection: Connection, stored: list[Turn]) -> None:
        """Give turns until nobody waits, or until those who had theirs have waited enough."""
        loop = asyncio.get_running_loop()
        over = loop.time() + LONGEST_SECONDS
        for _ in range(MOST_UNITS):
            place = self._next()
            if place is None:
                return
            place.given.set_result(connection)
            try:
                worked = await place.ended
            except asyncio.CancelledError:
                await place.stop()
                raise
            if worked:
                stored.append(place)
            if not _in_transaction(connection):
                raise OperationalError("COMMIT", None, _lost())
            # Slack waits for what was urgent: only more of the same may hold it up.
            if loop.time() > over or (place.urgent and not self._waits(self._urgent)):
                return

    @staticmethod
    def _waits(queue: "deque[Turn]") -> bool:
        return any(not place.given.done() for place in queue)

    def _next(self) -> Turn | None:
        """Take the next unit that still waits."""
        for queue in (self._urgent, self._others):
            while queue:
                place = queue.popleft()
                if not place.given.done():
                    return place
        return None

    async def _begin(self) -> Connection:
        if self._connection is None:
            self._connection = await self._off(self._open)
        connection = self._connection
        try:
            connection.begin()
            try:
                _lock(connection)
            except OperationalError:  # another process writes: wait where waiting hurts nobody
                await self._off(lambda: _lock_patiently(connection))
        except BaseException:  # whatever it was, the next unit must not find it begun already
            await self._give_up(connection)
            raise
        return connection

    def _open(self) -> Connection:
        connection = self._engine.connect()
        if self._prepare is not None:
            self._prepare(connection)
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        connection.rollback()
        return connection

    async def _end(self, connection: Connection, *, commit: bool) -> None:
        transaction = connection.get_transaction()
        if transaction is None:
            return
        if not commit:  # says nothing about the disk
            await self._off(transaction.rollback)
            return
        work = partial(self._timed, transaction.commit, asyncio.get_running_loop().time)
        if self._disk_is_quick and not self._is_pressed():
            work()
        else:
            await self._off(work)

    def _is_pressed(self) -> bool:
        """Whether messages pour in and units wait for their turn."""
        since = asyncio.get_running_loop().time() - CALLED_SECONDS
        pours = len(self._calls) == CALLS and self._calls[0] > since
        return pours and (self._waits(self._urgent) or self._waits(self._others))

    def _timed(self, commit: Callable[[], None], now: Callable[[], float]) -> None:
        began = now()
        try:
            commit()
        finally:
            self._disk_is_quick = now() - began < QUICK_SECONDS

    async def _give_up(self, connection: Connection) -> None:
        """Undo the transaction; the next has a new connection, as this one's state is unknown."""
        self._connection = None
        await self._off(lambda: _undo(connection))

    async def _off(self, work: Callable[[], T]) -> T:
        """Do `work` in the writer's thread, to its end: half a commit is nothing to go on with.

        Cancelled meanwhile it still says how that ended; the next wait is cancelled instead.
        """
        doing = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait({doing})
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            return doing.result()


def _lock(connection: Connection) -> None:
    # A deferred transaction that turns writer fails at once when another one wrote meanwhile;
    # taking the write lock first makes it wait its turn instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lock_patiently(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    try:
        _lock(connection)
    finally:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")


def _undo(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    # By the driver: after a COMMIT that failed the library takes the transaction for ended, and
    # SQLite keeps a closed connection's write lock until its last statement is gone.
    with suppress(sqlite3.Error):
        cast(sqlite3.Connection, driver).rollback()
    connection.invalidate()
    with suppress(DBAPIError):
        connection.close()


def _in_transaction(connection: Connection) -> bool:
    driver = connection.connection.dbapi_connection
    return isinstance(driver, sqlite3.Connection) and driver.in_transaction


def _lost() -> sqlite3.OperationalError:
    """SQLite gives up a whole transaction e.g. when the disk is full, whoever was at work."""
    return sqlite3.OperationalError("disk I/O error: the shared transaction was rolled back")


def _stopped() -> OperationalError:
    """The writer itself was cancelled, with the loop that it runs on; nothing was stored."""
    return OperationalError("BEGIN", None, sqlite3.OperationalError("the writer was stopped"))
