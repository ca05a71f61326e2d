"""A bot in HTTP mode on a loop of its own, to which bent payloads are sent one by one."""

import asyncio
import threading
import traceback
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from pydantic import BaseModel, SecretStr

from bot.cli.bot_process import BotProcess
from bot.clock import SystemClock
from bot.domain.usage import Usage
from bot.manifest import load_manifest
from bot.model.offline import OfflineModel
from bot.model.port import Model, Reply, Request
from bot.settings import DatabaseSettings, HttpSettings, LimitSettings
from bot.team import load_team
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.shapes import Json
from handlers.surfaces import surfaces
from tests.fuzz.samples import Sample, invented, of_envelope
from tests.fuzz.tour import CHANNEL, tour
from tests.support.http_slack import SECRET, HttpLink, request_of, signed
from tests.support.stage import Stage, settings_for

HUNG_SECONDS = 120
"""Of waiting for what never comes; how fast a busy machine answers is no matter of these tests. An
answer that waited for its work would hang: the model's door is shut."""
R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")


class Door:
    """The offline model until it is shut; from then on no call ends, so that no work piles up."""

    def __init__(self, inner: Model) -> None:
        self._inner = inner
        self.label = inner.label
        self.shut = False

    def estimate(self, request: Request[BaseModel]) -> Usage:
        return self._inner.estimate(request)

    async def call(self, request: Request[R]) -> Reply[R]:
        if self.shut:
            await asyncio.Event().wait()
        return await self._inner.call(request)

    async def close(self) -> None:
        await self._inner.close()


class NotedLink(HttpLink):
    """Keeps every envelope that Slack's side sent."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.sent: list[Json] = []

    async def send(self, frame: Json) -> None:
        if frame.get("type") in ("events_api", "interactive", "slash_commands"):
            self.sent.append(frame)
        await super().send(frame)


@dataclass
class Answered:
    """What came back: the status, and what broke meanwhile."""

    status: int
    broke: list[str] = field(default_factory=list)


class FuzzedBot:
    """The bot, the payloads to bend, and a way to send one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.samples: list[Sample] = []
        self.met: set[tuple[str, str]] = set()
        """The surfaces that the tour used for real."""
        self.broke: list[str] = []
        self._url = ""
        self._http: aiohttp.ClientSession | None = None

    def run(self, job: Coroutine[Any, Any, T]) -> T:
        """Run something on the bot's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(job, self._loop).result(HUNG_SECONDS)

    def send(self, sample: Sample, payload: Json) -> Answered:
        """Send one payload as Slack would; return what came of it."""
        self.broke.clear()
        status = self.run(self._send(sample, payload))
        return Answered(status, list(self.broke))

    async def _send(self, sample: Sample, payload: Json) -> int:
        assert self._http is not None
        path, kind, body = request_of({"type": sample.envelope, "payload": payload})
        headers = {"Content-Type": kind, **signed(body)}
        async with self._http.post(f"{self._url}{path}", data=body, headers=headers) as got:
            await got.read()
            return got.status

    def log_error(self, event: str, **facts: Any) -> None:
        """Stand in for the error door's log: what lands there is a bug."""
        error = facts.get("exc_info")
        frames = traceback.extract_tb(error.__traceback__) if isinstance(error, Exception) else []
        ours = [frame for frame in frames if "site-packages" not in frame.filename]
        where = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else ""
        self.broke.append(f"{event} at {where}: {error!r}")

    @asynccontextmanager
    async def up(self, home: Path, database_url: str) -> AsyncIterator[None]:
        """Start workspace and bot, make the tour, then shut the model's door."""
        quiet = (0.0, 0.0, 0.0)
        workspace = Workspace(manifest=load_manifest(), rate_scale=None, retry_spacing=quiet)
        async with WorkspaceServer(workspace) as server:
            settings = settings_for(
                server, home, limit=LimitSettings(tasks_per_user_hour=0, tasks_per_channel_hour=0)
            )
            slack = settings.slack.model_copy(
                update={"app_token": SecretStr(""), "signing_secret": SecretStr(SECRET)}
            )
            settings = settings.model_copy(
                update={
                    "slack": slack,
                    "http": HttpSettings(port=0),
                    "database": DatabaseSettings(url=SecretStr(database_url)),
                }
            )
            door = Door(OfflineModel(load_team(None), clock=SystemClock()))
            async with (
                BotProcess(settings, command="serve", offline=door) as bot,
                aiohttp.ClientSession() as http,
            ):
                self._url, self._http = bot.http_url, http
                link = NotedLink(workspace, bot.http_url, http)
                await workspace.hub.opened(link)
                try:
                    await tour(Stage(workspace, server, bot))
                finally:
                    workspace.hub.closed(link)
                door.shut = True
                self._take(link, workspace)
                yield

    def _take(self, link: NotedLink, workspace: Workspace) -> None:
        """Keep a few payloads of each surface, and make up what was not met."""
        seen: dict[tuple[str, str], list[Sample]] = {}
        for sample in map(of_envelope, link.sent):
            kept = seen.setdefault(sample.surface, [])
            if len(kept) < 12:
                kept.append(sample)
        self.met = set(seen)
        met = [sample for kept in seen.values() for sample in kept]
        channel = workspace.state.channel(CHANNEL).id
        self.samples = [*met, *invented(surfaces(), met, workspace=workspace, channel=channel)]


@contextmanager
def fuzzed_bot(home: Path, database_url: str) -> Iterator[FuzzedBot]:
    """Run a bot on a loop in a thread, for tests that hypothesis drives without one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fuzzed bot")
    thread.start()
    bot = FuzzedBot(loop)
    stack = bot.up(home, database_url)
    try:
        bot.run(stack.__aenter__())
        try:
            yield bot
        finally:
            bot.run(stack.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
