"""SlackPoster over real HTTP: what goes out, and which class each failure becomes."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.charts import bar
from bot.slack.errors import (
    InvalidBlocks,
    MethodUnknown,
    MissingScope,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SlackFailure,
    Unreachable,
)
from bot.slack.poster import SlackPoster
from bot.workspace import Workspace, WorkspaceServer


class Server:
    """Answers every call with `answer` and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: Any = {"ok": True, "ts": "1.2"}
        self.hangs_up = False
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json() if request.content_type == "application/json" else {}
        form = dict(await request.post()) if request.method == "POST" and not body else {}
        self.asked.append({**request.query, **form, **body, "path": request.path})
        if self.hangs_up and request.transport is not None:
            request.transport.abort()
        if isinstance(self.body, str):
            return web.Response(status=self.status, text=self.body, content_type="text/html")
        return web.json_response(self.body, status=self.status, headers=self.headers)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield server
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def poster(server: Server, session: aiohttp.ClientSession) -> SlackPoster:
    return SlackPoster(AsyncWebClient(token="xoxb-1", base_url=server.url, session=session))


async def _fails(poster: SlackPoster, method: str = "chat.postMessage") -> SlackFailure:
    with pytest.raises(SlackFailure) as caught:
        await poster.call(method, {"channel": "C1", "text": "x"})
    return caught.value


async def test_a_post_goes_out_as_json(server: Server, poster: SlackPoster) -> None:
    blocks = [{"type": "divider"}]
    answer = await poster.call("chat.postMessage", {"channel": "C1", "blocks": blocks})
    assert answer["ts"] == "1.2"
    assert server.asked == [{"channel": "C1", "blocks": blocks, "path": "/chat.postMessage"}]


async def test_a_search_goes_out_as_parameters(server: Server, poster: SlackPoster) -> None:
    await poster.call("conversations.replies", {"ts": "1.0", "include_all_metadata": True})
    assert server.asked[0]["ts"] == "1.0"
    assert server.asked[0]["include_all_metadata"] in ("true", "1")


async def test_a_rate_limit_says_how_long(server: Server, poster: SlackPoster) -> None:
    server.status, server.headers = 429, {"Retry-After": "7"}
    server.body = {"ok": False, "error": "ratelimited"}
    failure = await _fails(poster)
    assert isinstance(failure, RateLimited)
    assert failure.retry_after == 7
    assert failure.retryable


async def test_a_missing_scope_names_it(server: Server, poster: SlackPoster) -> None:
    server.body = {"ok": False, "error": "missing_scope", "needed": "reactions:write"}
    failure = await _fails(poster)
    assert isinstance(failure, MissingScope)
    assert "reactions:write" in failure.text
    assert not failure.retryable


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (503, {"ok": False, "error": "internal_error"}, OutcomeUnknown),
        (502, "<h1>Bad gateway</h1>", OutcomeUnknown),
        (500, {"ok": False}, OutcomeUnknown),
        (200, {"ok": False, "error": "invalid_blocks"}, InvalidBlocks),
        (200, {"ok": False, "error": "unknown_method"}, MethodUnknown),
        (404, "<h1>Not found</h1>", MethodUnknown),
        (200, {"ok": False, "error": "surprise"}, Refused),
    ],
)
async def test_answers_become_classes(
    server: Server, poster: SlackPoster, status: int, body: Any, kind: type[SlackFailure]
) -> None:
    server.status, server.body = status, body
    failure = await _fails(poster)
    assert type(failure) is kind
    assert failure.method == "chat.postMessage"


async def test_a_cut_connection_leaves_the_outcome_open_and_asks_once(
    server: Server, poster: SlackPoster
) -> None:
    """The SDK would send again by itself; that would show a message twice."""
    server.hangs_up = True
    assert isinstance(await _fails(poster), OutcomeUnknown)
    assert len(server.asked) == 1


async def test_nobody_there(session: aiohttp.ClientSession, unused_port: int) -> None:
    client = AsyncWebClient(base_url=f"http://127.0.0.1:{unused_port}/", session=session)
    assert isinstance(await _fails(SlackPoster(client)), Unreachable)


@pytest.fixture
async def unused_port() -> int:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = int(runner.addresses[0][1])
    await runner.cleanup()
    return port


async def test_an_answer_goes_to_slack_only(poster: SlackPoster) -> None:
    """Only a forged click could name another address; nothing is sent there."""
    with pytest.raises(Refused, match="not_slack"):
        await poster.call("response_url", {"url": "http://127.0.0.1:1/", "body": {"text": "x"}})


async def test_a_webhook_of_the_operators_may_be_anywhere(
    server: Server, session: aiohttp.ClientSession
) -> None:
    client = AsyncWebClient(token="xoxb-x", session=session)
    call = {"url": f"{server.url}respond/1", "body": {"text": "ok"}}
    await SlackPoster(client).call("webhook", call)
    assert server.asked == [{"text": "ok", "path": "/respond/1"}]
    server.status = 410
    with pytest.raises(Refused, match="webhook_expired"):
        await SlackPoster(client).call("webhook", call)


async def test_a_response_url_gets_the_body(server: Server, poster: SlackPoster) -> None:
    payload = {"url": f"{server.url}respond/1", "body": {"text": "ok"}}
    await poster.call("response_url", payload)
    assert server.asked == [{"text": "ok", "path": "/respond/1"}]

    server.status = 404
    with pytest.raises(Refused, match="response_url_expired"):
        await poster.call("response_url", payload)


async def test_a_file_goes_up_in_slacks_three_steps(session: aiohttp.ClientSession) -> None:
    workspace = Workspace(rate_scale=None)
    async with WorkspaceServer(workspace) as running:
        client = AsyncWebClient(
            token=workspace.bot_token, base_url=running.api_url, session=session
        )
        channel = workspace.state.channel("#backend").id
        payload = {"channel": channel, "filename": "message.md", "content": "words", "title": "W"}
        await SlackPoster(client).call("files.upload", payload)

        shared = workspace.history("#backend")[-1]
        assert shared["files"][0]["name"] == "message.md"


async def test_a_picture_goes_up_byte_for_byte_with_its_words(
    session: aiohttp.ClientSession,
) -> None:
    """The outbox keeps bytes as base64; the alt text reaches who cannot see the picture."""
    chart = bar("Load", [("Go", 3)])
    workspace = Workspace(rate_scale=None)
    async with WorkspaceServer(workspace) as running:
        client = AsyncWebClient(
            token=workspace.bot_token, base_url=running.api_url, session=session
        )
        payload = {
            "channel": workspace.state.channel("#backend").id,
            "filename": "load.png",
            "title": "Load",
            "alt_txt": chart.alt,
            "content_base64": base64.b64encode(chart.png).decode(),
        }
        await SlackPoster(client).call("files.upload", payload)

        (shared,) = workspace.history("#backend")[-1]["files"]
        assert (shared["mimetype"], shared["alt_txt"]) == ("image/png", "Bar chart, Load: Go 3.")
        assert workspace.uploads.content(shared["id"]) == chart.png
