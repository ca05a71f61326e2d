"""The MCP server over streamable HTTP: whose request it is, and whether it may come in at all.

No session is kept: each request carries its token and is answered at once, by any process.
"""

import asyncio
import math
from typing import Any

import structlog
from mcp.server.context import ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.clock import Clock
from bot.domain.mcp_token import Agent
from bot.errors import Bug, DatabaseAway
from bot.mcp.server import server
from bot.mcp.tool import Call
from bot.services.context import Context, Starter
from bot.services.mcp_tokens import agent_of
from bot.settings import McpSettings

log = structlog.get_logger(__name__)

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_AGENT = "teamlead.agent"
_MINUTE = 60.0


class Paces:
    """So many requests a minute for each program, in this process; a rest is made up for."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._most = per_minute
        self._clock = clock
        self._left: dict[tuple[str, str], tuple[float, float]] = {}

    def wait_of(self, agent: Agent) -> float:
        """Take one request; returns 0, or the seconds after which there is one again."""
        now, key = self._clock.monotonic(), (agent.workspace_id, agent.name)
        left, at = self._left.get(key, (float(self._most), now))
        left = min(self._most, left + (now - at) * self._most / _MINUTE)
        self._left[key] = (left - 1 if left >= 1 else left, now)
        return 0.0 if left >= 1 else (1 - left) * _MINUTE / self._most


class McpHttp:
    """An ASGI application; start it before the first request and close it after the last."""

    def __init__(self, ctx: Context, starter: Starter | None, settings: McpSettings) -> None:
        self._ctx = ctx
        self._starter = starter
        self._paces = Paces(settings.calls_per_minute, ctx.clock)
        self._places = TransportSecurityMiddleware(_places(settings))
        self._manager = StreamableHTTPSessionManager(
            server(self._call_of),
            json_response=True,
            stateless=True,
            max_request_body_size=settings.body_bytes,
        )
        self._running: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._over = asyncio.Event()

    async def start(self) -> None:
        """Begin to take requests."""
        # The library's group of tasks is to be left by the task that entered it.
        self._running = asyncio.create_task(self._run(), name="mcp")
        await self._ready.wait()

    async def _run(self) -> None:
        async with self._manager.run():
            self._ready.set()
            await self._over.wait()

    async def close(self) -> None:
        """End; requests in hand are cut off."""
        self._over.set()
        if self._running is not None:
            await self._running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        refused = await self._places.validate_request(request, is_post=request.method == "POST")
        if refused is None and request.method != "POST":
            # Nothing is told unasked, and there are no sessions to end.
            refused = _refused(405, "POST only.", Allow="POST")
        agent = None if refused else await self._agent(request)
        if isinstance(agent, Agent):
            scope[_AGENT] = agent
            await self._manager.handle_request(scope, receive, send)
            return
        await (refused or agent or _unknown())(scope, receive, send)

    async def _agent(self, request: Request) -> Agent | Response | None:
        """Return who asks, or the answer to somebody who may not now."""
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        try:
            agent = await agent_of(self._ctx, secret.strip())
        except DatabaseAway:
            return _refused(503, "The database does not answer; try again in a minute.")
        if agent is None:
            return None
        wait = self._paces.wait_of(agent)
        if wait:
            log.info("mcp.too_fast", agent=agent.name, team_id=agent.workspace_id)
            return _refused(
                429, "Too many requests in a minute.", **{"Retry-After": str(math.ceil(wait))}
            )
        return agent

    def _call_of(self, context: ServerRequestContext[Any, Any]) -> Call:
        if context.request is None:
            raise Bug("a call came over HTTP without a request")
        agent: Agent = context.request.scope[_AGENT]
        return Call(self._ctx, agent, self._starter)


def _places(settings: McpSettings) -> TransportSecuritySettings:
    """Return under which names we may be asked: a page that rebinds a name of its own is not."""
    names = [*_LOOPBACK, *(name.strip() for name in settings.hosts.split(",") if name.strip())]
    hosts = [form for name in names for form in (name, f"{name}:*")]
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)


def _unknown() -> Response:
    return _refused(
        401,
        "This needs a token that counts: `teamlead mcp-tokens create`.",
        **{"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


def _refused(status: int, sentence: str, **headers: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status, headers=headers)
