"""A wish at work or a standup's answer that is edited or deleted: what was read counts, and that is
said.
"""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.task import ENDED
from bot.services.standup_answers import taken_key
from handlers.desk import Desk
from handlers.reach import whisper
from handlers.texts import text_of, wish_text
from storage.models import Task

EDITED, DELETED = "message_changed", "message_deleted"
_TOMBSTONE = "tombstone"
"""What a message with replies becomes when it is deleted: Slack tells of it as an edit."""

_ANSWER = (
    "Your answer to the standup stays as I read it. *Answer* on its first message changes it, or a"
    " reply with a label, e.g. `next: …`."
)


class MessageEdits:
    """Nothing is read a second time: a typo that is mended would start work anew, at its price."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def tell(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        """Tell whoever wrote such a message, once, that its first words count; returns whether it
        is one.
        """
        was = event.get("previous_message") or {}
        user, ts = was.get("user"), str(was.get("ts") or "")
        if not user or was.get("bot_id") or not ts or user == context.bot_user_id:
            return False
        now = event.get("message") or {}
        edited = event.get("subtype") == EDITED and now.get("subtype") != _TOMBSTONE
        if edited and text_of(now) == text_of(was):
            return False  # a link's preview, a reply's count
        channel, root = str(event["channel"]), str(was.get("thread_ts") or ts)
        workspace = context.team_id or ""
        words = wish_text(text_of(now), context.bot_user_id or "") if edited else None
        task = await self._task(workspace, channel, root, ts, unless=words)
        if task is not None:
            told = _told(task, edited=edited)
        elif await self._is_answer(workspace, channel, root, ts):
            told = _ANSWER
        else:
            return False
        key = f"{'edited' if edited else 'deleted'}:{channel}:{ts}"
        if await self._desk.is_first(workspace, key):
            await whisper(client, channel, user, told, thread_ts=root)
        return True

    async def _is_answer(self, workspace: str, channel: str, root: str, ts: str) -> bool:
        async with self._desk.ctx.database.read() as uow:
            if await uow.outbox.by_key(workspace, taken_key(channel, ts)) is None:
                return False  # of a wish that is done it is the same sign
            return await uow.standups.by_root(workspace, channel, root) is not None

    async def _task(
        self, workspace: str, channel: str, root: str, ts: str, *, unless: str | None
    ) -> Task | None:
        """Return the task at work that took the message in; not one that read these very words, as
        a mention that is edited into a message tells us of both.
        """
        async with self._desk.ctx.database.read() as uow:
            thread = await uow.threads.find(workspace, channel, root)
            task = await uow.tasks.of_thread(thread.id) if thread is not None else None
            if thread is None or task is None or task.state in ENDED:
                return None
            said = await uow.threads.messages(thread.id)
        read = [kept.text for kept in said if kept.ts == ts and kept.trusted]
        return task if read and unless not in read else None


def _told(task: Task, *, edited: bool) -> str:
    name = task.public_id
    if edited:
        return f"{name} goes on with what you wrote first. Say in a reply here what has changed."
    return f"{name} goes on with what I had read. `/lead stop {name}` stops it."
