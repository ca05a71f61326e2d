"""Who may write to SQLite next: one at a time, and whoever holds up an acknowledgement first."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Writers:
    """A fair lock with a second queue that goes first.

    SQLite's own busy handler polls and knows no order; queueing here wakes the next one at once.
    """

    def __init__(self) -> None:
        self._busy = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for the turn and hold it while the block lasts."""
        if self._busy:
            await self._wait(self._urgent if urgent else self._others)
        self._busy = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, queue: "deque[asyncio.Future[None]]") -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._pass_on()  # the turn came in the same moment: it must not get lost
            raise

    def _pass_on(self) -> None:
        """Give the turn to the next who still waits; it stays taken until then."""
        for queue in (self._urgent, self._others):
            while queue:
                place = queue.popleft()
                if not place.done():
                    place.set_result(None)
                    return
        self._busy = False
