"""Ends the process when its lock is gone: somebody else may work on its tasks from then on."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Protocol, runtime_checkable

import structlog

log = structlog.get_logger(__name__)


@runtime_checkable
class Locked(Protocol):
    """Whoever holds this process's lock."""

    async def wait_lost(self) -> None:
        """Return when the lock is lost; a file lock never is."""
        ...


def leave(code: int) -> None:
    """End the process at once; nothing is cleaned up, as after a kill."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class LockWatch:
    """Watches from `start` to `close`."""

    def __init__(self, leave_: Callable[[int], None] = leave) -> None:
        self._leave = leave_
        self._task: asyncio.Task[None] | None = None

    def start(self, locked: object) -> None:
        """Watch; when the lock is lost, say so in one line and end with exit code 1.

        What is not `Locked` cannot lose a lock.
        """
        if isinstance(locked, Locked):
            self._task = asyncio.create_task(self._watch(locked), name="lock-watch")

    async def _watch(self, locked: Locked) -> None:
        await locked.wait_lost()
        # What runs here must not write another row: the process that has the lock now does.
        log.error("engine.lock_lost")
        self._leave(1)

    async def close(self) -> None:
        """Stop watching; safe to call twice."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
