"""Messages that reach the bot: mentions, direct messages, follow-ups in its threads."""

from contextlib import suppress
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.sprint.lines import asks_for_sprint
from bot.errors import NotAllowed
from bot.services.standup_answers import answer_by_reply
from bot.services.tasks import Wish, overhear
from bot.services.threads import set_mention_only
from handlers.brought import about_files, brought_by, files_at
from handlers.desk import Desk
from handlers.hand_off_mention import asks_us
from handlers.privacy import event_is_private, is_private
from handlers.reach import SLACK_FAILED
from handlers.texts import mentions, text_of, wish_text
from storage.models import Thread

_PLAIN = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes that are still a person saying something."""

THREAD_WORDS = {
    "quiet": "I now follow only replies here that mention me. `@lead listen` undoes it.",
    "listen": "I now follow every reply here. `@lead quiet` undoes it.",
}
"""What one may say to the bot in a task's thread besides wishes, and its answer."""


class Messages:
    """A mention, a direct message and a thread reply all become wishes of the same kind.

    One mention arrives twice, as `app_mention` and as `message`; the receipt's key is the
    message itself, so whichever comes second changes nothing.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which events come here."""
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.said)

    async def mentioned(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Somebody mentioned the bot in a channel."""
        if event.get("subtype") in _PLAIN and "bot_id" not in event:
            if not wish_text(text_of(event), context.bot_user_id or ""):
                # Then its files say what is wanted, of which Slack does not tell here.
                event = {**event, "files": await files_at(client, event)}
            if await self._is_a_word(event, context, client):
                return
            await self._take_in(event, context, client, addressed=True)

    async def said(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A message in a channel or a direct message; most are none of the bot's business."""
        if event.get("subtype") not in _PLAIN or "bot_id" in event or "user" not in event:
            return
        direct = event.get("channel_type") == "im"
        called = mentions(text_of(event), context.bot_user_id or "")
        if called and await self._is_a_word(event, context, client):
            return
        if direct or called:
            await self._take_in(event, context, client, addressed=True)
            return
        if await self._is_standup(event, context, client):
            return
        thread = await self._our_thread(event, context)
        if thread is not None and thread.mention_only:
            # Kept for the next mention, which then knows what was said meanwhile.
            await overhear(self._desk.ctx, await self._wish(event, context, client))
        elif thread is not None:
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
        try:
            await self._desk.require(
                "look", client=client, workspace_id=workspace, user_id=user, channel_id=channel
            )
        except NotAllowed:
            return True  # a guest's words are none of the team's answers
        await answer_by_reply(
            self._desk.ctx,
            row,
            user_id=user,
            text=wish_text(text_of(event), context.bot_user_id or ""),
            ts=event["ts"],
            receipt=f"message:{channel}:{event['ts']}",
        )
        return True

    async def _our_thread(self, event: dict[str, Any], context: AsyncBoltContext) -> Thread | None:
        root = event.get("thread_ts")
        if root is None:
            return None
        async with self._desk.ctx.database.read() as uow:
            thread = await uow.threads.find(context.team_id or "", event["channel"], root)
            if thread is None or await uow.tasks.of_thread(thread.id) is None:
                return None
        return thread

    async def _is_a_word(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        """Follow what is no wish: `quiet` and `listen` in a thread, `handoff` of another team."""
        text = wish_text(text_of(event), context.bot_user_id or "")
        if await asks_us(self._desk, event, text, context, client):
            return True
        return await self._steers_thread(event, context, client)

    async def _steers_thread(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        """Follow `@lead quiet` and `@lead listen` in a task's thread; returns whether it was one.

        Slack offers no slash commands inside threads.
        """
        word = wish_text(text_of(event), context.bot_user_id or "").lower().strip(" .!")
        if word not in THREAD_WORDS:
            return False
        thread = await self._our_thread(event, context)
        if thread is None:
            return False
        workspace, user, channel = context.team_id or "", event["user"], event["channel"]
        try:
            await self._desk.require(
                "ask", client=client, workspace_id=workspace, user_id=user, channel_id=channel
            )
        except NotAllowed:
            return False  # taken in like any other message, and refused there, once
        quiet = word == "quiet"
        if await set_mention_only(self._desk.ctx, thread.id, quiet, by=user):
            with suppress(*SLACK_FAILED):
                await client.chat_postEphemeral(
                    channel=channel, user=user, thread_ts=thread.root_ts, text=THREAD_WORDS[word]
                )
        return True

    async def _take_in(
        self,
        event: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        addressed: bool,
    ) -> None:
        wish = await self._wish(event, context, client)
        await self._desk.take_in(wish, client=client, addressed=addressed)

    async def _wish(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> Wish:
        channel, ts = event["channel"], event["ts"]
        text = wish_text(text_of(event), context.bot_user_id or "")
        brought = brought_by(event, self._desk.ctx.settings)
        return Wish(
            workspace_id=context.team_id or "",
            channel_id=channel,
            user_id=event["user"],
            text=text or about_files(brought),
            ts=ts,
            root_ts=event.get("thread_ts") or ts,
            key=f"message:{channel}:{ts}",
            mode="sprint" if asks_for_sprint(text) else "auto",
            is_private=await self._is_private(event, context, client),
            brought=brought,
        )

    async def _is_private(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        told = event_is_private(event)
        if told is not None:
            return told
        return await is_private(self._desk, client, context.team_id or "", event["channel"])
