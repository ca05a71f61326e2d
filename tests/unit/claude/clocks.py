"""A clock that sleeps no real time but notes every wait."""

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class NotingClock:
    """Short sleeps pass at once and move the time; one as long as `deadline` never ends."""

    def __init__(self, deadline: float = 120.0) -> None:
        self.waits: list[float] = []
        self._deadline = deadline
        self._passed = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        if seconds >= self._deadline:
            await asyncio.Event().wait()
        self.waits.append(seconds)
        self._passed += seconds

    def limit(self, _seconds: float) -> asyncio.Timeout:
        return asyncio.timeout(None)
