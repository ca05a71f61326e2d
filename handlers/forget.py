"""Forgetting: the buttons of `/lead forget`, and channels that were deleted in Slack."""

from contextlib import suppress
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import forget
from bot.slack.cards import forgotten_text
from handlers.desk import Desk
from handlers.reach import SLACK_FAILED


class Forget:
    """Whose and which is what Slack says of the click, never what the button carries."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and events come here."""
        app.action("forget.person")(self.person)
        app.action("forget.channel")(self.channel)
        app.event("channel_deleted")(self.deleted)
        app.event("group_deleted")(self.deleted_private)

    async def person(
        self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Forget whoever pressed it, in this workspace."""
        await ack()
        user, direct = context.user_id or "", ""
        with suppress(*SLACK_FAILED):  # then what they wrote there tells which it is
            opened = await client.conversations_open(users=user)
            direct = str(opened["channel"]["id"])
        rows = await forget.forget_person(
            self._desk.ctx, context.team_id or "", user, direct_id=direct
        )
        await self._tell(client, context, forgotten_text(rows))

    async def channel(
        self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Forget the channel that it was pressed in."""
        await ack()
        rows = await forget.forget_channel(
            self._desk.ctx,
            context.team_id or "",
            context.channel_id or "",
            by=context.user_id or "",
        )
        await self._tell(client, context, forgotten_text(rows))

    async def deleted(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Forget a channel that was deleted in Slack."""
        await forget.channel_deleted(self._desk.ctx, context.team_id or "", event["channel"])

    async def deleted_private(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Forget a private channel that was deleted in Slack."""
        await forget.channel_deleted(self._desk.ctx, context.team_id or "", event["channel"])

    async def _tell(self, client: AsyncWebClient, context: AsyncBoltContext, text: str) -> None:
        with suppress(*SLACK_FAILED):
            await client.chat_postEphemeral(
                channel=context.channel_id or "", user=context.user_id or "", text=text
            )
