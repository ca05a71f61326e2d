"""`/mcp`: other programs with a token; the library is loaded when the first one comes."""

import asyncio
import importlib
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.cli.process.ear import DRAIN_SECONDS
from bot.services.context import Context, Starter
from bot.settings import McpSettings

if TYPE_CHECKING:
    from bot.mcp.http import McpHttp

PATH = "/mcp"


class McpEar:
    """Its route belongs into the process's HTTP server; it answers 503 unless it listens."""

    def __init__(self, settings: McpSettings) -> None:
        self._settings = settings
        self._desk: tuple[Context, Starter] | None = None
        self._http: McpHttp | None = None
        self._opening = asyncio.Lock()
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def routes(self) -> list[Route]:
        """Return the path; none where the server is switched off."""
        return [Route(PATH, self)] if self._settings.enabled else []

    def listen(self, ctx: Context, starter: Starter) -> None:
        """Take requests from now on."""
        self._desk = ctx, starter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._desk is None:
            refused = JSONResponse({"error": "Not taking requests now."}, status_code=503)
            await refused(scope, receive, send)
            return
        self._in_hand += 1
        self._idle.clear()
        try:
            http = await self._opened(*self._desk)
            await http(scope, receive, send)
        finally:
            self._in_hand -= 1
            if self._in_hand == 0:
                self._idle.set()

    async def _opened(self, ctx: Context, starter: Starter) -> "McpHttp":
        async with self._opening:
            if self._http is None:
                # In a thread: Slack must not wait for an answer while the library loads.
                await asyncio.to_thread(importlib.import_module, "bot.mcp.http")
                from bot.mcp.http import McpHttp

                made = McpHttp(ctx, starter, self._settings)
                await made.start()
                self._http = made
            return self._http

    async def close(self) -> None:
        """Answer what is in hand and take nothing more; safe to call twice."""
        self._desk = None
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()
        if self._http is not None:
            http, self._http = self._http, None
            await http.close()
