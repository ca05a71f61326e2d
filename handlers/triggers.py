"""Names what a person did, so that Slack's second delivery of it is recognised."""

from typing import Any

Json = dict[str, Any]


def click_key(body: Json, action: Json) -> str:
    """Return the receipt's key of a click: where the button is and when it was pressed."""
    channel = (body.get("channel") or {}).get("id", "")
    place = body.get("container") or {}
    message = place.get("message_ts") or place.get("view_id") or ""
    return f"click:{channel}:{message}:{action.get('action_ts', '')}"


def command_key(command: Json) -> str:
    """Return the receipt's key of a slash command."""
    return f"command:{command['trigger_id']}"


def view_key(view: Json) -> str:
    """Return the receipt's key of a modal that was sent; its hash changes with each edit."""
    return f"view:{view['id']}:{view['hash']}"
