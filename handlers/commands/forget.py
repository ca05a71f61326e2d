"""`/lead forget me` and `/lead forget channel`: what would go, and the button that does it."""

from bot.errors import UserFacingError
from bot.services.forget import count_of_channel, count_of_person
from bot.slack.cards import forget_channel_card, forget_person_card
from bot.slack.post import Post
from handlers.commands.table import Call


async def run_forget(call: Call) -> Post:
    """Say what goes and what stays; nothing is removed before the button is pressed."""
    words = call.words.lower()
    if words == "me":
        rows = await count_of_person(call.desk.ctx, call.workspace_id, call.user_id)
        return forget_person_card(rows)
    if words == "channel":
        await call.require("configure", channel_id=call.channel_id)
        rows = await count_of_channel(call.desk.ctx, call.workspace_id, call.channel_id)
        return forget_channel_card(rows)
    raise UserFacingError(
        "Say what I should forget.", hint="`/lead forget me` or `/lead forget channel`."
    )
