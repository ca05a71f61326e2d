"""Who may run whose unfinished work: a lock per executor that dies with its process.

Recovering the work of a process that is merely slow would run its steps twice (ENGINE.md), so a
lock and never a heartbeat says who is gone: a file lock beside SQLite, a session-level advisory
lock on PostgreSQL.
"""

import fcntl
import hashlib
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class ExecutorLocks(Protocol):
    """Locks named by executor id, held until `close` or the end of the process."""

    async def take(self, executor_id: str) -> bool:
        """Take the lock; False when a living process holds it."""
        ...

    async def close(self) -> None:
        """Let go of every lock."""
        ...


class FileLocks:
    """One file per executor in `folder`; the kernel frees it when the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, IO[str]] = {}

    async def take(self, executor_id: str) -> bool:
        if executor_id in self._held:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / f"{executor_id}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._held[executor_id] = file
        return True

    async def close(self) -> None:
        for file in self._held.values():
            file.close()
        self._held.clear()


class AdvisoryLocks:
    """PostgreSQL session locks on one connection of their own, kept open for the process's life."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def take(self, executor_id: str) -> bool:
        if self._connection is None:
            connection = await self._engine.connect()
            self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        query = text("SELECT pg_try_advisory_lock(:key)")
        return bool(await self._connection.scalar(query, {"key": _key(executor_id)}))

    async def close(self) -> None:
        if self._connection is not None:
            # Closing alone would give the session back to the pool with its locks.
            await self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            await self._connection.close()
            self._connection = None


def _key(executor_id: str) -> int:
    digest = hashlib.blake2b(f"teamlead:{executor_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
