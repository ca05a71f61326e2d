"""The reader of files: the token goes to Slack's file host only, and no further."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.hosts import ANSWERS, FILES, is_slacks
from bot.slack.reader import ReadFailed, SlackReader

SLACK = "https://slack.com/api/"


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.sql", True),
        ("http://files.slack.com/files-pri/T1-F1/a.sql", False),
        ("https://files.slack.com:8443/a.sql", False),
        ("https://files.slack.com@evil.example/a.sql", False),
        ("https://files.slack.com.evil.example/a.sql", False),
        ("https://evil.example/files.slack.com/a.sql", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("https://[files.slack.com/a", False),
    ],
)
def test_only_slacks_file_host_is_asked(url: str, ours: bool) -> None:
    assert is_slacks(url, FILES, api_url=SLACK) is ours


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://hooks.slack.com/actions/T1/2/abc", True),
        ("http://hooks.slack.com/actions/T1/2/abc", False),
        ("https://hooks.slack.com.evil.example/actions", False),
        ("https://files.slack.com/actions", False),
        ("http://127.0.0.1:5432/", False),
    ],
)
def test_an_answer_goes_to_slack_only(url: str, ours: bool) -> None:
    assert is_slacks(url, ANSWERS, api_url=SLACK) is ours


def test_another_server_is_asked_where_it_is_the_api() -> None:
    here: dict[str, Any] = {"hosts": FILES, "api_url": "http://127.0.0.1:1234/api/"}
    assert is_slacks("http://127.0.0.1:1234/files/F1/a", **here)
    assert not is_slacks("http://127.0.0.1:1235/files/F1/a", **here)
    assert not is_slacks("https://files.slack.com/a", **here)


@pytest.fixture
async def base() -> AsyncIterator[str]:
    """A server that redirects, floods and shows a login page."""

    async def redirect(_: web.Request) -> web.Response:
        raise web.HTTPFound("/secret")

    async def flood(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"x" * 65_536)
        except (ConnectionError, asyncio.CancelledError):
            return answer

    async def login(_: web.Request) -> web.Response:
        return web.Response(text="<p>Sign in</p>", content_type="text/html")

    async def secret(_: web.Request) -> web.Response:
        raise AssertionError("a redirect was followed")

    app = web.Application()
    for path, handler in (
        ("/redirect.sql", redirect),
        ("/flood.sql", flood),
        ("/login.sql", login),
        ("/secret", secret),
    ):
        app.router.add_get(path, handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "reason"),
    [("redirect.sql", "refused"), ("flood.sql", "too_large"), ("login.sql", "refused")],
)
async def test_what_is_no_file_is_refused(base: str, path: str, reason: str) -> None:
    """Redirects are not followed, floods are cut, a login page is no file."""
    reader = SlackReader(AsyncWebClient(token="xoxb-x", base_url=f"{base}/api/"))
    with pytest.raises(ReadFailed, match=reason):
        await reader.file(f"{base}/{path}", most=100_000)
