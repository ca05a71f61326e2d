"""What the server does wrong, what another try mends and what is said when nothing does."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from bot.clock import ManualClock
from bot.domain.output import Answer
from bot.errors import ModelUnavailable
from bot.model.claude import ClaudeModel, failures, transport
from bot.model.claude.events import Splitter
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits, Kind, Step
from tests.unit.claude import requests
from tests.unit.claude.clocks import NOON, NotingClock
from tests.unit.claude.conftest import Build

PASSING: list[Kind] = [
    "rate_limited",
    "overloaded",
    "overloaded_inside",
    "server_error",
    "unavailable",
    "cut",
    "ended",
    "garbage",
]


@pytest.mark.parametrize("kind", PASSING)
async def test_another_try_mends_it(
    server: MessagesServer, claude: ClaudeModel, kind: Kind
) -> None:
    server.script += [Step(kind), Step(kind)]
    reply = await claude.call(requests.answer())
    assert isinstance(reply.value, Answer)
    assert server.stats.requests == 3
    assert server.stats.repeated == 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("rate_limited", "is rate limited"),
        ("overloaded", "was overloaded"),
        ("overloaded_inside", "was overloaded"),
        ("server_error", "had an internal error"),
        ("unavailable", "was unavailable"),
        ("cut", "could not be reached"),
        ("ended", "broke off in the middle of an answer"),
        ("garbage", "sent a stream that cannot be read"),
    ],
)
async def test_after_all_attempts_it_says_what_and_until_when(
    server: MessagesServer, build: Build, kind: Kind, words: str
) -> None:
    server.script += [Step(kind)] * 9
    clock = NotingClock()
    model = build(clock=clock, attempts=3)
    with pytest.raises(ModelUnavailable) as caught:
        await model.call(requests.answer())
    assert caught.value.text == (
        f"Claude (claude-haiku-5-5) {words}; tried 3 times until 12:00:00 UTC."
    )
    assert caught.value.retryable
    assert server.stats.requests == 3
    assert len(clock.waits) == 2


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step("unauthorized"), "refused the API key (401); check ANTHROPIC_API_KEY"),
        (Step("forbidden"), "check ANTHROPIC_API_KEY and its workspace"),
        (Step("unknown_model"), "check the model's name"),
        (Step("too_large"), "too large (413)"),
        (Step("spend_limit"), "has reached its spend limit"),
        (
            Step("bad_request", reason="max_tokens: must be positive"),
            "refused the request (400): max_tokens: must be positive",
        ),
    ],
)
async def test_what_no_try_mends_fails_at_once(
    server: MessagesServer, claude: ClaudeModel, step: Step, words: str
) -> None:
    server.script += [step]
    with pytest.raises(ModelUnavailable) as caught:
        await claude.call(requests.answer())
    assert words in caught.value.text
    assert not caught.value.retryable
    assert server.stats.requests == 1


async def test_a_long_reason_is_cut(server: MessagesServer, claude: ClaudeModel) -> None:
    server.script += [Step("bad_request", reason="long " * 200)]
    with pytest.raises(ModelUnavailable) as caught:
        await claude.call(requests.answer())
    assert len(caught.value.text) < 320


async def test_a_server_that_is_not_there_is_named(build: Build) -> None:
    model = build(base_url="http://127.0.0.1:9", attempts=2)
    with pytest.raises(ModelUnavailable, match=r"could not be reached; tried 2 times until"):
        await model.call(requests.answer())


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_10\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_answers_is_no_web_server(build: Build, said: bytes) -> None:
    async def answer(asked: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        to.write(said)
        await asked.read()  # closed before, it would seem to be lost
        to.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        model = build(base_url=f"http://127.0.0.1:{port}", attempts=2)
        with pytest.raises(ModelUnavailable, match=r"sent an answer that cannot be read; tried 2"):
            await model.call(requests.answer())


async def test_waits_grow_with_jitter_up_to_a_limit(server: MessagesServer, build: Build) -> None:
    server.script += [Step("overloaded")] * 5
    clock = NotingClock()
    model = build(clock=clock, attempts=6, backoff=1.0, backoff_most=4.0)
    await model.call(requests.answer())
    for wait, most in zip(clock.waits, [1, 2, 4, 4, 4], strict=True):
        assert most / 2 <= wait <= most
    assert len(set(clock.waits)) == 5


async def test_retry_after_goes_before_our_own_wait(server: MessagesServer, build: Build) -> None:
    server.script += [Step("rate_limited", seconds=7)]
    clock = NotingClock()
    await build(clock=clock).call(requests.answer())
    assert clock.waits == [7.0]


async def test_a_retry_after_beyond_the_deadline_gives_up_and_says_when(
    server: MessagesServer, build: Build
) -> None:
    server.script += [Step("rate_limited", seconds=100), Step("rate_limited", seconds=100)]
    clock = NotingClock()
    with pytest.raises(ModelUnavailable) as caught:
        await build(clock=clock).call(requests.answer())
    assert clock.waits == [100.0]
    assert "is rate limited and asks to wait 100 s; tried 2 times" in caught.value.text
    assert caught.value.retry_at == NOON + timedelta(seconds=200)


async def test_the_deadline_ends_a_call_that_hangs(server: MessagesServer, build: Build) -> None:
    server.script += [Step("slow", seconds=3600)]
    clock = ManualClock(NOON)
    call = asyncio.create_task(build(clock=clock, deadline=30).call(requests.answer()))
    await server.arrived.wait()
    clock.advance(timedelta(seconds=30))
    with pytest.raises(ModelUnavailable) as caught:
        await call
    assert caught.value.text == (
        "Claude (claude-haiku-5-5) gave no answer within 30 s; tried once until 12:00:30 UTC."
    )
    assert caught.value.retryable


async def test_a_deadline_says_what_went_wrong_before(server: MessagesServer, build: Build) -> None:
    server.script += [Step("overloaded"), Step("slow", seconds=3600)]
    clock = ManualClock(NOON)
    model = build(clock=clock, deadline=30, backoff=0)
    call = asyncio.create_task(model.call(requests.answer()))
    while server.stats.requests < 2:
        server.arrived.clear()
        await server.arrived.wait()
    clock.advance(timedelta(seconds=30))
    with pytest.raises(ModelUnavailable, match=r"\(before that it was overloaded\); tried 2 times"):
        await call


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Tue, 24 Nov 2026 12:00:40 GMT", 40.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_a_retry_after_is_a_number_or_a_date(header: str, seconds: float | None) -> None:
    error = failures.Refused(429, b"no", retry_after=header)
    assert failures.of_status(error, NOON).after == seconds


async def test_a_slow_first_byte_inside_the_deadline_is_waited_for(
    server: MessagesServer, claude: ClaudeModel
) -> None:
    server.script += [Step("slow", seconds=0.05)]
    assert (await claude.call(requests.answer())).usage.seconds > 0
    assert server.stats.requests == 1


async def test_a_cancelled_call_leaves_nothing_behind(server: MessagesServer, build: Build) -> None:
    server.script += [Step("slow", seconds=3600)]
    model = build(concurrency=1)
    call = asyncio.create_task(model.call(requests.answer()))
    await server.arrived.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert isinstance((await model.call(requests.answer())).value, Answer)


async def test_no_more_calls_at_once_than_allowed(server: MessagesServer, build: Build) -> None:
    server.habits = Habits(latency=0.2)
    model = build(concurrency=3)
    await asyncio.gather(*(model.call(requests.answer()) for _ in range(12)))
    assert server.stats.requests == 12
    assert server.stats.max_concurrency == 3


async def test_an_event_without_an_end_is_given_up_with_its_reason(
    server: MessagesServer, claude: ClaudeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "Splitter", partial(Splitter, most=100))
    with pytest.raises(ModelUnavailable, match="sent an event of more than"):
        await claude.call(requests.answer())
    assert server.stats.requests == 1, "another try would bring it again"
