"""Buttons on what the lead says when a decision comes up: still right, 30 more days, for good."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import decision_dues
from bot.services.decision_rights import require_vote
from bot.slack.payloads import DecisionAction
from handlers.decisions import find_decision
from handlers.desk import Desk
from handlers.triggers import click_key
from storage.models import Decision

Json = dict[str, Any]


class DecisionDues:
    """Who may decide may keep what was decided; `handlers.access` asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("decision.keep")(self.keep)
        app.action("decision.renew")(self.renew)
        app.action("decision.forever")(self.keep_for_good)

    async def keep(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Say that the decision is still right, until its next review."""
        await ack()
        decision = await self._find(action, context, client)
        key, by = click_key(body, action), context.user_id or ""
        await decision_dues.keep(self._desk.ctx, decision.id, by=by, receipt=key)

    async def renew(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Let a provisional decision last 30 days more."""
        await ack()
        await self._renew(action, body, context, client, for_good=False)

    async def keep_for_good(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Let a provisional decision last without an end."""
        await ack()
        await self._renew(action, body, context, client, for_good=True)

    async def _renew(
        self,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        for_good: bool,
    ) -> None:
        decision = await self._find(action, context, client)
        today = self._desk.ctx.clock.now().date()
        until = None if for_good else decision_dues.month_after(decision, today)
        key, by = click_key(body, action), context.user_id or ""
        await decision_dues.renew(self._desk.ctx, decision.id, until=until, by=by, receipt=key)

    async def _find(
        self, action: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Decision:
        payload = DecisionAction.read(action.get("value"))
        decision = await find_decision(self._desk, payload, context)
        directory = self._desk.directory(client, decision.workspace_id)
        await require_vote(directory, decision, user_id=context.user_id or "")
        return decision
