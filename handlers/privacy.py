"""Whether what is said in a channel must stay there; a channel that nobody describes is private."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from handlers.desk import Desk
from handlers.readers import know_readers


def event_is_private(event: dict[str, Any]) -> bool | None:
    """Return what a message event says about its channel; None when it says nothing."""
    return event["channel_type"] != "channel" if "channel_type" in event else None


def command_is_private(channel_name: str) -> bool | None:
    """Return what a slash command's `channel_name` says; None for what may be any name.

    Slack writes `privategroup` and `directmessage` instead of names, and a group message's own
    name (`mpdm-…`).
    """
    words = channel_name in ("privategroup", "directmessage") or channel_name.startswith("mpdm-")
    return True if words else None


async def is_private(
    desk: Desk, client: AsyncWebClient, workspace_id: str, channel_id: str
) -> bool:
    """Return what we know of a channel, else what Slack says."""
    known = await know_readers(desk, client, workspace_id, channel_id)
    return known is None or known.is_private
