"""The process's own HTTP server, inside the running event loop and without signal handlers."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import SettingInvalid


class OneLength:
    """Refuses a request that gives its length twice, as RFC 9112, section 6.1, has it.

    The server below would read such a body in chunks, to no end, while whoever looks at
    Content-Length takes it for small.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if "transfer-encoding" in headers and "content-length" in headers:
            refused = PlainTextResponse("One length, please.", status_code=400)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the process that embeds it has them."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()


class HttpServer:
    """Serves `routes` from `start` to `stop`."""

    def __init__(self, routes: Sequence[Route], *, host: str, port: int) -> None:
        """Port 0 takes a free one; `url` says which."""
        self._routes = routes
        self._host = host
        self._port = port
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.url = ""

    async def start(self) -> None:
        """Begin to listen; raises SettingInvalid when that address cannot be had."""
        listener = self._bind()
        port = listener.getsockname()[1]
        shown = f"[{self._host}]" if ":" in self._host else self._host
        self.url = f"http://{shown}:{port}"
        config = uvicorn.Config(
            OneLength(Starlette(routes=list(self._routes))),
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]), name="http")
        await self._server.ready.wait()

    async def stop(self) -> None:
        """Close every connection; safe to call twice."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
            self._server = None

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, self._port))
            listener.listen(128)
        except OSError as error:
            listener.close()
            raise SettingInvalid(
                "TEAMLEAD_HTTP_PORT",
                f"names {self._host}:{self._port}, which cannot be listened on ({error.strerror}).",
                hint="Stop the other program, or choose another port; 0 takes a free one.",
            ) from None
        return listener
