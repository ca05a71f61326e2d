"""Reads threads and files of Slack's for the model: bounded, and from Slack's own hosts only."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.hosts import FILES, is_slacks

FILE_SECONDS = 45.0
_CHUNK = 65_536
_FAILED = (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, KeyError)


class ReadFailed(Exception):
    """Slack did not give it; `reason` is for the log: too_large, refused, not_slack, …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SlackReader:
    """One workspace's messages and files, with that workspace's token."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def file(self, url: str, *, most: int) -> bytes:
        """Return a file's bytes; raises ReadFailed, also for more than `most` bytes.

        The token goes to Slack's file host only, and no redirect is followed.
        """
        if not is_slacks(url, FILES, api_url=str(self._client.base_url)):
            raise ReadFailed("not_slack")
        headers = {"Authorization": f"Bearer {self._client.token}"}
        timeout = aiohttp.ClientTimeout(total=FILE_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(
                    url,
                    headers=headers,
                    allow_redirects=False,
                    proxy=self._client.proxy,
                    ssl=True if self._client.ssl is None else self._client.ssl,
                ) as answer,
            ):
                if answer.status != 200:
                    raise ReadFailed("refused")
                # Without the right Slack answers with its login page, status 200.
                page = answer.content_type == "text/html"
                if page and not urlsplit(url).path.lower().endswith((".html", ".htm")):
                    raise ReadFailed("refused")
                return await _bounded(answer, most)
        except (aiohttp.ClientError, TimeoutError) as failed:
            raise ReadFailed(type(failed).__name__) from failed

    async def thread(
        self, channel_id: str, root_ts: str, *, most: int, before: str = ""
    ) -> list[dict[str, Any]]:
        """Return a thread's newest messages, oldest first; raises ReadFailed."""
        until: dict[str, Any] = {"latest": before, "inclusive": False} if before else {}
        try:
            found = await self._client.conversations_replies(
                channel=channel_id, ts=root_ts, limit=min(1_000, most * 4), **until
            )
            messages = [dict(item) for item in found["messages"]]
        except _FAILED as failed:
            raise ReadFailed(type(failed).__name__) from failed
        if before:
            messages = [item for item in messages if str(item.get("ts", "")) < before]
        # The first message says what the thread is about.
        return messages if len(messages) <= most else [messages[0], *messages[1 - most :]]

    async def message(self, channel_id: str, ts: str, *, root_ts: str) -> dict[str, Any]:
        """Return one message of a thread; empty when it is gone. Raises ReadFailed."""
        until: dict[str, Any] = {"latest": ts, "oldest": ts, "inclusive": True, "limit": 2}
        try:
            found = await self._client.conversations_replies(
                channel=channel_id, ts=root_ts, **until
            )
            return next((dict(m) for m in found["messages"] if m.get("ts") == ts), {})
        except _FAILED as failed:
            raise ReadFailed(type(failed).__name__) from failed

    async def channel(self, channel_id: str) -> dict[str, Any] | None:
        """Return Slack's description of a channel; None where it gives none."""
        try:
            return dict((await self._client.conversations_info(channel=channel_id))["channel"])
        except _FAILED:
            return None

    async def is_public(self, channel_id: str) -> bool:
        """Return whether everybody of the workspace may read a channel; False when unknown."""
        try:
            found = (await self._client.conversations_info(channel=channel_id))["channel"]
        except _FAILED:
            return False
        kinds = ("is_private", "is_im", "is_mpim")
        return not any(found.get(kind, kind == "is_private") for kind in kinds)


async def _bounded(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """Return the body, read no further than `most` bytes whatever its headers promise."""
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > most:
            raise ReadFailed("too_large")
    return bytes(body)
