"""The small parts of a process, each by itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.cli.process.ear import InHand
from bot.cli.process.health import Health
from bot.cli.process.http_ear import HttpEar
from bot.cli.process.http_server import HttpServer
from bot.cli.process.lock_watch import LockWatch
from bot.cli.process.tokens import check_tokens
from bot.clock import SystemClock
from bot.errors import DatabaseAway, SettingInvalid
from bot.metrics import Stored
from bot.services.gate import Gate
from bot.services.workers import Command
from bot.settings import Settings, SlackSettings


def secrets(**given: str) -> Settings:
    values = {"bot_token": "", "app_token": "", "signing_secret": "", **given}
    return Settings(slack=SlackSettings.model_validate(values))


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("run", {"bot_token": "xoxb-1", "app_token": "xapp-1"}),
        ("demo", {"bot_token": "xoxb-1", "app_token": "xapp-1"}),
        ("serve", {"bot_token": "xoxb-1", "signing_secret": "s"}),
        ("worker", {"bot_token": "xoxb-1"}),
    ],
)
def test_what_each_command_needs(command: Command, given: dict[str, str]) -> None:
    """It starts with exactly that; without any one of them a sentence names it."""
    check_tokens(secrets(**given), command=command)
    for name in given:
        less = {key: value for key, value in given.items() if key != name}
        with pytest.raises(SettingInvalid, match=f"SLACK_{name.upper()}"):
            check_tokens(secrets(**less), command=command)


def test_mixed_up_tokens_are_named() -> None:
    """An app token in the place of the bot token is a common slip."""
    with pytest.raises(SettingInvalid, match="xoxb-"):
        check_tokens(secrets(bot_token="xapp-1", app_token="xapp-1"))


class Lock:
    """A lock that a test can lose."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()

    async def wait_lost(self) -> None:
        await self.lost.wait()


async def test_a_lost_lock_ends_the_process() -> None:
    """At once, with an exit code that makes a supervisor start it again."""
    codes: asyncio.Queue[int] = asyncio.Queue()
    watch, lock = LockWatch(codes.put_nowait), Lock()
    watch.start(lock)
    lock.lost.set()
    assert await codes.get() == 1
    await watch.close()


async def test_a_lock_given_back_is_not_lost() -> None:
    """After `close` nobody watches; what has no lock to lose is not watched at all."""
    codes: list[int] = []
    watch, lock = LockWatch(codes.append), Lock()
    watch.start(object())
    watch.start(lock)
    await watch.close()
    lock.lost.set()
    await asyncio.sleep(0)
    assert codes == []


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def get(http: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with http.get(url) as answer:
        return answer.status, await answer.text()


async def test_readiness_names_what_is_wrong(http: aiohttp.ClientSession) -> None:
    """Not started, broken and silent parts are told apart; no error text gets out."""
    health = Health(("database", "slack", "engine"))

    async def broken() -> str:
        raise RuntimeError("a text of somebody's")

    async def well() -> str:
        return ""

    health.watch("database", broken)
    health.watch("engine", well)
    server = HttpServer(health.routes(), host="127.0.0.1", port=0)
    await server.start()
    try:
        status, body = await get(http, f"{server.url}/readyz")
        assert status == 503
        assert json.loads(body) == {
            "ready": False,
            "not_ready": {"database": "failed (RuntimeError)", "slack": "starting"},
        }
        health.watch("database", well)
        health.watch("slack", well)
        assert (await get(http, f"{server.url}/readyz"))[0] == 200
        health.stopping = True
        assert (await get(http, f"{server.url}/readyz"))[0] == 503
        assert (await get(http, f"{server.url}/healthz"))[0] == 200
    finally:
        await server.stop()


async def test_who_does_not_answer_is_not_waited_for(
    http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silent part is named as such, and what the database knows is left out."""
    monkeypatch.setattr("bot.cli.process.health.PROBE_SECONDS", 0.01)

    async def silent() -> Any:
        await asyncio.Event().wait()

    health = Health(("database",))
    health.watch("database", silent)
    health.count(silent)
    server = HttpServer(health.routes(), host="127.0.0.1", port=0)
    await server.start()
    try:
        status, body = await get(http, f"{server.url}/readyz")
        assert status == 503
        assert json.loads(body)["not_ready"]["database"].startswith("no answer within")
        status, text = await get(http, f"{server.url}/metrics")
        assert status == 200
        assert "teamlead_database_up 0.0" in text
    finally:
        await server.stop()


async def test_metrics_without_the_database(http: aiohttp.ClientSession) -> None:
    """What the process knows itself is shown; what the database knows is unknown, not old."""
    health = Health(())
    answers: list[Any] = [Stored({"done": 3}, 2, 1.5), DatabaseAway("OSError"), ValueError("a bug")]

    async def ask() -> Stored:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Stored)
        return answer

    health.count(ask)
    server = HttpServer(health.routes(), host="127.0.0.1", port=0)
    await server.start()
    try:
        _, text = await get(http, f"{server.url}/metrics")
        assert 'teamlead_tasks{state="done"} 3.0' in text
        assert "teamlead_outbox_oldest_seconds 1.5" in text
        assert "teamlead_database_up 1.0" in text
        _, text = await get(http, f"{server.url}/metrics")
        assert "teamlead_tasks{" not in text
        assert "teamlead_outbox_waiting NaN" in text
        assert "teamlead_database_up 0.0" in text
        with capture_logs() as logs:
            _, text = await get(http, f"{server.url}/metrics")
        assert "teamlead_database_up 0.0" in text
        assert [line["event"] for line in logs] == ["metrics.not_counted"]
    finally:
        await server.stop()


async def test_a_port_that_is_taken(http: aiohttp.ClientSession) -> None:
    """One sentence that names the setting."""
    first = HttpServer([], host="127.0.0.1", port=0)
    await first.start()
    try:
        port = int(first.url.rsplit(":", 1)[1])
        with pytest.raises(SettingInvalid, match=f"TEAMLEAD_HTTP_PORT.*:{port}"):
            await HttpServer([], host="127.0.0.1", port=port).start()
    finally:
        await first.stop()


async def test_requests_in_hand_are_answered_before_the_end(http: aiohttp.ClientSession) -> None:
    """`drain` waits for what was begun."""
    in_hand = InHand(SystemClock(), ear="http")
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_request: Request) -> Response:
        with in_hand.one("event"):
            begun.set()
            await go_on.wait()
        return PlainTextResponse("done")

    server = HttpServer([Route("/", slow)], host="127.0.0.1", port=0)
    await server.start()
    try:
        asked = asyncio.create_task(get(http, server.url))
        await begun.wait()
        drained = asyncio.create_task(in_hand.drain())
        await asyncio.sleep(0)
        assert in_hand.closing
        assert not drained.done()
        go_on.set()
        await drained
        assert await asked == (200, "done")
    finally:
        await server.stop()


async def test_an_http_ear_that_does_not_listen_says_so(http: aiohttp.ClientSession) -> None:
    """503 before the start and after the end: Slack sends again."""
    ear = HttpEar(SystemClock())
    server = HttpServer(ear.routes(), host="127.0.0.1", port=0)
    await server.start()
    try:
        async with http.post(f"{server.url}/slack/commands", data=b"text=help") as answer:
            assert answer.status == 503
        assert await ear.problem() == "not listening yet"
        await ear.close()
        assert await ear.problem() == "stopping"
    finally:
        await server.stop()


async def sent(server: HttpServer, head: str, chunks: int) -> tuple[int, bytes]:
    """Send a request in chunks of 64 kB; returns the answer's status and body."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"{head}Host: lead\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(chunks):
            writer.write(b"10000\r\n" + b"a" * 65_536 + b"\r\n")
        writer.write(b"0\r\n\r\n")
        first = await reader.readuntil(b"\r\n\r\n")
        length = int(first.lower().partition(b"content-length: ")[2].split()[0])
        return int(first.split()[1]), await reader.readexactly(length)
    finally:
        writer.close()


async def test_a_body_is_no_longer_than_it_says(http: aiohttp.ClientSession) -> None:
    """A small Content-Length beside chunks: 5 bytes were promised, as many as one likes came."""
    read: list[int] = []

    async def hear(request: Request) -> Response:
        read.append(len(await request.body()))
        return PlainTextResponse("heard")

    server = HttpServer([Route("/", hear, methods=["POST"])], host="127.0.0.1", port=0)
    await server.start()
    try:
        head = "POST / HTTP/1.1\r\nContent-Length: 5\r\n"
        assert await sent(server, head, 40) == (400, b"One length, please.")
        assert read == []
        async with http.post(server.url, data=b"12345") as answer:
            assert await answer.text() == "heard"
        assert read == [5]
    finally:
        await server.stop()


async def test_a_page_is_asked_for_without_a_body(http: aiohttp.ClientSession) -> None:
    """Bolt reads the body of a GET, too, whoever sends it."""
    ear = HttpEar(SystemClock())
    await ear.listen(AsyncApp(token="xoxb-1", signing_secret="s"), Gate())
    server = HttpServer(ear.routes(), host="127.0.0.1", port=0)
    await server.start()
    try:
        assert await sent(server, "GET /slack/install HTTP/1.1\r\n", 1) == (413, b"Too large.")
        async with http.request("GET", f"{server.url}/slack/install", data=b"12345") as answer:
            assert answer.status == 413
        async with http.get(f"{server.url}/slack/install") as answer:
            assert answer.status == 404
    finally:
        await server.stop()
