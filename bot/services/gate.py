"""Lets a process end well: nothing new begins, what was paid for is waited for and stored."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

COURTESY_SECONDS = 0.25
"""Ours: while messages pour in, one step a quarter of a second still gets on."""


class Gate:
    """Every model step passes here before it begins.

    It is open until the process is told to end, and lets what Slack waits for go first.
    """

    def __init__(self) -> None:
        self._receiving = 0
        self._line = asyncio.Lock()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._open = asyncio.Event()
        self._open.set()
        self._inside = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def enter(self) -> None:
        """Pass, or wait until the gate opens again or the waiting run is cancelled.

        While Slack waits for acknowledgements steps wait too and then go one by one: they take
        minutes as a whole, and a late acknowledgement means a second delivery.
        """
        while not self.is_free:
            await self._open.wait()
            async with self._line:
                with suppress(TimeoutError):
                    async with asyncio.timeout(COURTESY_SECONDS):
                        await self._quiet.wait()
                if self._open.is_set():  # it may have been shut while this one stood in line
                    return

    @property
    def is_free(self) -> bool:
        """Whether whoever enters now passes at once."""
        return self._open.is_set() and self._quiet.is_set() and not self._line.locked()

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """Say that Slack waits for an acknowledgement while the block lasts."""
        self._receiving += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._receiving -= 1
            if self._receiving == 0:
                self._quiet.set()

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
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                await self._idle.wait()
        return self._inside
