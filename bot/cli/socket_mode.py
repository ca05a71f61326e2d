"""Socket Mode that ends politely: what was begun is answered before the connection goes."""

import asyncio
from contextlib import suppress
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

DRAIN_SECONDS = 3.0
"""Slack waits this long for an answer; after it there is nobody to answer."""


class PoliteSocketModeHandler(AsyncSocketModeHandler):
    """Counts the requests being handled, and takes no new ones once it closes.

    What comes after is not acknowledged, so Slack delivers it again; the receipt makes it count
    once.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._busy = 0
        self._closing = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def handle(self, *request: Any, **options: Any) -> None:
        """Handle one request and send its acknowledgement."""
        if self._closing:
            return
        self._busy += 1
        self._idle.clear()
        try:
            await super().handle(*request, **options)
        finally:
            self._busy -= 1
            if self._busy == 0:
                self._idle.set()

    async def close_politely(self) -> None:
        """Let requests in hand be answered, then close the connection."""
        self._closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()
        await self.close_async()  # type: ignore[no-untyped-call]  # untyped there
