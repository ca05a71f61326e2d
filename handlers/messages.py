"""Messages that reach the bot: mentions, direct messages, follow-ups in its threads."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.sprint.lines import asks_for_sprint
from bot.domain.thread_word import is_word
from bot.domain.wish import has_words
from bot.errors import UserFacingError
from bot.services.standup_answers import MOST_CHARS, answer_by_reply
from bot.services.wishes import Wish, overhear
from bot.slack.text import escape_but_people, show_typed
from handlers.among_people import among_people
from handlers.brought import about_files, brought_by, files_at
from handlers.command_words import is_a_command, names_command
from handlers.desk import Desk
from handlers.hand_off_mention import asks_us
from handlers.message_edits import DELETED, EDITED, MessageEdits
from handlers.privacy import event_is_private, is_private
from handlers.reach import whisper
from handlers.second_try import note_refused, second_try
from handlers.task_words import TaskWords
from handlers.texts import mentions, text_of, wish_text
from handlers.thread_words import steers_thread, task_thread
from storage.models import Thread

_PLAIN = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes that are still a person saying something."""
_CUT = (
    f"I keep {MOST_CHARS:,} characters of an answer, and yours is longer: the report ends there. A"
    " shorter one replaces it: a reply with a label, e.g. `next: …`, or *Answer* on the first"
    " message here."
)


class Messages:
    """A mention, a direct message and a thread reply all become wishes of the same kind.

    One mention arrives twice, as `app_mention` and as `message`; the receipt's key is the
    message itself, so whichever comes second changes nothing.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = TaskWords(desk)
        self._edits = MessageEdits(desk)

    def register(self, app: AsyncApp) -> None:
        """Say which events come here."""
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.said)

    async def mentioned(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Somebody mentioned the bot in a channel."""
        if event.get("subtype") in _PLAIN and "bot_id" not in event:
            text = wish_text(text_of(event), context.bot_user_id or "")
            if not text or is_word(text) or names_command(text):
                # Its files say what is wanted, if there are any: Slack does not tell of them here.
                event = {**event, "files": await files_at(client, event)}
            if await self._is_a_word(event, context, client):
                return
            await self._take_in(event, context, client, addressed=True)

    async def said(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A message in a channel or a direct message; most are none of the bot's business."""
        if event.get("subtype") in (EDITED, DELETED):
            if not await self._edits.tell(event, context, client):
                await self._hear_again(event, context, client)
            return
        try:
            await self._hear(event, context, client)
        except UserFacingError:
            await note_refused(self._desk, event, context.team_id or "")
            raise

    async def _hear_again(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Hear an edit of a message that was refused; refused again it is told here, as what an
        edit's event is about stands within it.
        """
        again = await second_try(self._desk, event, context)
        if again is None:
            return
        try:
            await self._hear(again, context, client)
        except UserFacingError as refused:
            root, told = again.get("thread_ts"), escape_but_people(show_typed(refused.sentence()))
            await whisper(client, again["channel"], again["user"], told, thread_ts=root)

    async def _hear(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        if event.get("subtype") not in _PLAIN or "bot_id" in event or "user" not in event:
            return
        direct = event.get("channel_type") == "im"
        called = mentions(text_of(event), context.bot_user_id or "")
        if (direct or called) and await self._is_a_word(event, context, client):
            return
        if direct or called:
            await self._take_in(event, context, client, addressed=True)
            return
        if await self._is_standup(event, context, client):
            return
        thread = await task_thread(self._desk, event, context.team_id or "")
        if thread is not None and thread.mention_only:
            # Kept for the next mention, which then knows what was said meanwhile.
            await overhear(self._desk.ctx, await self._wish(event, context, client))
        elif thread is not None:
            await self._follow_up(event, thread, context, client)

    async def _follow_up(
        self,
        event: dict[str, Any],
        thread: Thread,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Take a reply without a mention as the next wish, unless it is for somebody else."""
        text = wish_text(text_of(event), context.bot_user_id or "")
        if await self._words.follow(event, text, context, client, addressed=False):
            return
        wish = await self._wish(event, context, client)
        if not has_words(wish.text):
            return  # an emoji; who wants something of us says it
        if await among_people(self._desk, thread, wish):
            await overhear(self._desk.ctx, wish)
            return
        await self._take_in(event, context, client, addressed=False)

    async def _is_standup(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        """Take a reply in a standup's thread as an answer; returns whether it was one."""
        root, workspace = event.get("thread_ts"), context.team_id or ""
        if root is None or event["channel"].startswith("D"):
            return False
        user, channel = event["user"], event["channel"]
        async with self._desk.ctx.database.read() as uow:
            row = await uow.standups.by_root(workspace, channel, root)
        if row is None:
            return False
        if not await self._desk.may(
            "look", client=client, workspace_id=workspace, user_id=user, channel_id=channel
        ):
            return True  # a guest's words are none of the team's answers
        cut = await answer_by_reply(
            self._desk.ctx,
            row,
            user_id=user,
            text=wish_text(text_of(event), context.bot_user_id or ""),
            ts=event["ts"],
            receipt=f"message:{channel}:{event['ts']}",
        )
        if cut:
            await whisper(client, channel, user, _CUT, thread_ts=root)
        return True

    async def _is_a_word(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        """Follow what is no wish: `stop` and the like in a thread, `handoff` of another team."""
        text = wish_text(text_of(event), context.bot_user_id or "")
        if await asks_us(self._desk, event, text, context, client):
            return True
        if await steers_thread(self._desk, event, text, context, client):
            return True
        if await is_a_command(self._desk, event, text, context):
            return True
        return await self._words.follow(event, text, context, client, addressed=True)

    async def _take_in(
        self,
        event: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        addressed: bool,
    ) -> None:
        wish = await self._wish(event, context, client)
        task = await self._desk.take_in(wish, client=client, addressed=addressed)
        if task is not None:
            await self._words.tell_waiting(event, task, client)

    async def _wish(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> Wish:
        channel, ts = event["channel"], event["ts"]
        text = wish_text(text_of(event), context.bot_user_id or "")
        brought = brought_by(event, self._desk.ctx.settings)
        private = await self._is_private(event, context, client)
        return Wish(
            workspace_id=context.team_id or "",
            channel_id=channel,
            user_id=event["user"],
            text=text or about_files(brought),
            ts=ts,
            root_ts=event.get("thread_ts") or ts,
            key=f"message:{channel}:{ts}",
            mode="sprint" if asks_for_sprint(text) else "auto",
            is_private=private,
            brought=brought,
        )

    async def _is_private(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        known = await is_private(self._desk, client, context.team_id or "", event["channel"])
        told = event_is_private(event)
        return known if told is None else told
