"""Servers that speak only a part of the Messages API are lived with."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from bot.domain.output import Answer
from bot.domain.plan import Plan
from bot.errors import ModelUnavailable
from bot.model.claude import transport
from bot.model.prices import Tokens
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Step
from tests.support.plain_messages import PlainMessages, Streams
from tests.unit.claude import requests
from tests.unit.claude.conftest import Build


@pytest.mark.parametrize("content_as_text", [False, True], ids=["blocks", "a string"])
@pytest.mark.parametrize(
    "streams", ["ignore", "text/plain", "nothing", "bare", "mistyped", "packed"]
)
async def test_no_stream_comes(build: Build, streams: Streams, content_as_text: bool) -> None:
    async with PlainMessages(streams, content_as_text=content_as_text) as server:
        model = build(base_url=server.url, attempts=1)
        assert isinstance((await model.call(requests.answer())).value, Answer)
        reply = await model.call(requests.plan())
    assert isinstance(reply.value, Plan)
    assert reply.model == "claude-sonnet-5-5"
    assert reply.usage.tokens_in == Tokens().prompt
    assert reply.usage.cost_micros is None


@pytest.mark.parametrize("status", [400, 404, 422, 501])
async def test_a_refused_stream_is_asked_for_once_only(build: Build, status: Streams) -> None:
    async with PlainMessages(status) as server:
        model = build(base_url=server.url, attempts=1)
        await model.call(requests.answer())
        await model.call(requests.answer())
    assert [bool(body.get("stream")) for body in server.bodies] == [True, False, False]


async def test_a_plain_answer_may_be_long(build: Build) -> None:
    async with PlainMessages(501) as server:
        room = {"lead": 64_000, "specialist": 64_000, "triage": 64_000}
        model = build(base_url=server.url, attempts=1, max_tokens=room)
        assert isinstance((await model.call(requests.plan())).value, Plan)


@pytest.mark.parametrize("streams", ["ignore", "text/plain", "bare", "packed", 501])
async def test_an_answer_without_an_end_is_given_up_with_its_reason(
    build: Build, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one piece, in small events, packed: whichever way, the memory is not filled."""
    monkeypatch.setattr(transport, "MOST_ANSWER", 100)
    async with PlainMessages(streams) as server:
        model = build(base_url=server.url, attempts=3)
        with pytest.raises(ModelUnavailable, match="sent an answer of more than") as refused:
            await model.call(requests.answer())
    assert not refused.value.retryable
    assert len(server.bodies) == (2 if streams == 501 else 1), "another try would bring it again"


async def test_of_an_error_only_the_beginning_is_read(
    server: MessagesServer, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = build(attempts=1)
    await model.call(requests.answer())  # it streams, so that a refusal is one
    monkeypatch.setattr(transport, "MOST_REFUSAL", 60)
    server.script += [Step("bad_request", reason=f"too many images{'!' * 1000}")]
    with pytest.raises(ModelUnavailable) as refused:
        await model.call(requests.answer())
    assert "invalid_request_error" in str(refused.value), "it is cut before its message"
    assert "too many images" not in str(refused.value)


async def test_a_refusal_in_the_apis_words_is_taken_at_its_word(
    server: MessagesServer, build: Build
) -> None:
    model = build()
    server.script += [Step("bad_request", reason="streaming is off for this key")]
    await model.call(requests.answer())
    assert [bool(seen.body.get("stream")) for seen in server.seen] == [True, False]

    server.script += [Step("bad_request", reason="too many images")]
    with pytest.raises(ModelUnavailable, match="too many images"):
        await model.call(requests.answer())


async def test_a_server_that_streams_is_not_doubted(server: MessagesServer, build: Build) -> None:
    """Later refusals mean something else."""
    model = build()
    await model.call(requests.answer())
    server.script += [Step("bad_request", reason="the stream of images is too long")]
    with pytest.raises(ModelUnavailable, match="stream of images"):
        await model.call(requests.answer())
    assert server.stats.requests == 2


async def test_a_moved_server_gets_the_whole_prompt(build: Build) -> None:
    """A body is let go of once it is sent, and a redirect wants it again."""
    async with PlainMessages() as server:

        async def moved(request: web.Request) -> web.Response:
            await request.read()
            raise web.HTTPTemporaryRedirect(f"{server.url}/v1/messages")

        async with TestServer(_app(moved)) as front:
            model = build(base_url=str(front.make_url("")).rstrip("/"), attempts=1)
            reply = await model.call(requests.answer())
    assert isinstance(reply.value, Answer)
    assert server.bodies[0]["messages"][0]["content"]


def _app(handler: Handler) -> web.Application:
    app = web.Application()
    app.add_routes([web.post("/v1/messages", handler)])
    return app
