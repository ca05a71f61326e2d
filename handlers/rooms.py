"""Channels that somebody named: whether the bot can work there, and whether it must keep quiet."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserFacingError
from bot.services.sharing import others_read
from handlers.desk import Desk
from handlers.privacy import is_private
from handlers.reach import SLACK_FAILED, error_code
from handlers.readers import note_readers


async def room_is_private(
    desk: Desk,
    client: AsyncWebClient,
    workspace_id: str,
    channel_id: str,
    *,
    told: bool | None = None,
) -> bool:
    """Return whether the channel is private; raises UserFacingError where the bot is not in.

    `told` is what the request itself says.
    """
    try:
        found = (await client.conversations_info(channel=channel_id))["channel"]
    except SLACK_FAILED as refused:
        if error_code(refused) == "channel_not_found":
            raise not_here() from refused
        # The outbox tries longer than a person waits; until then the channel is kept private.
        return await is_private(desk, client, workspace_id, channel_id)
    # A direct message has no members to be among.
    if not found.get("is_member", True) and not found.get("is_im"):
        raise not_here()
    shared = await others_read(desk.directory(client, workspace_id), found)
    await note_readers(desk, workspace_id, channel_id, found, shared)
    return bool(found.get("is_private", True)) if told is None else told


def not_here() -> UserFacingError:
    """Return the sentence for a channel that the bot is not in."""
    return UserFacingError("I am not in this channel.", hint="Invite me: `/invite @lead`.")
