"""HTTP mode: Slack's signed requests on three paths, each answered after what it says is stored;
and the two pages of an installation.
"""

import re

import aiohttp
import structlog
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.internals import parse_body
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.cli.process.ear import InHand
from bot.clock import Clock
from bot.errors import DatabaseAway
from bot.manifest import INSTALL_PATH, REDIRECT_PATH
from bot.services.gate import Gate
from handlers.shapes import is_malformed

log = structlog.get_logger(__name__)

LONGEST_BODY = 1_000_000
"""Ours, in bytes: Slack's largest payloads, views with their state, stay far below."""

_LATER = (
    "Nothing was installed: the database or Slack does not answer. Please try again in a minute."
)
_NUMBER = re.compile("[0-9]{1,12}")
_PATHS = {
    "/slack/events": "event",
    "/slack/interactions": "interaction",
    "/slack/commands": "command",
}


class HttpEar:
    """Its routes belong into the process's HTTP server; they answer 503 unless it listens."""

    def __init__(self, clock: Clock) -> None:
        self._in_hand = InHand(clock, ear="http")
        self._handler: AsyncSlackRequestHandler | None = None

    def routes(self) -> list[Route]:
        """Return the paths that the app's manifest names as request URLs."""
        return [
            *(Route(path, self._hear, methods=["POST"]) for path in _PATHS),
            *(Route(path, self._show, methods=["GET"]) for path in (INSTALL_PATH, REDIRECT_PATH)),
        ]

    async def listen(self, app: AsyncApp, gate: Gate) -> None:
        """Hand requests to `app` from now on; it checks their signatures."""
        self._in_hand.gate = gate
        self._handler = AsyncSlackRequestHandler(app)

    async def _hear(self, request: Request) -> Response:
        if self._handler is None or self._in_hand.closing:
            # Slack sends events again; by then another process, or the next one, takes them.
            return PlainTextResponse("Not taking requests now.", status_code=503)
        refusal = _refusal(request)
        if refusal is not None:
            return refusal
        with self._in_hand.one(_PATHS[request.url.path]):
            # Bolt reads ids before it checks the signature, and trusts the form.
            if is_malformed(await _payload(request)):
                return PlainTextResponse("That is no payload of Slack's.", status_code=400)
            return await self._handler.handle(request)

    async def _show(self, request: Request) -> Response:
        """Answer a person's browser; 404 where the bot serves the one workspace of its token."""
        if self._handler is None or self._in_hand.closing:
            return PlainTextResponse("Not taking requests now.", status_code=503)
        if request.headers.get("content-length", "0") != "0" or _is_chunked(request):
            return PlainTextResponse("Too large.", status_code=413)  # a browser sends no body
        with self._in_hand.one("install"):
            try:
                return await self._handler.handle(request)
            except (DatabaseAway, aiohttp.ClientError, TimeoutError) as away:
                log.warning("installation.failed", reason=type(away).__name__)
                return PlainTextResponse(_LATER, status_code=503)

    async def problem(self) -> str:
        """Return why nothing can be heard at present, or nothing."""
        if self._in_hand.closing:
            return "stopping"
        return "" if self._handler is not None else "not listening yet"

    async def close(self) -> None:
        """Answer what is in hand and take nothing more; safe to call twice."""
        await self._in_hand.drain()


async def _payload(request: Request) -> object:
    """Return what Bolt will read; None for what it could not."""
    try:
        body = (await request.body()).decode()
        return parse_body(body, request.headers.get("content-type"))
    except (ValueError, RecursionError):
        return None


def _is_chunked(request: Request) -> bool:
    return "transfer-encoding" in request.headers


def _refusal(request: Request) -> Response | None:
    """Refuse what is too large to be Slack's, or of no moment, before any of it is read."""
    length = request.headers.get("content-length", "")
    if not _NUMBER.fullmatch(length):
        return PlainTextResponse("Length required.", status_code=411)
    if int(length) > LONGEST_BODY:
        return PlainTextResponse("Too large.", status_code=413)
    # Bolt takes the moment for a number before it looks at the signature. What it raised then was
    # a handler's error like any other, told to whomever the unsigned body names.
    if not _NUMBER.fullmatch(request.headers.get("x-slack-request-timestamp", "0")):
        return PlainTextResponse("That is not signed by Slack.", status_code=401)
    return None
