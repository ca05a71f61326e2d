"""The port to Slack's list of people, for one workspace."""

from typing import Protocol

from bot.domain.access import Person
from bot.errors import PersonUnknown


class Directory(Protocol):
    """Slack's list of people, for one workspace; raises PersonUnknown when it does not answer."""

    async def person(self, user_id: str) -> Person:
        """Return somebody's facts, without groups."""
        ...

    async def members(self, group_id: str) -> frozenset[str]:
        """Return the members of a user group or channel; nobody for one that cannot be read."""
        ...


async def person_or_blank(directory: Directory, user_id: str) -> Person:
    """Return somebody; where Slack does not say, of whom only the id is known: nothing waits.

    Not for rights, which nobody has of whom nothing is known.
    """
    try:
        return await directory.person(user_id)
    except (PersonUnknown, TimeoutError):
        return Person(user_id)
