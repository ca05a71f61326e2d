"""Cursors in Slack's way: `limit`, `cursor`, `response_metadata.next_cursor`."""

import base64
from typing import TypeVar

from bot.workspace.api.args import Args
from bot.workspace.shapes import SlackError

_T = TypeVar("_T")


def page(
    items: list[_T], args: Args, *, default: int = 100, most: int = 1000
) -> tuple[list[_T], str]:
    """Return one page of `items` and the next cursor ("" at the end).

    Raises `invalid_cursor`.
    """
    limit = args.number("limit", default, most=most)
    start = _position(args.text("cursor"))
    following = start + limit
    cursor = (
        base64.b64encode(f"next:{following}".encode()).decode() if following < len(items) else ""
    )
    return items[start:following], cursor


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None
