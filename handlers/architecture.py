"""The button that puts a proposed architecture's services into the graph."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import architectures
from bot.services.service_graph import Place
from bot.slack.payloads import ArchitectureAction
from handlers.desk import Desk
from handlers.privacy import is_private
from handlers.triggers import click_key


class ArchitectureActions:
    """Only who may decide in the proposal's channel may change the graph by it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which button comes here."""
        app.action("architecture.accept")(self.accept)

    async def accept(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Add the proposed services and their dependencies to the graph."""
        await ack()
        payload = ArchitectureAction.read(action.get("value"))
        ctx, workspace = self._desk.ctx, context.team_id or ""
        row = await architectures.find(ctx, workspace, payload.architecture_id)
        await self._desk.require(
            "decide",
            client=client,
            workspace_id=workspace,
            channel_id=row.channel_id,
            user_id=context.user_id or "",
        )
        private = await is_private(self._desk, client, workspace, row.channel_id)
        place = Place(workspace, row.channel_id, context.user_id or "", is_private=private)
        await architectures.accept(ctx, row.id, place, receipt=click_key(body, action))
