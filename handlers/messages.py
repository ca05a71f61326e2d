"""Messages that reach the bot: mentions, direct messages, follow-ups in its threads."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.tasks import Wish
from handlers.desk import Desk
from handlers.privacy import event_is_private, is_private
from handlers.texts import mentions, wish_text

_PLAIN = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes that are still a person saying something."""


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
            await self._take_in(event, context, client, addressed=True)

    async def said(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """A message in a channel or a direct message; most are none of the bot's business."""
        if event.get("subtype") not in _PLAIN or "bot_id" in event or "user" not in event:
            return
        direct = event.get("channel_type") == "im"
        called = mentions(event.get("text", ""), context.bot_user_id or "")
        if direct or called or await self._in_our_thread(event, context):
            await self._take_in(event, context, client, addressed=direct or called)

    async def _in_our_thread(self, event: dict[str, Any], context: AsyncBoltContext) -> bool:
        root = event.get("thread_ts")
        if root is None:
            return False
        async with self._desk.ctx.database.read() as uow:
            thread = await uow.threads.find(context.team_id or "", event["channel"], root)
            if thread is None or thread.mention_only:
                return False
            return await uow.tasks.of_thread(thread.id) is not None

    async def _take_in(
        self,
        event: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        addressed: bool,
    ) -> None:
        channel, ts = event["channel"], event["ts"]
        await self._desk.take_in(
            Wish(
                workspace_id=context.team_id or "",
                channel_id=channel,
                user_id=event["user"],
                text=wish_text(event.get("text", ""), context.bot_user_id or ""),
                ts=ts,
                root_ts=event.get("thread_ts") or ts,
                key=f"message:{channel}:{ts}",
                is_private=await self._is_private(event, context, client),
            ),
            client=client,
            addressed=addressed,
        )

    async def _is_private(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> bool:
        told = event_is_private(event)
        if told is not None:
            return told
        return await is_private(self._desk, client, context.team_id or "", event["channel"])
