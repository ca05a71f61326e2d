"""An outbox row as the delivery sees it: what call it becomes, what makes it recognisable."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.lanes import FILE_UPLOAD, POST, UPDATE
from bot.slack.cards.citation import CITED
from bot.slack.cards.task_plan import PLAN
from storage.models import OutboxRow
from storage.uow import UnitOfWork

METADATA_TYPE = "teamlead_post"
UNKNOWN = "Slack did not say whether it arrived."
"""What people read while nobody knows whether a call was done; its code is DOUBT."""
TARGET_DEAD = "target_dead"
"""The code of a row whose message to edit, or whose thread, was never delivered."""

ROUND = "round"
"""Of which round of its task a call tells."""
INSIDE = (PLAN, CITED, ROUND)
"""Fields of a payload that are for the delivery and that Slack never sees."""
LOOKS = ("username", "icon_emoji")
_IN_CHANNEL = ("chat.", "reactions.", "files.")
_NOT_EDITABLE = frozenset(
    {"unfurl_links", "unfurl_media", "username", "icon_emoji", "thread_ts", *INSIDE}
)
"""What chat.update does not take."""


class Renderer(Protocol):
    """Whoever knows how the things called by `OutboxRow.view` look at present."""

    async def render(self, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
        """Return what the row's call should show; None when there is nothing to show."""
        ...


@dataclass(frozen=True)
class Claim:
    """A row that this process is to send before `until`."""

    row: OutboxRow
    target: OutboxRow | None
    payload: dict[str, Any]
    until: datetime


def arguments(row: OutboxRow, target: OutboxRow | None) -> dict[str, Any]:
    """Return the arguments of the row's call."""
    payload = {name: value for name, value in row.payload.items() if name not in INSIDE}
    if row.method == UPDATE:
        return edit_arguments(payload, row, target)
    if row.method.startswith(_IN_CHANNEL):
        payload["channel"] = row.channel_id
    if row.method.startswith("reactions.") and target is not None:
        payload["timestamp"] = target.sent_ts
    if row.method in (POST, FILE_UPLOAD):
        payload |= thread_of(row)
    if row.method == POST:
        payload["metadata"] = metadata(row.key)
    return payload


def thread_of(row: OutboxRow) -> dict[str, str]:
    """Return the argument that puts a message into its thread; empty for the top level."""
    thread_ts = row.payload.get("thread_ts") or row.thread_ts
    return {"thread_ts": str(thread_ts)} if thread_ts else {}


def looks_of(row: OutboxRow) -> dict[str, Any]:
    """Return under whose name a message goes, and into which thread."""
    named = {name: row.payload[name] for name in LOOKS if row.payload.get(name)}
    return {**named, **thread_of(row)}


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
