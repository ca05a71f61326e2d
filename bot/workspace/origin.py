"""Keeps other web pages out: only this host's names, only this server's own pages."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SameOrigin:
    """Refuses a foreign Host (DNS rebinding) and a foreign Origin (another site's script)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not _allowed(Headers(scope=scope)):
            if scope["type"] == "websocket":
                await WebSocketClose(1008)(scope, receive, send)
            else:
                refusal = PlainTextResponse("not this host's page", status_code=403)
                await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _allowed(headers: Headers) -> bool:
    host = headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in _LOOPBACK:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host
