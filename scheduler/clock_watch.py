"""Sees that the machine's clock was turned back: all that waits would wait that much longer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.clock import Clock

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
LEAST = timedelta(seconds=5)
"""Ours: what is less is over before anybody has noticed."""


class ClockWatch:
    """Compares the clock on the wall with the one that only goes forward."""

    def __init__(self, clock: Clock, turned_back: Callable[[], Awaitable[None]]) -> None:
        """`turned_back` is called after each time that it was, until it succeeds."""
        self._clock = clock
        self._turned_back = turned_back
        self._zero = self._now()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look, on the running loop."""
        self._task = asyncio.create_task(self._watch(), name="clock-watch")

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()

    async def look(self) -> bool:
        """Return whether the clock was turned back since the last look, and see to it."""
        zero = self._now()
        back = self._zero - zero
        if back >= LEAST:
            log.warning("clock.turned_back", seconds=round(back.total_seconds()))
            await self._turned_back()
        self._zero = zero
        return back >= LEAST

    def _now(self) -> timedelta:
        """Return how far the clock is from the one that only goes forward."""
        since_1970 = timedelta(seconds=self._clock.now().timestamp())
        return since_1970 - timedelta(seconds=self._clock.monotonic())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # e.g. the database is away: the next look tries again
                log.warning("clock.not_seen_to", kind=type(error).__name__)
