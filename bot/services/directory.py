"""The port to Slack's list of people, for one workspace."""

from typing import Protocol

from bot.domain.access import Person


class Directory(Protocol):
    """Slack's list of people, for one workspace; raises PersonUnknown when it does not answer."""

    async def person(self, user_id: str) -> Person:
        """Return somebody's facts, without groups."""
        ...

    async def members(self, group_id: str) -> frozenset[str]:
        """Return the members of a user group or channel; nobody for one that cannot be read."""
        ...
