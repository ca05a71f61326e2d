"""Whether others than this workspace's people read in a channel, by Slack's conversation object."""

from collections.abc import Mapping
from typing import Any

_SIGNS = ("is_shared", "is_ext_shared", "is_org_shared", "is_pending_ext_shared")
"""docs.slack.dev/reference/objects/conversation-object: with another company, with another
workspace of the same organisation, or an invitation was sent, whose guests will read all of it."""


def is_shared(channel: Mapping[str, Any]) -> bool:
    """Return whether others read there, or will read what is said there now."""
    return any(channel.get(sign) for sign in _SIGNS) or bool(channel.get("pending_shared"))


def other_of(channel: Mapping[str, Any]) -> str:
    """Return who is in a direct message with us, by id; empty for any other channel."""
    return str(channel.get("user") or "") if channel.get("is_im") else ""
