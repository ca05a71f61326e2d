"""What people attach, read with their workspace's own token."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.domain.setting import Effective
from bot.errors import PersonUnknown
from bot.services.access import judge
from bot.services.directory import Directory
from bot.services.sharing import others_read
from bot.services.sources import FileRef, Heard, Unreadable
from bot.slack.errors import SlackFailure
from bot.slack.reader import ReadFailed, SlackReader
from handlers.brought import file_ref
from handlers.people import People
from handlers.texts import wish_text

log = structlog.get_logger(__name__)

ClientFor = Callable[[str], Awaitable[AsyncWebClient]]

_SENTENCES = {
    "too_large": "That file is larger than I read.",
    "not_slack": "That file is not on Slack's own servers; I read only those.",
}


class SlackSources:
    """Implements `bot.services.sources.Sources`."""

    def __init__(self, client_for: ClientFor, people: People, clock: Clock) -> None:
        """`client_for` gives the client of a workspace id."""
        self._client_for = client_for
        self._people = people
        self._clock = clock
        self._own: dict[str, tuple[str, str]] = {}

    async def file(self, workspace_id: str, url: str, *, most: int) -> bytes:
        """Return a file's bytes; raises Unreadable."""
        try:
            return await SlackReader(await self._client(workspace_id)).file(url, most=most)
        except ReadFailed as failed:
            log.info("file.not_read", team_id=workspace_id, reason=failed.reason)
            sentence = _SENTENCES.get(failed.reason, "Slack did not give me the attached file.")
            raise Unreadable(sentence) from failed

    async def files_of(
        self, workspace_id: str, channel_id: str, ts: str, *, root_ts: str
    ) -> list[FileRef]:
        """Return the files of a message; raises Unreadable."""
        reader = SlackReader(await self._client(workspace_id))
        try:
            found = await reader.message(channel_id, ts, root_ts=root_ts)
        except ReadFailed as failed:
            raise Unreadable("Slack did not show me that message.") from failed
        return [file_ref(item) for item in found.get("files") or ()]

    async def thread(
        self, workspace_id: str, channel_id: str, root_ts: str, *, most: int, before: str = ""
    ) -> list[Heard]:
        """Return what people and other bots said; raises Unreadable."""
        client = await self._client(workspace_id)
        bot_user, bot_id = await self._own_ids(client, workspace_id)
        try:
            found = await SlackReader(client).thread(channel_id, root_ts, most=most, before=before)
        except ReadFailed as failed:
            log.info("thread.not_read", channel_id=channel_id, reason=failed.reason)
            raise Unreadable("Slack did not show me what was said here before.") from failed
        return [
            _heard(item, bot_user)
            for item in found
            if item.get("bot_id") != bot_id and item.get("user") != bot_user and item.get("text")
        ]

    async def may_see(self, workspace_id: str, user_id: str, channel_id: str) -> bool:
        """Return whether the channel is public and the person no guest and of this company."""
        try:
            client = await self._client(workspace_id)
            if not await SlackReader(client).is_public(channel_id):
                return False
            person = await self._people.of(client, workspace_id, self._clock).person(user_id)
        except (PersonUnknown, Unreadable):
            return False
        return not person.is_guest and not person.is_external

    async def is_shared(self, workspace_id: str, channel_id: str) -> bool | None:
        """Return whether others than this company read in a channel; None: Slack does not say."""
        try:
            client = await self._client(workspace_id)
            found = await SlackReader(client).channel(channel_id)
            if found is None:
                return None
            people = self._people.of(client, workspace_id, self._clock)
            return await others_read(people, found)
        except Unreadable:
            return None

    async def directory(self, workspace_id: str) -> Directory:
        """Return the workspace's people; raises Unreadable where the app has no token."""
        return self._people.of(await self._client(workspace_id), workspace_id, self._clock)

    async def may_ask(self, settings: Effective, workspace_id: str, user_id: str) -> bool:
        """Return whether a person may ask where these settings count."""
        try:
            client = await self._client(workspace_id)
            directory = self._people.of(client, workspace_id, self._clock)
            return (await judge(settings, directory, "ask", user_id=user_id)).allowed
        except (PersonUnknown, Unreadable):
            return False

    async def _client(self, workspace_id: str) -> AsyncWebClient:
        """Return the workspace's client; raises Unreadable where the app has no token."""
        try:
            return await self._client_for(workspace_id)
        except SlackFailure as failed:
            log.info("workspace.no_token", team_id=workspace_id, error=failed.code)
            raise Unreadable("Slack does not let me in any more.") from failed

    async def _own_ids(self, client: AsyncWebClient, workspace_id: str) -> tuple[str, str]:
        """Return our own user id and bot id there."""
        if workspace_id not in self._own:
            who = await client.auth_test()
            self._own[workspace_id] = (str(who.get("user_id", "")), str(who.get("bot_id", "")))
        return self._own[workspace_id]


def _heard(item: dict[str, Any], bot_user: str) -> Heard:
    return Heard(
        ts=str(item["ts"]),
        user_id=str(item.get("user") or item.get("bot_id") or ""),
        text=wish_text(str(item["text"]), bot_user),
        is_bot=bool(item.get("bot_id")),
    )
