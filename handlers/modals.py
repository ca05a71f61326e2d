"""A modal as one person reads it: whoever is meant by an id shows by name."""

import re
from collections.abc import Mapping
from typing import Any

from bot.services.people_names import DirectoryFor, name_people
from bot.slack.names import with_people

_PATIENCE_SECONDS = 1.0
"""Of the three that Slack waits for a modal; a name is an ornament."""
_UNNAMED = re.compile(r"<([@#])[A-Z0-9]+(?:\|([^<>]*))?>")
_SOMEBODY = {"@": "somebody", "#": "that channel"}
"""Where no name is known: an id says less."""


async def named(view: dict[str, Any], people: DirectoryFor) -> dict[str, Any]:
    """Return a view with names in its texts, and in its choices as far as Slack says them in time.

    What somebody typed into a field stays as it is, to be sent again.
    """
    blocks = with_people(view.get("blocks"))
    return {**view, "blocks": await name_people(blocks, people, seconds=_PATIENCE_SECONDS)}


async def named_errors(errors: Mapping[str, str], people: DirectoryFor) -> dict[str, str]:
    """Return what is said under a form's fields, which Slack shows as it stands, without ids."""
    if not any("<" in text for text in errors.values()):
        return dict(errors)
    texts = [{"type": "plain_text", "text": text} for text in errors.values()]
    shown = await name_people(texts, people, seconds=_PATIENCE_SECONDS)
    plain = (_UNNAMED.sub(_word, str(one["text"])) for one in shown)
    return dict(zip(errors, plain, strict=True))


def _word(found: re.Match[str]) -> str:
    sign, name = found.groups()
    return f"{sign}{name}" if name else _SOMEBODY[sign]
