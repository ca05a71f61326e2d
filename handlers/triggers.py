"""Names what a person did, so that Slack's second delivery of it is recognised."""

from datetime import timedelta
from typing import Any

from bot.clock import Clock

Json = dict[str, Any]


def before_replies(clock: Clock) -> str:
    """Return a ts for a wish whose message is still to be posted.

    Earlier than any reply can be, even where our clock is ahead of Slack's.
    """
    return f"{(clock.now() - timedelta(minutes=5)).timestamp():.6f}"


def click_key(body: Json, action: Json) -> str:
    """Return the receipt's key of a click: where the button is and when it was pressed."""
    channel = (body.get("channel") or {}).get("id", "")
    place = body.get("container") or {}
    message = place.get("message_ts") or place.get("view_id") or ""
    return f"click:{channel}:{message}:{action.get('action_ts', '')}"


def card_key(body: Json, action: Json) -> str:
    """Return the receipt's key of a button that does something once, however often it is pressed.

    For private cards, which stay as they are: what is done is shown by a new one.
    """
    place = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id", "")
    return f"card:{channel}:{place.get('message_ts', '')}:{action.get('action_id', '')}"


def command_key(command: Json) -> str:
    """Return the receipt's key of a slash command."""
    return f"command:{command['trigger_id']}"


def view_key(view: Json) -> str:
    """Return the receipt's key of a modal that was sent; its hash changes with each edit."""
    return f"view:{view['id']}:{view['hash']}"
