"""Lets a process end well: nothing new begins, what was paid for is waited for and stored."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Every model step passes here before it begins; open until the process is told to end."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._inside = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def enter(self) -> None:
        """Pass, or wait until the gate opens again or the waiting run is cancelled."""
        await self._open.wait()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Count a call from before it is made until its reply is stored."""
        self._inside += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if self._inside == 0:
                self._idle.set()

    @property
    def calls(self) -> int:
        """How many calls are under way."""
        return self._inside

    def open(self) -> None:
        """Let steps begin."""
        self._open.set()

    async def shut(self, grace_seconds: float) -> int:
        """Let nothing begin and wait for calls under way; returns how many were left behind."""
        self._open.clear()
        try:
            async with asyncio.timeout(grace_seconds):
                await self._idle.wait()
        except TimeoutError:
            pass
        return self._inside
