"""Channels that can be posted to again: what could not be delivered there is sent now."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.services.outbox_repair import revive
from handlers.desk import Desk


class Channels:
    """Looks only at what happens to the bot's own way in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which events come here."""
        app.event("member_joined_channel")(self.joined)
        app.event("channel_unarchive")(self.unarchived)
        app.event("group_unarchive")(self.unarchived_private)

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

    async def _revive(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        ctx = self._desk.ctx
        await revive(
            ctx.database,
            "channel",
            now=ctx.clock.now(),
            workspace_id=context.team_id or "",
            channel_id=event["channel"],
        )
