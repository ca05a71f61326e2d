"""`@lead quiet` and `@lead listen`: whether every reply in a task's thread is followed."""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserFacingError
from bot.services.threads import set_mention_only
from handlers.desk import Desk
from handlers.reach import whisper
from storage.models import Thread

THREAD_WORDS = {
    "quiet": "I now follow only replies here that mention me. `@lead listen` undoes it.",
    "listen": "I now follow every reply here. `@lead quiet` undoes it.",
}
"""What one may say to the bot in a task's thread besides wishes, and its answer."""


async def task_thread(desk: Desk, event: dict[str, Any], workspace_id: str) -> Thread | None:
    """Return the thread that a message is a reply in; None where no task lives there."""
    root = event.get("thread_ts")
    if root is None:
        return None
    async with desk.ctx.database.read() as uow:
        thread = await uow.threads.find(workspace_id, event["channel"], root)
        if thread is None or await uow.tasks.of_thread(thread.id) is None:
            return None
    return thread


async def steers_thread(
    desk: Desk,
    event: dict[str, Any],
    text: str,
    context: AsyncBoltContext,
    client: AsyncWebClient,
) -> bool:
    """Follow `quiet` and `listen`, which Slack cannot offer as commands inside threads.

    Returns whether it was one of them. Raises UserFacingError, once, where it has no meaning.
    """
    word = text.lower().strip(" .!")
    if word not in THREAD_WORDS:
        return False
    workspace, user, channel = context.team_id or "", event["user"], event["channel"]
    if not await desk.may(
        "ask", client=client, workspace_id=workspace, user_id=user, channel_id=channel
    ):
        return False
    thread = None
    if event.get("channel_type") != "im":
        thread = await task_thread(desk, event, workspace)
    if thread is None:
        if await desk.is_first(workspace, f"thread-word:{channel}:{event['ts']}"):
            raise _out_of_place(word, channel)
        return True
    if await set_mention_only(desk.ctx, thread.id, word == "quiet", by=user):
        await whisper(client, channel, user, THREAD_WORDS[word], thread_ts=thread.root_ts)
    return True


def _out_of_place(word: str, channel_id: str) -> UserFacingError:
    if channel_id.startswith("D"):
        return UserFacingError(
            "In a direct message I follow all that you write.",
            hint=f"`@lead {word}` is for a task's thread in a channel.",
        )
    return UserFacingError(
        f"`{word}` is about one task's thread.",
        hint=f"Say `@lead {word}` in that thread, or `/lead {word} T-12` here.",
    )
