"""Runs SQLite's short statements in the loop's own thread: four hops a statement cost more than it.

What can wait for a lock or the disk (BEGIN IMMEDIATE, COMMIT, PRAGMA, changes of the schema) still
goes to the connection's thread. A statement inside a transaction waits for neither: the write lock
is held already, and in WAL mode readers wait for nobody.
"""

from collections.abc import Callable
from typing import Any

import aiosqlite

_SLOW = ("BEGIN IMMEDIATE", "PRAGMA", "VACUUM", "ALTER", "CREATE", "DROP")
"""Statements that begin so may wait for other processes or rewrite much of the file."""
_SHORT = frozenset({"cursor", "execute", "executemany", "fetchone", "fetchmany", "fetchall"})


class InlineConnection(aiosqlite.Connection):
    """An aiosqlite connection that spares the hop to its thread where nothing can block."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if self._connection is None or not self._is_short(fn, args):
            return await super()._execute(fn, *args, **options)  # type: ignore[no-untyped-call]
        return fn(*args, **options)

    def _is_short(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        name = fn.__name__
        if name == "close":
            return getattr(fn, "__self__", None) is not self._connection  # a cursor's
        if name == "rollback":
            return not self._conn.in_transaction  # the pool's, after a commit
        if name not in _SHORT:
            return False
        return not (args and isinstance(args[0], str) and args[0].lstrip().startswith(_SLOW))


def connect(*place: Any, **options: Any) -> aiosqlite.Connection:
    """Return an unopened connection, as `aiosqlite.connect` does."""
    made = aiosqlite.connect(*place, **options)
    connection = InlineConnection(made._connector, made._iter_chunk_size)
    connection._thread.daemon = True  # a forgotten connection must not keep the process alive
    return connection
