"""What every way to hear Slack has in common: it ends politely and knows what it is busy with."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from slack_bolt.async_app import AsyncApp

from bot import metrics, tracing
from bot.clock import Clock
from bot.services.gate import Gate

DRAIN_SECONDS = 3.0
"""Slack waits this long for an answer; after it there is nobody to answer."""


class Ear(Protocol):
    """Takes what Slack sends and answers it; what is answered is stored."""

    async def listen(self, app: AsyncApp, gate: Gate) -> None:
        """Begin to hand requests to `app`; raises SettingInvalid when Slack refuses.

        The gate is told of each, so that work lets acknowledgements go first.
        """
        ...

    async def problem(self) -> str:
        """Return why nothing can be heard at present, or nothing."""
        ...

    async def close(self) -> None:
        """Take nothing new, answer what is in hand, then go."""
        ...


class InHand:
    """The requests being answered; measures how long Slack waited for each."""

    def __init__(self, clock: Clock, *, ear: str) -> None:
        """`ear` names the way in, for the metrics: `socket` or `http`."""
        self._clock = clock
        self._ear = ear
        self._busy = 0
        self.gate = Gate()
        """That of the work in this process; one of its own until it is known."""
        self._idle = asyncio.Event()
        self._idle.set()
        self.closing = False

    @contextmanager
    def one(self, kind: str) -> Iterator[None]:
        """Count a request as in hand while the block answers it."""
        began = self._clock.monotonic()
        self._busy += 1
        self._idle.clear()
        try:
            span = tracing.span("slack.request", ear=self._ear, kind=kind)
            with self.gate.receiving(), span:
                yield
        finally:
            self._busy -= 1
            if self._busy == 0:
                self._idle.set()
        metrics.acknowledged(ear=self._ear, kind=kind, seconds=self._clock.monotonic() - began)

    async def drain(self) -> None:
        """Wait until all are answered, for as long as Slack would wait."""
        self.closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()
