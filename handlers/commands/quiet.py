"""`/lead quiet` and `listen`: whether every reply in a task's thread is followed."""

from bot.services.threads import set_mention_only
from bot.slack.cards import text_post
from bot.slack.post import Post
from handlers.commands.table import Call, number


async def be_quiet(call: Call) -> Post:
    """Follow only replies that mention the bot."""
    name = await _set(call, "quiet", mention_only=True)
    return text_post(f"In {name}'s thread I now follow only replies that mention me.")


async def listen(call: Call) -> Post:
    """Follow every reply."""
    name = await _set(call, "listen", mention_only=False)
    return text_post(f"In {name}'s thread I now follow every reply.")


async def _set(call: Call, verb: str, *, mention_only: bool) -> str:
    # Slack offers no slash commands inside threads, so the task is named.
    wanted = number(call.words, "T", noun=verb)
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        task = await uow.tasks.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
    await call.require("ask", channel_id=task.channel_id)
    await set_mention_only(ctx, task.thread_id, mention_only, by=call.user_id)
    return task.public_id
