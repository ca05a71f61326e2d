"""Forgets at once, as the operator's command does, and reads how a wish stands."""

from bot.services import forgetting
from bot.services.context import Context
from bot.services.forget_run import Counts
from bot.services.forgetting import Wanted


async def forget_person(ctx: Context, workspace_id: str, user_id: str) -> Counts:
    """Forget a person by their own wish, of which nobody is told; returns rows by table."""
    return await forgetting.finish(ctx, Wanted(workspace_id, "person", user_id))


async def forget_channel(ctx: Context, workspace_id: str, channel_id: str, *, by: str) -> Counts:
    """Forget a channel; returns rows by table."""
    wanted = Wanted(workspace_id, "channel", channel_id, asked_by=by)
    return await forgetting.finish(ctx, wanted)
