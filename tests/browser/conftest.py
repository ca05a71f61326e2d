"""The workspace's page in headless Chromium, against the real server.

Chromium starts once, and one tab shows everything in turn: a browser costs six seconds of processor
time, each further process for a page more than one. Every test has a server, and so an origin, of
its own; what its page kept is removed after it. All of them share an event loop.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, async_playwright, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import BACKEND
from tests.support.workspaces import PATIENCE
from tests.workspace.conftest import client_of

CHROMIUM = Path("/usr/bin/chromium")
INSTALLED = CHROMIUM.exists()
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Far above what it takes, also on a machine that is busy with other tests; 5 s is the default.
expect.set_options(timeout=PATIENCE * 1000)

OpenAt = Callable[..., Awaitable[Page]]
OpenPage = Callable[..., Awaitable[Page]]
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests on the loop that Chromium is driven from."""
    for item in items:
        if item.path.parent == _HERE:
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's proxy settings out of the SDK."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest_asyncio.fixture(loop_scope="package")
async def server() -> AsyncIterator[WorkspaceServer]:
    async with WorkspaceServer(Workspace(rate_scale=None)) as running:
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


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def chromium() -> AsyncIterator[Browser]:
    if not INSTALLED:
        pytest.skip("Chromium is not installed")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=ARGUMENTS, env={**os.environ, "NO_PROXY": "*"}
        )
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def tab(chromium: Browser) -> Page:
    """The one tab; tests open theirs with `open_at` or `open_page`."""
    page = await (await chromium.new_context()).new_page()
    page.set_default_timeout(PATIENCE * 1000)
    return page


@pytest_asyncio.fixture(loop_scope="package")
async def open_at(tab: Page) -> AsyncIterator[OpenAt]:
    """Return a function that loads an address into the tab; script errors fail the test."""
    problems: list[str] = []

    def note(error: Error) -> None:
        problems.append(str(error))

    async def opened(url: str, *, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
        # From nowhere: an address that differs only behind its # would not be loaded.
        await tab.goto("about:blank")
        await tab.set_viewport_size({"width": width, "height": height})
        await tab.emulate_media(color_scheme="dark" if dark else "light")
        await tab.goto(url)
        await tab.wait_for_selector("body[data-ready]")
        return tab

    tab.on("pageerror", note)
    yield opened
    tab.remove_listener("pageerror", note)
    if tab.url != "about:blank":
        await tab.evaluate("localStorage.clear(); sessionStorage.clear()")
        await tab.goto("about:blank")
    assert problems == []


@pytest.fixture
def open_page(open_at: OpenAt, server: WorkspaceServer) -> OpenPage:
    """Return a function that opens the page at a place."""

    async def opened(place: str = f"#/c/{BACKEND}", *, width: int = 1280) -> Page:
        return await open_at(server.page_url + place, width=width)

    return opened
