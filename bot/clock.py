"""The only place that reads the time, so that every rule about time can be tested at any moment."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the rest of the program may ask of time."""

    def now(self) -> datetime:
        """Return the present moment as an aware datetime in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go backwards, for measuring durations."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of this clock's time."""
        ...

    def limit(self, seconds: float) -> asyncio.Timeout:
        """Return a block that is cancelled after `seconds` of this clock's time: TimeoutError."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def limit(self, seconds: float) -> asyncio.Timeout:
        return asyncio.timeout(seconds)


class ManualClock:
    """A clock that moves only when told to; sleepers wake when their moment has passed."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._start = now
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []
        self._limits: list[tuple[datetime, asyncio.Timeout]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.Event()
        self._sleepers.append((self._now + timedelta(seconds=seconds), woken))
        await woken.wait()

    def limit(self, seconds: float) -> asyncio.Timeout:
        limit = asyncio.timeout(None)
        self._limits.append((self._now + timedelta(seconds=seconds), limit))
        return limit

    def advance(self, by: timedelta) -> None:
        """Move forward and wake everyone whose moment has come, earliest first."""
        self._now += by
        due = sorted((s for s in self._sleepers if s[0] <= self._now), key=lambda s: s[0])
        self._sleepers = [s for s in self._sleepers if s[0] > self._now]
        for _, woken in due:
            woken.set()
        over = [limit for moment, limit in self._limits if moment <= self._now]
        self._limits = [each for each in self._limits if each[0] > self._now]
        for limit in over:
            with contextlib.suppress(RuntimeError):  # its block has ended in time
                limit.reschedule(0)


Sleep = Callable[[float], Awaitable[None]]
