"""Who makes a model call, so that nobody makes it a second time while it is still out."""

import asyncio
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from storage.models import ModelCall

_SETTLES = timedelta(seconds=30)
"""Ours: beyond its deadline a call needs this long at most to be stored."""


class Turn:
    """Lets one run of a step at a time make its call, in the order in which they came."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._wanted = 0
        """By how many: whoever has it and those who wait."""

    @property
    def is_free(self) -> bool:
        """Whether whoever asks now has it at once; a lock let go may be another's already."""
        return self._wanted == 0

    async def acquire(self) -> None:
        """Wait for the turn; `release` must follow."""
        self._wanted += 1
        try:
            await self._lock.acquire()
        except BaseException:
            self._wanted -= 1
            raise

    def release(self) -> None:
        """Let the next one have it."""
        self._wanted -= 1
        self._lock.release()


class Caller:
    """This process among those that share the database; the engine says its name."""

    def __init__(self) -> None:
        self.worker_id = ""
        self.since: datetime | None = None
        """When this process took its name; who had it before was dead by then."""
        self._held: set[str] = set()
        self._turns: WeakValueDictionary[tuple[str, str], Turn] = WeakValueDictionary()

    def is_called(self, worker_id: str, *, since: datetime | None = None) -> None:
        """Take a name: the executor id whose lock this process holds since that moment."""
        self.worker_id = worker_id
        self.since = since
        self._held = {worker_id}

    def took_over(self, worker_id: str) -> None:
        """Note that a process is dead: this one holds its lock now."""
        self._held.add(worker_id)

    def turn(self, task_id: str, step: str) -> Turn:
        """Return what lets one run of a step in this process make its call."""
        return self._turns.setdefault((task_id, step), Turn())

    def is_ours(self, worker_id: str | None) -> bool:
        """Return whether a call of that process can only be this one's, or a dead one's."""
        return worker_id is None or worker_id in self._held

    def is_out(self, row: ModelCall, *, now: datetime, deadline_seconds: float) -> bool:
        """Return whether another living process may still bring this call's answer home.

        A call of our own name is not: who held the name before is dead, and our own runs take
        turns. One of an unknown process is, until its deadline has long passed.
        """
        if row.state != "reserved" or self.is_ours(row.worker_id):
            return False
        return now < row.started_at + timedelta(seconds=deadline_seconds) + _SETTLES
