"""Forgetting: the buttons of `/lead forget`, and channels that were deleted in Slack."""

import asyncio
from contextlib import suppress
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import forgetting
from bot.services.forgetting import Wanted
from bot.slack.cards import begun_text
from handlers.desk import Desk
from handlers.interaction import Click, clicked
from handlers.reach import SLACK_FAILED, whisper

_DIRECT_SECONDS = 1.0
"""Ours: Slack waits three seconds for the answer to a click; the row must be stored by then."""


class Forget:
    """Whose and which is what Slack says of the click, never what the button carries.

    A click stores the wish and is answered; `bot.services.forgetting` does it and tells.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and events come here."""
        app.action("forget.person")(clicked(self.person))
        app.action("forget.channel")(clicked(self.channel))
        app.event("channel_deleted")(self.deleted)
        app.event("group_deleted")(self.deleted_private)

    async def person(self, click: Click) -> None:
        """Ask for whoever pressed it to be forgotten in this workspace."""
        user = click.user
        wanted = Wanted(
            click.workspace,
            "person",
            user,
            told_in=click.context.channel_id or "",
            direct_id=await self._direct(click.client, user),
        )
        await self._ask(wanted, click.ack, click.client, user)

    async def channel(self, click: Click) -> None:
        """Ask for the channel to be forgotten that it was pressed in."""
        user, channel = click.user, click.context.channel_id or ""
        wanted = Wanted(
            click.workspace,
            "channel",
            channel,
            asked_by=user,
            told_in=channel,
            direct_id=await self._direct(click.client, user),
        )
        await self._ask(wanted, click.ack, click.client, user)

    async def deleted(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Forget a channel that was deleted in Slack."""
        await forgetting.channel_deleted(self._desk.ctx, context.team_id or "", event["channel"])

    async def deleted_private(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Forget a private channel that was deleted in Slack."""
        await forgetting.channel_deleted(self._desk.ctx, context.team_id or "", event["channel"])

    async def _ask(self, wanted: Wanted, ack: AsyncAck, client: AsyncWebClient, user: str) -> None:
        """Store the wish, then acknowledge: what Slack takes for done is not lost."""
        ctx = self._desk.ctx
        new = await forgetting.ask(ctx, wanted)
        await ack()
        since = None
        if not new:
            place = (wanted.workspace_id, wanted.subject, wanted.subject_id)
            since = await forgetting.under_way(ctx, *place)
        channel = wanted.subject_id if wanted.subject == "channel" else ""
        await whisper(client, wanted.told_in, user, begun_text(channel_id=channel, since=since))

    async def _direct(self, client: AsyncWebClient, user: str) -> str:
        """Return the person's direct messages with the bot; empty when Slack does not say."""
        with suppress(*SLACK_FAILED):
            async with asyncio.timeout(_DIRECT_SECONDS):
                opened = await client.conversations_open(users=user)
                return str(opened["channel"]["id"])
        return ""
