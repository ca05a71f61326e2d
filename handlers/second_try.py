"""A message that was refused and is edited then: its new words are heard as a new message's, since
of the first ones nothing was begun.
"""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from handlers.desk import Desk
from handlers.message_edits import EDITED
from handlers.texts import mentions, text_of


async def note_refused(desk: Desk, event: dict[str, Any], workspace_id: str) -> None:
    """Note that a person was told why nothing comes of a message."""
    await desk.is_first(workspace_id, _mark(str(event["channel"]), str(event["ts"])))


async def second_try(
    desk: Desk, event: dict[str, Any], context: AsyncBoltContext
) -> dict[str, Any] | None:
    """Return what an edit says as a message's event, where the message was refused before.

    None for every other edit, and for one that mentions the app: Slack tells of that as a mention.
    """
    message, channel = event.get("message") or {}, str(event["channel"])
    if event.get("subtype") != EDITED or text_of(message) == text_of(event["previous_message"]):
        return None
    direct = event.get("channel_type") == "im"
    if not direct and mentions(text_of(message), context.bot_user_id or ""):
        return None
    async with desk.ctx.database.read() as uow:
        mark = _mark(channel, str(message.get("ts")))
        if not await uow.receipts.is_there(context.team_id or "", mark):
            return None
    edited = message.get("edited") or {"ts": event.get("event_ts") or event.get("ts")}
    kind = event.get("channel_type")
    place = {"type": "message", "channel": channel, "channel_type": kind, "edited": edited}
    return {**message, **place}


def try_of(event: dict[str, Any]) -> str:
    """Return the key of a message as it was written, or edited: each is refused on its own."""
    edited = (event.get("edited") or {}).get("ts")
    key = f"message:{event['channel']}:{event['ts']}"
    return f"{key}:{edited}" if edited else key


def _mark(channel: str, ts: str) -> str:
    return f"refused:message:{channel}:{ts}"
