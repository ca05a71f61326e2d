"""A modal as one person reads it: whoever is meant by an id shows by name."""

from typing import Any

from bot.services.people_names import DirectoryFor, name_people
from bot.slack.names import with_people

_PATIENCE_SECONDS = 1.0
"""Of the three that Slack waits for a modal; a name is an ornament."""


async def named(view: dict[str, Any], people: DirectoryFor) -> dict[str, Any]:
    """Return a view with names in its texts, and in its choices as far as Slack says them in time.

    What somebody typed into a field stays as it is, to be sent again.
    """
    blocks = with_people(view.get("blocks"))
    return {**view, "blocks": await name_people(blocks, people, seconds=_PATIENCE_SECONDS)}
