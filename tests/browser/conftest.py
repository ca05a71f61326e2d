"""The workspace's page in headless Chromium, against the real server.

Chromium starts once for each file; every test has pages of its own, as if in a window that nobody
has used. So a file's tests and their asynchronous fixtures share an event loop.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import BACKEND
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
expect.set_options(timeout=20_000)

OpenPage = Callable[..., Awaitable[Page]]
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a file's tests on the loop that its Chromium is driven from."""
    for item in items:
        if item.path.parent == _HERE:
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's proxy settings out of the SDK."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest_asyncio.fixture(loop_scope="module")
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    if not INSTALLED:
        pytest.skip("Chromium is not installed")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=ARGUMENTS, env={**os.environ, "NO_PROXY": "*"}
        )
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """Chromium without any page; what a test opens is closed, with all that pages keep."""
    yield chromium
    for context in chromium.contexts:
        await context.close()
    assert chromium.is_connected()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, server: WorkspaceServer) -> AsyncIterator[OpenPage]:
    """Return a function that opens the page at a place; script errors fail the test."""
    problems: list[str] = []

    async def opened(place: str = f"#/c/{BACKEND}", *, width: int = 1280) -> Page:
        context = await browser.new_context(viewport={"width": width, "height": 800})
        page = await context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(server.page_url + place)
        await page.wait_for_selector("body[data-ready]")
        return page

    yield opened
    assert problems == []
