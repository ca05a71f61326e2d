"""Who may run whose unfinished work: a lock per executor that dies with its process.

Recovering the work of a process that is merely slow would run its steps twice (ENGINE.md), so a
lock and never a heartbeat says who is gone: a file lock beside SQLite, a session-level advisory
lock on PostgreSQL.
"""

import asyncio
import fcntl
import hashlib
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_SIGN_OF_LIFE_SECONDS = 2.0
_NO_ANSWER_SECONDS = 10.0
"""Ours: a lost session is noticed within 12 s, before its work has gone far elsewhere."""


class ExecutorLocks(Protocol):
    """Locks named by executor id, held until `close` or the end of the process."""

    async def take(self, executor_id: str) -> bool:
        """Take the lock; False when a living process holds it."""
        ...

    async def lost(self) -> None:
        """Return when locks that were taken are gone though nobody let go of them."""
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

    async def lost(self) -> None:
        """The kernel never takes a lock away."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        for file in self._held.values():
            file.close()
        self._held.clear()


class AdvisoryLocks:
    """PostgreSQL session locks on one connection of their own, kept open for the process's life."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def take(self, executor_id: str) -> bool:
        async with self._one_at_a_time:
            if self._connection is None:
                connection = await self._engine.connect()
                self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            query = text("SELECT pg_try_advisory_lock(:key)")
            return bool(await self._connection.scalar(query, {"key": _key(executor_id)}))

    async def lost(self) -> None:
        """Ask the session for a sign of life until it gives none; its locks are gone with it."""
        while True:
            await asyncio.sleep(_SIGN_OF_LIFE_SECONDS)
            try:
                async with asyncio.timeout(_NO_ANSWER_SECONDS), self._one_at_a_time:
                    if self._connection is not None:
                        await self._connection.execute(text("SELECT 1"))
            except (SQLAlchemyError, TimeoutError, OSError):
                return

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            # Closing alone would give the session back to the pool with its locks.
            await connection.execute(text("SELECT pg_advisory_unlock_all()"))
            await connection.close()
        except (SQLAlchemyError, OSError):
            await connection.invalidate()  # the session is gone, and its locks with it


def _key(executor_id: str) -> int:
    digest = hashlib.blake2b(f"teamlead:{executor_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
