"""Keeps one MCP session open in a task of its own: a session must end where it began."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TextIO

import httpx2
import structlog
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation

from bot import __version__
from bot.tools.guarded_http import Guarded
from bot.tools.port import Target

log = structlog.get_logger(__name__)

OPEN_SECONDS = 60.0
"""Ours: a command that loads its packages first takes tens of seconds."""
CLOSE_SECONDS = 8.0
"""A command gets 2 s to end by itself and 2 s after a signal (the client's own rule), plus room."""


class Connection:
    """One server's session; `client` opens it when it is first asked for."""

    def __init__(self, target: Target, *, private: bool) -> None:
        self._target = target
        self._private = private
        self._ready: asyncio.Future[Client] | None = None
        self._end = asyncio.Event()
        self._holder: asyncio.Task[None] | None = None

    async def client(self) -> Client:
        """Return the open session; raises what opening it raised, TimeoutError included."""
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
            name = f"tool-server-{self._target.name}"
            self._holder = asyncio.create_task(self._hold(self._ready), name=name)
        async with asyncio.timeout(OPEN_SECONDS):
            return await asyncio.shield(self._ready)

    async def _hold(self, ready: "asyncio.Future[Client]") -> None:
        try:
            async with _session(self._target, private=self._private) as client:
                if not ready.done():
                    ready.set_result(client)
                await self._end.wait()
        except Exception as error:  # the library, its transports and the server raise anything
            if ready.done():
                log.info("tool_server.session_broke", server=self._target.name, kind=_kind(error))
            else:
                ready.set_exception(error)
                ready.exception()  # whoever waited may have gone
        finally:
            if not ready.done():
                ready.cancel()

    async def close(self) -> None:
        """End the session and its command."""
        self._end.set()
        if self._holder is None:
            return
        if self._ready is not None and not self._ready.done():
            self._holder.cancel()  # it is still being opened and looks at no end
        _, unfinished = await asyncio.wait({self._holder}, timeout=CLOSE_SECONDS)
        if unfinished:
            self._holder.cancel()
            await asyncio.wait({self._holder}, timeout=CLOSE_SECONDS)


@asynccontextmanager
async def _session(target: Target, *, private: bool) -> AsyncIterator[Client]:
    me = Implementation(name="teamlead", version=__version__)
    if target.command:
        program, *args = target.command
        env = {name: os.environ[name] for name in target.env if name in os.environ}
        server = StdioServerParameters(command=program, args=args, env=env)
        async with Client(stdio_client(server, errlog=_nowhere()), client_info=me) as client:
            yield client
        return
    headers = {"Authorization": f"Bearer {target.token}"} if target.token else {}
    async with (
        httpx2.AsyncClient(
            transport=Guarded(private=private),
            headers=headers,
            timeout=httpx2.Timeout(30.0, read=300.0),
            trust_env=False,
        ) as http,
        Client(streamable_http_client(target.url, http_client=http), client_info=me) as client,
    ):
        yield client


@cache
def _nowhere() -> TextIO:
    """Return where it goes what a command says beside the protocol: it may hold secrets."""
    return open(os.devnull, "w", encoding="utf-8")  # for as long as the process lives


def _kind(error: BaseException) -> str:
    """Return the first cause's kind: sessions end in groups of errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__


def root_of(error: BaseException) -> BaseException:
    """Return the first cause inside groups of errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
