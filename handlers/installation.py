"""A workspace removes the app: its work ends, its tokens are forgotten."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.services import installations
from handlers.desk import Desk


class Installations:
    """Listens for the end; the beginning is a browser's way through Slack."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which events come here."""
        app.event("app_uninstalled")(self.uninstalled)
        app.event("tokens_revoked")(self.revoked)

    async def uninstalled(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        """End a workspace's work: the app was removed there."""
        await self._remove(body, context, reason="app_uninstalled")

    async def revoked(
        self, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """End it when the bot's token was revoked; people's tokens we have none of."""
        if (event.get("tokens") or {}).get("bot"):
            await self._remove(body, context, reason="tokens_revoked")

    async def _remove(self, body: dict[str, Any], context: AsyncBoltContext, reason: str) -> None:
        if not context.team_id:
            return
        clock = self._desk.ctx.clock
        said = body.get("event_time")
        at = datetime.fromtimestamp(said, UTC) if isinstance(said, int) else clock.now()
        await installations.remove(self._desk.ctx, context.team_id, reason=reason, at=at)
