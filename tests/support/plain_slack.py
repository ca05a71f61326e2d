"""A Slack-like server of the poorest kind, written from Slack's public pages, not from ours.

It knows five methods and one socket, keeps the text of a message and forgets the rest.
"""

import asyncio
import json
from collections import Counter
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

Message = dict[str, Any]

BOT, TEAM, PERSON = "UBOT", "TPLAIN", "UANN"
CHANNEL, DIRECT = "CROOM", "DANN"


class PlainSlack:
    """`async with PlainSlack() as slack:`; `messages` is what people see, oldest first."""

    def __init__(self, *, names_bots: bool = True) -> None:
        """Without `names_bots` a message says only which user wrote it, not which bot."""
        self.messages: list[Message] = []
        self.calls: Counter[str] = Counter()
        self.acks: set[str] = set()
        self.lose_answers_to: set[int] = set()
        """Posts, counted from 1, that are kept but whose answer never arrives."""
        self.url = ""
        self._names_bots = names_bots
        self._ticks = count(1)
        self._envelopes = count(1)
        self._posts = 0
        self._sockets: set[web.WebSocketResponse] = set()
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "PlainSlack":
        app = web.Application()
        # The verbs of Slack's own SDK; a wrong one is 405, as with any strict router.
        app.add_routes(
            [
                web.post("/api/auth.test", self._auth),
                web.post("/api/apps.connections.open", self._open),
                web.post("/api/chat.postMessage", self._post),
                web.post("/api/chat.update", self._update),
                web.get("/api/conversations.replies", self._replies),
                web.get("/socket", self._socket),
                web.route("*", "/api/{method}", self._unknown),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in list(self._sockets):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def connected(self) -> bool:
        """Whether a bot listens."""
        return bool(self._sockets)

    def thread(self, root: str) -> list[Message]:
        """Return the replies in a thread."""
        return [message for message in self.messages if message.get("thread_ts") == root]

    async def wait_for(self, condition: Any, *, seconds: float = 30.0) -> None:
        """Wait until `condition()` holds, looking after every change."""
        async with asyncio.timeout(seconds):
            while not condition():
                await self._changed.wait()

    async def say(self, text: str, *, channel: str = CHANNEL, deliveries: int = 1) -> str:
        """Write as a person; the event goes out `deliveries` times. Returns the message's ts."""
        message = self._keep({"user": PERSON, "text": text, "channel": channel})
        event = {**message, "type": "app_mention" if channel == CHANNEL else "message"}
        if channel == DIRECT:
            event["channel_type"] = "im"
        for _ in range(deliveries):
            await self._send(event)
        return str(message["ts"])

    def _keep(self, message: Message) -> Message:
        self.messages.append({**message, "ts": f"{1_800_000_000 + next(self._ticks)}.000100"})
        self._notify()
        return self.messages[-1]

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _send(self, event: Message) -> None:
        envelope = {
            "envelope_id": f"e{next(self._envelopes)}",
            "type": "events_api",
            "accepts_response_payload": False,
            "payload": {"type": "event_callback", "team_id": TEAM, "event": event},
        }
        for socket in self._sockets:
            await socket.send_json(envelope)

    async def _auth(self, _request: web.Request) -> web.Response:
        self.calls["auth.test"] += 1
        return _ok(team="Plain", team_id=TEAM, user="lead", user_id=BOT, bot_id="BLEAD")

    async def _open(self, request: web.Request) -> web.Response:
        return _ok(url=f"ws://{request.host}/socket")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.add(socket)
        self._notify()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self.acks.add(str(json.loads(frame.data).get("envelope_id")))
                    self._notify()
        finally:
            self._sockets.discard(socket)
            self._notify()
        return socket

    async def _post(self, request: web.Request) -> web.Response:
        args = await _arguments(request)
        self.calls["chat.postMessage"] += 1
        self._posts += 1
        kept: Message = {
            name: args[name] for name in ("channel", "text", "thread_ts") if name in args
        }
        if self._names_bots:
            kept["bot_id"] = "BLEAD"
        message = self._keep({"user": BOT, **kept})
        await self._send({**message, "type": "message"})  # Slack tells a bot of its own words too
        if self._posts in self.lose_answers_to and request.transport is not None:
            request.transport.abort()
        return _ok(channel=message["channel"], ts=message["ts"])

    async def _update(self, request: web.Request) -> web.Response:
        args = await _arguments(request)
        self.calls["chat.update"] += 1
        for message in self.messages:
            if (message["channel"], message["ts"]) == (args["channel"], args["ts"]):
                message["text"] = args["text"]
                self._notify()
                return _ok(channel=args["channel"], ts=args["ts"])
        return web.json_response({"ok": False, "error": "message_not_found"})

    async def _replies(self, request: web.Request) -> web.Response:
        self.calls["conversations.replies"] += 1
        root = request.query["ts"]
        found = [message for message in self.messages if message["ts"] == root]
        return _ok(messages=[*found, *self.thread(root)])

    async def _unknown(self, request: web.Request) -> web.Response:
        self.calls[request.match_info["method"]] += 1
        self._notify()
        return web.json_response({"ok": False, "error": "unknown_method"})


def _ok(**fields: Any) -> web.Response:
    return web.json_response({"ok": True, **fields})


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return dict(await request.post())
