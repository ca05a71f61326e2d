"""Slack's side of the engine benchmark: a least Web API, Socket Mode, a clock on every ack."""

import asyncio
import itertools
import json
import time
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.workspace.payloads import event_callback
from bot.workspace.shapes import Identity, Json

ACK_SECONDS = 3.0
"""Slack's own patience; a later ack would have meant a second delivery."""
BOT_TOKEN = "xoxb-benchmark"
APP_TOKEN = "xapp-benchmark"
CHANNELS = 20


@dataclass
class Acks:
    """How long acknowledgements took, in seconds from envelope sent to ack received."""

    seconds: list[float] = field(default_factory=list)
    missing: int = 0
    mentions: set[str] = field(default_factory=set)
    """The ts of every mention that was acknowledged: from then on it must not be lost."""

    def percentile(self, share: float) -> float:
        """Return a percentile; an ack that never came counts as one that took 3 s."""
        ordered = sorted([*self.seconds, *[ACK_SECONDS] * self.missing])
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class SlackEnd:
    """`async with SlackEnd() as slack:` listens on a free port of 127.0.0.1."""

    def __init__(self) -> None:
        self.identity = Identity(app_name="Teamlead")
        self.posts = 0
        self._port = 0
        self._links: list[web.WebSocketResponse] = []
        self._turn = itertools.count()
        self._numbers = itertools.count(1)
        self._began = int(time.time())
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """Return the Web API's base URL."""
        return f"http://127.0.0.1:{self._port}/api/"

    @property
    def connections(self) -> int:
        """Return how many processes listen."""
        return len(self._links)

    async def __aenter__(self) -> "SlackEnd":
        app = web.Application()
        app.add_routes([web.route("*", "/api/{method}", self._api), web.get("/link", self._link)])
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for link in list(self._links):
            await link.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        answer: Json = {"ok": True}
        if method == "auth.test":
            answer |= {
                "url": "http://127.0.0.1/",
                "team": "Benchmark",
                "team_id": self.identity.team_id,
                "user_id": self.identity.bot_user_id,
                "bot_id": self.identity.bot_id,
            }
        elif method == "apps.connections.open":
            answer["url"] = f"ws://127.0.0.1:{self._port}/link"
        elif method.startswith("chat."):
            self.posts += 1
            answer |= {"ts": self._ts(), "channel": "C0", "message": {}}
        elif method == "users.info":
            answer["user"] = {"id": request.query.get("user", ""), "team_id": self.identity.team_id}
        elif method == "conversations.info":
            answer["channel"] = {"id": request.query.get("channel", ""), "is_private": False}
        elif method == "conversations.replies":
            answer |= {"messages": [], "has_more": False}
        return web.json_response(answer)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        await link.send_json({"type": "hello", "num_connections": 1, "debug_info": {}})
        self._links.append(link)
        try:
            async for message in link:
                if message.type is WSMsgType.TEXT and message.data.startswith("{"):
                    future = self._waiting.get(json.loads(message.data).get("envelope_id", ""))
                    if future is not None and not future.done():
                        future.set_result(time.perf_counter())
        finally:
            self._links.remove(link)
        return link

    def _ts(self) -> str:
        number = next(self._numbers)
        return f"{self._began + number // 1000}.{number % 1000:06d}"

    # What people say

    def message(self, *, mentions: bool) -> list[Json]:
        """Return the events of one new message: two when it mentions the bot, else one."""
        ts = self._ts()
        number = int(ts.replace(".", ""))
        said = f"Design a service for {number % 900 + 100} orders/s on PostgreSQL, job {number}"
        text = f"<@{self.identity.bot_user_id}> {said}" if mentions else f"Lunch at {number}?"
        event = {
            "type": "message",
            "channel": f"C{number % CHANNELS:08d}",
            "channel_type": "channel",
            "user": f"U{number % 50:08d}",
            "team": self.identity.team_id,
            "text": text,
            "ts": ts,
            "event_ts": ts,
            "client_msg_id": str(uuid.uuid4()),
        }
        return [{**event, "type": "app_mention"}, event] if mentions else [event]

    async def send(self, event: Json, acks: Acks) -> None:
        """Send an event to one of the connections in turn and wait for its ack."""
        payload = event_callback(self.identity, event, at=int(time.time()))
        key = str(uuid.uuid4())
        envelope = {
            "envelope_id": key,
            "type": "events_api",
            "payload": payload,
            "accepts_response_payload": False,
            "retry_attempt": 0,
            "retry_reason": "",
        }
        link = self._links[next(self._turn) % len(self._links)]
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        sent = time.perf_counter()
        try:
            await link.send_json(envelope)
            acks.seconds.append(await asyncio.wait_for(future, ACK_SECONDS) - sent)
            if event["text"].startswith("<@"):
                acks.mentions.add(event["ts"])
        except TimeoutError:
            acks.missing += 1
        finally:
            del self._waiting[key]
