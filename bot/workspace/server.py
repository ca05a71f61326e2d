"""Serves a workspace over HTTP and WebSocket inside the running event loop."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.errors import UserFacingError
from bot.workspace.link import serve_link
from bot.workspace.oauth import SharedApi
from bot.workspace.origin import SameOrigin
from bot.workspace.page_api import PageApi
from bot.workspace.page_socket import serve_page
from bot.workspace.web_api import WebApi
from bot.workspace.workspace import Workspace

_PAGE = Path(__file__).parent / "page"


class PortBusy(UserFacingError):
    """Another program listens on the wanted port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is in use by another program.",
            hint="Stop it or choose another port.",
        )
        self.port = port


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the program that embeds us has them."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()


class WorkspaceServer:
    """`async with WorkspaceServer(workspace) as server:` listens until the block ends."""

    def __init__(
        self,
        workspace: Workspace,
        *others: Workspace,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """The page is the first workspace's; the API is that of all, told apart by their tokens."""
        self.workspace = workspace
        self.workspaces = (workspace, *others)
        self._host = host
        self._wanted_port = port
        self.port = 0
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def page_url(self) -> str:
        """Return the address of the page."""
        return f"http://{self._host}:{self.port}/"

    @property
    def api_url(self) -> str:
        """Return the Web API's base URL, as the SDK's `base_url` wants it."""
        return f"{self.page_url}api/"

    async def start(self) -> None:
        """Begin to listen; raises PortBusy."""
        listener = self._bind()
        self.port = listener.getsockname()[1]
        base = self.page_url.rstrip("/")
        self.workspace.at(base)
        for other in self.workspaces[1:]:
            other.at(f"{base}/t/{other.identity.team_id}")
        config = uvicorn.Config(
            application(*self.workspaces),
            log_config=None,
            log_level="error",
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._serving = asyncio.ensure_future(self._server.serve(sockets=[listener]))
        await self._server.ready.wait()
        for workspace in self.workspaces:
            workspace.events.resume()

    async def stop(self) -> None:
        """Close every connection and the state file."""
        for workspace in self.workspaces:
            await workspace.close()
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving

    async def __aenter__(self) -> "WorkspaceServer":
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def _bind(self) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, self._wanted_port))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                raise PortBusy(self._host, self._wanted_port) from None
            raise
        return listener


def application(workspace: Workspace, *others: Workspace) -> Starlette:
    """Return the ASGI application of a workspace, and of others behind the same API."""
    shared, page = SharedApi((workspace, *others)), PageApi(workspace)

    async def link(websocket: WebSocket) -> None:
        await serve_link(workspace, websocket)

    async def page_socket(websocket: WebSocket) -> None:
        await serve_page(workspace, websocket)

    return Starlette(
        routes=[
            Route("/", _index),
            Route("/api/{method}", shared.call, methods=["GET", "POST"]),
            Route("/oauth/v2/authorize", shared.authorize),
            *_own_routes(workspace),
            *(Mount(f"/t/{one.identity.team_id}", routes=_own_routes(one)) for one in others),
            WebSocketRoute("/link", link),
            WebSocketRoute("/page/ws", page_socket),
            *page.routes(),
            Mount("/static", StaticFiles(directory=_PAGE, check_dir=False)),
        ],
        middleware=[Middleware(SameOrigin)],
    )


def _own_routes(workspace: Workspace) -> list[Route]:
    """Return the addresses that stand in a workspace's payloads."""
    api = WebApi(workspace)
    return [
        Route("/response/{key}", api.response_url, methods=["POST"]),
        Route("/upload/v1/{key}", api.upload, methods=["POST"]),
        Route("/files/{file_id}/{name:path}", api.private_file),
    ]


async def _index(request: Request) -> Response:
    index = _PAGE / "index.html"
    if not index.is_file():
        return PlainTextResponse("The page's files are not installed.", status_code=404)
    return FileResponse(index, headers={"Cache-Control": "no-cache"})
