"""An outbox row as the delivery sees it: which lane it queues in, what call it becomes."""

from typing import Any

from bot.slack.poster import FILE_UPLOAD
from storage.models import OutboxRow

POST, UPDATE = "chat.postMessage", "chat.update"
METADATA_TYPE = "teamlead_post"
UNKNOWN = "Slack did not say whether it arrived."
"""The row's problem while nobody knows whether its call was done."""

Lane = tuple[str, ...]
_IN_CHANNEL = ("chat.", "reactions.", "files.")
_NOT_EDITABLE = frozenset({"unfurl_links", "unfurl_media", "username", "icon_emoji", "thread_ts"})
"""What chat.update does not take."""


def lane(row: OutboxRow) -> Lane:
    """Return the queue of a row: posts of a channel keep their order, the rest waits for nobody.

    Edits of one message share a lane, so that an older one never lands after a newer one.
    """
    if row.method in (POST, FILE_UPLOAD):
        return ("post", row.workspace_id, row.channel_id)
    if row.method == UPDATE:
        return ("edit", row.workspace_id, row.target_key or row.key)
    return ("row", str(row.id))


def arguments(row: OutboxRow, target: OutboxRow | None) -> dict[str, Any]:
    """Return the arguments of the row's call."""
    payload = dict(row.payload)
    if row.method == UPDATE:
        return edit_arguments(payload, row, target)
    if row.method.startswith(_IN_CHANNEL):
        payload["channel"] = row.channel_id
    if row.method == POST:
        payload["metadata"] = metadata(row.key)
    return payload


def edit_arguments(
    payload: dict[str, Any], row: OutboxRow, target: OutboxRow | None
) -> dict[str, Any]:
    """Return the arguments of an edit of `target`."""
    kept = {name: value for name, value in payload.items() if name not in _NOT_EDITABLE}
    place = target or row
    kept["channel"] = place.channel_id
    if place.sent_ts:
        kept["ts"] = place.sent_ts
    return kept


def metadata(key: str) -> dict[str, Any]:
    """Return what marks a message as the one of `key`; people do not see it."""
    return {"event_type": METADATA_TYPE, "event_payload": {"key": key}}
