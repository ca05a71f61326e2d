"""Channels that change: what could not be delivered there is sent now; others begin to read."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.channel_ids import follow
from bot.services.outbox_repair import revive
from handlers.desk import Desk
from handlers.readers import know_readers, note_event


class Channels:
    """Looks only at what happens to the bot's own way in, and at who reads what it says."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which events come here."""
        app.event("member_joined_channel")(self.joined)
        app.event("channel_unarchive")(self.unarchived)
        app.event("group_unarchive")(self.unarchived_private)
        app.event("channel_shared")(self.shared)
        app.event("channel_unshared")(self.unshared)
        app.event("channel_id_changed")(self.renumbered)

    async def joined(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Send what waited for the bot to be invited."""
        if event.get("user") == context.bot_user_id:
            await self._revive(event, context)

    async def unarchived(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Send what waited in an archived channel."""
        await self._revive(event, context)

    async def unarchived_private(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Send what waited in an archived private channel."""
        await self._revive(event, context)

    async def shared(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Tell nothing of elsewhere in a channel that another company was let into."""
        await note_event(self._desk, context.team_id or "", event["channel"])

    async def unshared(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Look who reads in a channel that one company has left."""
        workspace, channel = context.team_id or "", event["channel"]
        async with self._desk.ctx.database.read() as uow:
            known = await uow.channels.find(workspace, channel)
        if known is not None:
            await know_readers(self._desk, client, workspace, channel, again=True)

    async def renumbered(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Go on in a private channel that got another id, as it is about to be shared."""
        old, new = event["old_channel_id"], event["new_channel_id"]
        await follow(self._desk.ctx, context.team_id or "", old, new)

    async def _revive(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        ctx = self._desk.ctx
        await revive(
            ctx.database,
            "channel",
            now=ctx.clock.now(),
            workspace_id=context.team_id or "",
            channel_id=event["channel"],
        )
