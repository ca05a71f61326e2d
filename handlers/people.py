"""Who people are, by Slack: admins, guests, other companies; members of groups and channels."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.domain.access import Person
from bot.domain.away import Status
from bot.errors import PersonUnknown
from handlers.reach import NO_SUCH_METHOD, SLACK_FAILED, error_code

log = structlog.get_logger(__name__)

FRESH_MINUTES = 5
"""Ours: for so long a fact of Slack's is taken as true; who leaves a group may act until then."""
_PATIENCE_SECONDS = 2.0
"""Slack waits three for an answer to a click or command."""
_MOST_KEPT = 5_000
_PAGE = 1_000
_MOST_PAGES = 10
"""Members of a channel with more than ten thousand are not all known; use a user group."""
_NOBODY = ("user_not_found", "user_not_visible", "users_not_found")
_SLACKBOT = "USLACKBOT"

T = TypeVar("T")


class People:
    """What Slack said lately, for all workspaces; one per process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[datetime, Any]] = OrderedDict()

    def of(self, client: AsyncWebClient, workspace_id: str, clock: Clock) -> "SlackDirectory":
        """Return the directory of one workspace."""
        return SlackDirectory(self, client, workspace_id, clock)

    async def recall(
        self, key: tuple[str, str], now: datetime, ask: Callable[[], Awaitable[T]]
    ) -> T:
        """Return what was said lately, else ask."""
        kept = self._kept.get(key)
        if kept is None or now - kept[0] > timedelta(minutes=FRESH_MINUTES):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                kept = self._kept[key] = (now, await ask())
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        found: T = kept[1]
        return found


class SlackDirectory:
    """One workspace's people, user groups and channels."""

    def __init__(
        self, people: People, client: AsyncWebClient, workspace_id: str, clock: Clock
    ) -> None:
        self._people = people
        self._client = client
        self._workspace_id = workspace_id
        self._clock = clock

    async def person(self, user_id: str) -> Person:
        """Return somebody's facts. Raises PersonUnknown when Slack does not answer."""

        async def ask() -> Person:
            try:
                answer = await self._client.users_info(user=user_id)
            except SlackApiError as refused:  # remembered, too: a text may name many such ids
                code = error_code(refused)
                if code in NO_SUCH_METHOD:  # a server that knows nobody knows no guests either
                    return Person(user_id)
                if code in _NOBODY:
                    return Person(user_id, is_external=True)
                raise
            return person_of(answer["user"], self._workspace_id)

        try:
            return await self._recall(user_id, ask)
        except SLACK_FAILED as failed:
            log.warning("person.unknown", user_id=user_id, error=error_code(failed))
            raise PersonUnknown(user_id) from failed

    async def members(self, group_id: str) -> frozenset[str]:
        """Return who belongs to a user group or channel; nobody for one that cannot be read."""
        ask = self._group if group_id.startswith("S") else self._channel
        try:
            return await self._recall(group_id, lambda: ask(group_id))
        except SLACK_FAILED as failed:
            log.warning("members.unknown", group_id=group_id, error=error_code(failed))
            return frozenset()

    async def _recall(self, item: str, ask: Callable[[], Awaitable[T]]) -> T:
        return await self._people.recall((self._workspace_id, item), self._clock.now(), ask)

    async def _group(self, group_id: str) -> frozenset[str]:
        answer = await self._client.usergroups_users_list(usergroup=group_id)
        return frozenset(answer.get("users") or ())

    async def _channel(self, channel_id: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = await self._client.conversations_members(
                channel=channel_id, limit=_PAGE, cursor=cursor
            )
            found.update(answer.get("members") or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return frozenset(found)


def person_of(user: dict[str, Any], workspace_id: str) -> Person:
    """Return the facts in a user object of Slack's (docs.slack.dev/reference/objects/user-object).

    In an Enterprise organisation a colleague may belong to another of its workspaces: `teams`
    lists all that are theirs.
    """
    teams = {user.get("team_id") or workspace_id}
    teams.update((user.get("enterprise_user") or {}).get("teams") or ())
    external = bool(user.get("is_stranger")) or workspace_id not in teams
    powers = ("is_admin", "is_owner", "is_primary_owner")
    return Person(
        user_id=str(user["id"]),
        is_admin=not external and any(user.get(power) for power in powers),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_external=external,
        timezone=str(user.get("tz") or ""),
        status=_status(user.get("profile") or {}),
        is_bot=bool(user.get("is_bot")) or user["id"] == _SLACKBOT,
        is_gone=bool(user.get("deleted")),
        name=_name(user),
    )


def _name(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    given = (profile.get("display_name"), profile.get("real_name"), user.get("name"))
    return next((str(name) for name in given if name), "")


def _status(profile: dict[str, Any]) -> Status:
    """Return the status in a profile; its end is in seconds since 1970, 0 for none."""
    ends = profile.get("status_expiration")
    return Status(
        emoji=str(profile.get("status_emoji") or ""),
        text=str(profile.get("status_text") or ""),
        expires_at=datetime.fromtimestamp(ends, UTC) if isinstance(ends, int) and ends else None,
    )
