"""A connection to PostgreSQL that takes statements as text: prepared once, one trip each.

The driver's cursor takes five times as long as its own libpq for a short statement, most of it
around the waiting. So waiting is ours here, for its cursors too: the socket stays with the loop.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from traceback import clear_frames
from typing import Any, Final, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.abc import Transformer as Converters
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute, fetch_many, send
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg.waiting import Ready, Wait
from pydantic_core import from_json, to_json
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.exc import DBAPIError, StatementError

from storage.texts import Rows, Text, converted, given

T = TypeVar("T")

_GONE: Final = frozenset({"26000", "0A000", "25006"})
"""A prepared statement that the server does not know (any more) or whose table has changed; a
server that writes no more, as after a fail-over. The connection is closed after its unit."""
_FAILED: Final = pq.ExecStatus.FATAL_ERROR
_SYNC: Final = pq.ExecStatus.PIPELINE_SYNC
_CANCEL_SECONDS: Final = 5.0
_PAUSE: Final = 0.1


class Wire(psycopg.AsyncConnection[Any]):
    """One connection; one statement at a time."""

    def __init__(self, *place: Any, **options: Any) -> None:
        super().__init__(*place, **options)
        self._loop: asyncio.AbstractEventLoop | None = None
        """The loop that listens to the socket; nothing else may wait for it meanwhile."""
        self._socket = -1
        self._waiter: asyncio.Future[None] | None = None
        self._to_the_end = False
        self._cancelled: asyncio.CancelledError | None = None
        self._noisy = False
        self._names: dict[str, bytes] = {}
        self._made = 0
        self._converters: Converters | None = None

    @property
    def usable(self) -> bool:
        """Return whether the next unit may have it: no transaction, nothing said unasked."""
        return not self._noisy and self.pgconn.transaction_status == pq.TransactionStatus.IDLE

    async def say(self, text: Text, values: Mapping[str, Any]) -> Rows:
        """Say a statement, in a transaction, and return its rows.

        Raises what the library would: DBAPIError, StatementError.
        """
        return (await self._result(text, values))[0]

    async def change(self, text: Text, values: Mapping[str, Any]) -> int:
        """Say a statement and return how many rows it changed; see `say`."""
        return (await self._result(text, values))[1]

    async def _result(self, text: Text, values: Mapping[str, Any]) -> tuple[Rows, int]:
        try:
            dumped = self._dumped(text, values)
            async with self.lock:
                result = await self.wait(self._saying(text.sql, dumped))
                self._check(result)
                return self._rows(result, text), result.command_tuples or 0
        except psycopg.Error as error:
            raise self._named(error, text.sql) from error

    def _dumped(self, text: Text, values: Mapping[str, Any]) -> Any:
        if self._converters is None:
            self._converters = Transformer(self)
        try:
            said = given(text, values)
            return self._converters.dump_sequence(said, [PyFormat.TEXT] * len(said))
        except (ValueError, TypeError, LookupError) as error:  # a value that its column refuses
            raise StatementError(str(error), text.sql, None, error, hide_parameters=True) from error

    def _rows(self, result: Any, text: Text) -> Rows:
        if not text.names:
            return ()
        assert self._converters is not None
        self._converters.set_pgresult(result)
        rows = self._converters.load_rows(0, result.ntuples, tuple)
        return converted(rows, text.converts)

    async def end(self, how: str) -> None:
        """Say COMMIT or ROLLBACK, if anything was begun, and wait for its end even when cancelled.

        Raises DBAPIError, also for a COMMIT that the server answers with a rollback; who was
        cancelled is so whatever became of it.
        """
        if self.pgconn.transaction_status == pq.TransactionStatus.IDLE:
            return
        try:
            async with self.lock:
                self._to_the_end = True
                result = await self.wait(self._once(how.encode()))
            self._check(result)
            if result.command_status != how.encode():
                raise psycopg.errors.InFailedSqlTransaction("a statement had failed before")
        except psycopg.Error as error:
            raise self._cancelled or self._named(error, how) from error
        finally:
            self._to_the_end = False
            cancelled, self._cancelled = self._cancelled, None
        if cancelled is not None:
            raise cancelled

    async def ping(self) -> bool:
        """Return whether the server answers."""
        try:
            async with self.lock:
                await self.wait(self._once(b""))
        except psycopg.Error:
            return False
        return self.usable

    def _check(self, result: Any) -> None:
        if result.status == _FAILED:
            error = error_from_result(result, encoding="utf-8")
            if error.sqlstate in _GONE:
                self._names.clear()  # made anew under other names
                self._noisy = True
            raise error

    def _named(self, error: psycopg.Error, sql: str) -> DBAPIError:
        lost = self.pgconn.status != pq.ConnStatus.OK
        made = DBAPIError.instance(
            sql, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost
        )
        assert isinstance(made, DBAPIError)
        return made

    def _once(self, sql: bytes) -> PQGen[Any]:
        self.pgconn.send_query(sql)
        return (yield from execute(self.pgconn))[-1]

    def _saying(self, sql: str, dumped: Any) -> PQGen[Any]:
        begins = self.pgconn.transaction_status == pq.TransactionStatus.IDLE
        name = self._names.get(sql)
        if name is None or begins:
            return (yield from self._with_more(sql, dumped, begins=begins))
        self.pgconn.send_query_prepared(name, dumped)
        return (yield from execute(self.pgconn))[-1]

    def _with_more(self, sql: str, dumped: Any, *, begins: bool) -> PQGen[Any]:
        """What must come before a statement (BEGIN, its preparing) and itself, in one trip."""
        wire, name = self.pgconn, self._names.get(sql)
        results: list[Any] = []
        try:
            wire.enter_pipeline_mode()
            if begins:
                wire.send_query_params(b"BEGIN", None)
            if name is None:
                self._made += 1
                name = f"said_{self._made}".encode()
                wire.send_prepare(name, sql.encode())
            wire.send_query_prepared(name, dumped)
            wire.pipeline_sync()
            yield from send(wire)
            while (result := (yield from fetch_many(wire))[-1]).status != _SYNC:
                results.append(result)
            wire.exit_pipeline_mode()
        except BaseException:  # half of it was said: nobody may go on from here
            self._let_go()
            wire.finish()
            raise
        wrong = [one for one in results if one.status == _FAILED]
        if not wrong or wrong[0] is results[-1]:  # prepared it stays, whatever its use came to
            self._names[sql] = name
        return wrong[0] if wrong else results[-1]

    async def wait(
        self,
        gen: PQGen[T],
        interval: float = _PAUSE,
        timeout: float | None = None,  # noqa: ASYNC109 - as the one that it overrides
    ) -> T:
        """See AsyncConnection; when cancelled, the statement is too, and the connection closed."""
        if timeout is not None:
            self._let_go()
            return await super().wait(gen, interval=interval, timeout=timeout)
        try:
            asked = next(gen)
            while asked == Wait.R:
                await self._heard()
                asked = gen.send(Ready.R)
            self._let_go()
            return await super().wait(_resumed(gen, asked), interval=interval)
        except StopIteration as end:
            value: T = end.value
            return value
        finally:
            if self.pgconn.status != pq.ConnStatus.OK:
                self._let_go()

    async def _heard(self) -> None:
        """Wait until the server said something."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._listen(loop)
        while self.pgconn.is_busy():  # else it was read for a waiter who had gone
            self._waiter = loop.create_future()
            try:
                await self._waiter
            except asyncio.CancelledError as error:
                if not self._to_the_end:
                    await self._give_up()
                    raise
                self._cancelled = error
            else:
                return
            finally:
                self._waiter = None

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        self._let_go()
        self._socket = self.pgconn.socket
        loop.add_reader(self._socket, self._readable)
        self._loop = loop

    def _readable(self) -> None:
        # What came is read here: left where it is, the loop would call again for the same.
        waiter = self._waiter
        try:
            self.pgconn.consume_input()
            if waiter is not None and self.pgconn.is_busy():
                return
        except psycopg.Error as error:
            self._let_go()
            if waiter is not None and not waiter.done():
                waiter.set_exception(error)
        if waiter is None:  # the server goes down, or changes a setting
            self._noisy = True
            self._let_go()
        elif not waiter.done():
            waiter.set_result(None)

    def _let_go(self) -> None:
        """Listen no more; before the socket is closed, as its number may be another's then."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.remove_reader(self._socket)

    async def _give_up(self) -> None:
        """Cancel the statement at work and close: how far it came is not known."""
        self._let_go()
        try:
            with suppress(Exception):  # the server may be away
                await self.cancel_safe(timeout=_CANCEL_SECONDS)
        finally:
            self.pgconn.finish()

    async def close(self) -> None:
        """See AsyncConnection."""
        self._let_go()
        await super().close()


def _resumed(gen: PQGen[T], asked: Wait) -> PQGen[T]:
    """Go on with a generator that has asked for something already."""
    while True:
        ready = yield asked
        try:
            asked = gen.send(ready)
        except StopIteration as end:
            value: T = end.value
            return value


class _Numbered(PGDialectAsync_psycopg):
    """Says `$1` where the library's own says `%(name)s`."""

    supports_statement_cache = True


def numbered(dialect: Dialect) -> Dialect:
    """Return a dialect that makes the texts that `Wire` takes; `dialect` is the engine's."""
    make: Any = _Numbered  # untyped, as all of them
    made: Dialect = make(dbapi=dialect.loaded_dbapi, paramstyle="numeric_dollar")
    return made


async def connect(*place: Any, **options: Any) -> Wire:
    """Open one; the library's cursors on it prepare nothing, as they would forget all at errors."""
    try:
        made = await Wire.connect(*place, prepare_threshold=None, **options)
    except asyncio.CancelledError as error:
        clear_frames(error.__traceback__)  # what they hold half made would stay open with them
        raise
    set_json_dumps(to_json, made)
    set_json_loads(from_json, made)
    return made
