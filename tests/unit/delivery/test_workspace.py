"""Delivery through the real poster to the local workspace: the same limits and calls as Slack's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import ManualClock
from bot.services.outbox import Delivery
from bot.settings import OutboxSettings
from bot.slack.poster import Poster, SlackPoster
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import MAYA
from storage.uow import Database
from tests.unit.delivery.conftest import NOW, TEAM, Outbox, ShownByTests
from tests.unit.delivery.scripted import ScriptedPoster


@dataclass
class Room:
    """An outbox whose Slack is the workspace."""

    outbox: Outbox
    workspace: Workspace
    channel: str
    root: str

    async def add(self, key: str, **payload: object) -> None:
        payload = {"text": key, "thread_ts": self.root, **payload}
        async with self.outbox.database.begin() as uow:
            await uow.outbox.add(
                workspace_id=TEAM,
                channel_id=self.channel,
                thread_ts=self.root,
                key=key,
                method="chat.postMessage",
                payload=payload,
                now=self.outbox.clock.now(),
            )

    @property
    def texts(self) -> list[str]:
        return [str(m["text"]) for m in self.workspace.thread("#backend", self.root)[1:]]


@pytest.fixture
async def room(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    workspace = Workspace(rate_scale=None)
    async with WorkspaceServer(workspace) as server, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=workspace.bot_token, base_url=server.api_url, session=session)
        poster = SlackPoster(client)

        async def poster_for(_: str) -> Poster:
            return poster

        clock = ManualClock(NOW)
        settings = OutboxSettings(per_channel_seconds=0)
        renderer = ShownByTests()
        delivery = Delivery(
            database,
            poster_for,
            clock=clock,
            settings=settings,
            worker_id="host:1",
            renderer=renderer,
        )
        root = await workspace.say(MAYA, "#backend", "hello")
        channel = workspace.state.channel("#backend").id
        outbox = Outbox(database, clock, ScriptedPoster(), delivery, renderer)
        yield Room(outbox, workspace, channel, str(root["ts"]))


@pytest.mark.parametrize("trouble", ["drop", "server_error"])
async def test_trouble_shows_each_post_once(room: Room, trouble: str) -> None:
    """A dropped answer comes after the message was kept, a server error before."""
    room.workspace.faults.next_calls("chat.postMessage", trouble)  # type: ignore[arg-type]  # one of its kinds
    await room.add("first")
    await room.add("second")
    await room.outbox.drain()
    await room.outbox.drain(after=2)

    assert room.texts == ["first", "second"]


async def test_what_is_refused_for_its_form_arrives_as_words(room: Room) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "w " * 2000}}
    await room.add("long", blocks=[section])
    await room.outbox.drain()

    assert "".join(room.texts).split() == ["w"] * 2000


async def test_a_very_long_text_arrives_as_a_file(room: Room) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "w " * 20_000}}
    await room.add("long", blocks=[section])
    await room.outbox.drain()

    shared = room.workspace.thread("#backend", room.root)[-1]
    assert shared["files"][0]["name"] == "message.md"
    assert (await room.outbox.row("long")).state == "sent"
