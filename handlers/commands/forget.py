"""`/lead forget me` and `/lead forget channel`: what would go, and the button that does it."""

from bot.errors import UserFacingError
from bot.services import forgetting
from bot.services.forget import count_of_channel, count_of_person
from bot.slack.cards import begun_text, forget_channel_card, forget_person_card
from bot.slack.post import Post
from handlers.commands.table import Call


async def run_forget(call: Call) -> Post:
    """Say what goes and what stays; nothing is removed before the button is pressed."""
    words = call.words.lower()
    if words == "me":
        return await _me(call)
    if words == "channel":
        await call.require("configure", channel_id=call.channel_id)
        return await _channel(call)
    raise UserFacingError(
        "Say what I should forget.", hint="`/lead forget me` or `/lead forget channel`."
    )


async def _me(call: Call) -> Post:
    ctx = call.desk.ctx
    since = await forgetting.under_way(ctx, call.workspace_id, "person", call.user_id)
    if since is not None:
        return Post(text=begun_text(since=since))
    return forget_person_card(await count_of_person(ctx, call.workspace_id, call.user_id))


async def _channel(call: Call) -> Post:
    ctx = call.desk.ctx
    since = await forgetting.under_way(ctx, call.workspace_id, "channel", call.channel_id)
    if since is not None:
        return Post(text=begun_text(channel_id=call.channel_id, since=since))
    return forget_channel_card(await count_of_channel(ctx, call.workspace_id, call.channel_id))
