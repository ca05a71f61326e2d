"""Slack's side of HTTP mode: the local workspace's payloads as signed requests to the bot."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.clock import SystemClock
from bot.workspace import Workspace
from bot.workspace.shapes import Json

SECRET = "a signing secret"

_PATHS = {
    "events_api": "/slack/events",
    "interactive": "/slack/interactions",
    "slash_commands": "/slack/commands",
}


def signed(body: str, *, secret: str = SECRET, age_seconds: int = 0) -> dict[str, str]:
    """Return the headers with which Slack signs `body`."""
    timestamp = str(int(SystemClock().now().timestamp()) - age_seconds)
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": str(signature)}


def request_of(envelope: Json) -> tuple[str, str, str]:
    """Return path, content type and body of what Socket Mode would send in `envelope`."""
    kind, payload = envelope["type"], envelope["payload"]
    form = "application/x-www-form-urlencoded"
    if kind == "events_api":
        return _PATHS[kind], "application/json", json.dumps(payload)
    if kind == "interactive":
        return _PATHS[kind], form, urlencode({"payload": json.dumps(payload)})
    return _PATHS[kind], form, urlencode(payload, errors="replace")


class HttpLink:
    """Stands in the workspace's hub where a socket would: each envelope becomes one request."""

    def __init__(self, workspace: Workspace, url: str, http: aiohttp.ClientSession) -> None:
        self._hub = workspace.hub
        self._url = url
        self._http = http
        self.refused: list[int] = []
        """The statuses that were not 200."""

    async def send(self, frame: Json) -> None:
        """Make the request of an envelope; its answer is the ack."""
        if frame.get("type") not in _PATHS:
            return
        path, kind, body = request_of(frame)
        headers = {"Content-Type": kind, **signed(body)}
        async with self._http.post(f"{self._url}{path}", data=body, headers=headers) as answer:
            text = await answer.text()
            if answer.status != 200:
                self.refused.append(answer.status)
                return
        is_json = answer.content_type == "application/json"
        payload = json.loads(text) if is_json else {"text": text} if text else {}
        self._hub.received({"envelope_id": frame["envelope_id"], "payload": payload})

    async def close(self) -> None:
        """Nothing stays open between requests."""


@asynccontextmanager
async def http_slack(workspace: Workspace, url: str) -> AsyncIterator[HttpLink]:
    """Send what happens in the workspace to the bot at `url` for as long as the block lasts."""
    async with aiohttp.ClientSession() as http:
        link = HttpLink(workspace, url, http)
        await workspace.hub.opened(link)
        try:
            yield link
        finally:
            workspace.hub.closed(link)
