"""A running workspace, the SDK's client for it, and a Bolt app on its socket."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, WorkspaceServer

Connect = Callable[..., contextlib.AbstractAsyncContextManager[AsyncSocketModeHandler]]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's proxy and Slack settings out of the SDK."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def server() -> AsyncIterator[WorkspaceServer]:
    workspace = Workspace(rate_scale=None, retry_spacing=(0.0, 0.0, 0.0))
    async with WorkspaceServer(workspace) as running:
        yield running


@pytest.fixture
def workspace(server: WorkspaceServer) -> Workspace:
    return server.workspace


@pytest.fixture
def client(server: WorkspaceServer) -> AsyncWebClient:
    return client_of(server)


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client)


@pytest.fixture
def connect() -> Connect:
    return connected


def client_of(server: WorkspaceServer) -> AsyncWebClient:
    """Return a client with the app's bot token."""
    return AsyncWebClient(token=server.workspace.bot_token, base_url=server.api_url)


@contextlib.asynccontextmanager
async def connected(app: AsyncApp, workspace: Workspace) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect a Bolt app by Socket Mode for as long as the block lasts."""
    handler = AsyncSocketModeHandler(app, workspace.app_token)
    before = workspace.hub.connections
    await handler.connect_async()  # type: ignore[no-untyped-call]  # untyped there
    await workspace.wait_for(lambda: workspace.hub.connections > before)
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # untyped there


class Seen:
    """Collects what listeners got and lets the workspace's waiting notice it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.items: list[dict[str, Any]] = []

    def add(self, item: dict[str, Any]) -> None:
        self.items.append(item)
        self._workspace.recorder.notify()

    async def wait(self, count: int) -> list[dict[str, Any]]:
        """Return the items once there are `count`."""
        await self._workspace.wait_for(lambda: len(self.items) >= count)
        return self.items


@pytest.fixture
def seen(workspace: Workspace) -> Seen:
    return Seen(workspace)
