"""Looks up the names of people who are named by their ids in what is about to be shown."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.domain.lanes import POST, UPDATE
from bot.services.directory import Directory, person_or_blank
from bot.slack.names import people_in, with_names
from bot.slack.poster import Poster

log = structlog.get_logger(__name__)

DirectoryFor = Callable[[], Awaitable[Directory]]
MOST = 20
"""Ours: so many are looked up for one message; the rest show as ids."""


async def name_people(blocks: Any, directory_for: DirectoryFor, *, seconds: float) -> Any:
    """Return blocks with people's names; as they are where Slack does not say in time."""
    ids = sorted(people_in(blocks))[:MOST]
    names = await _names(ids, directory_for, seconds=seconds) if ids else {}
    return with_names(blocks, names)


async def _names(ids: list[str], directory_for: DirectoryFor, *, seconds: float) -> dict[str, str]:
    try:
        async with asyncio.timeout(seconds):
            directory = await directory_for()
            found = await asyncio.gather(*(person_or_blank(directory, one) for one in ids))
    except Exception as failed:  # a name is an ornament: a message waits for none, nor is it lost
        log.info("names.unknown", people=len(ids), error=type(failed).__name__)
        return {}
    return {person.user_id: person.name for person in found}


class Named:
    """A poster whose messages name people. The text beside the blocks stays as the row has it: by
    it a message is found again.
    """

    _SECONDS = 5.0

    def __init__(self, poster: Poster, directory_for: DirectoryFor) -> None:
        self._poster = poster
        self._directory_for = directory_for

    async def call(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Call a method and return its answer; raises SlackFailure."""
        if method in (POST, UPDATE) and payload.get("blocks"):
            blocks = await name_people(
                payload["blocks"], self._directory_for, seconds=self._SECONDS
            )
            payload = {**payload, "blocks": blocks}
        return await self._poster.call(method, payload)
