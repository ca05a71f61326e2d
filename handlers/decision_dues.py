"""Buttons on what the lead says when a decision comes up: still right, 30 more days, for good."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.services import decision_dues
from bot.services.decision_rights import require_vote
from bot.slack.payloads import DecisionAction
from handlers.decisions import find_decision
from handlers.desk import Desk
from handlers.interaction import Click, clicked
from storage.models import Decision

Json = dict[str, Any]


class DecisionDues:
    """Who may decide may keep what was decided; `handlers.access` asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("decision.keep")(clicked(self.keep))
        app.action("decision.renew")(clicked(self.renew))
        app.action("decision.forever")(clicked(self.keep_for_good))

    async def keep(self, click: Click) -> None:
        """Say that the decision is still right, until its next review."""
        await click.ack()
        decision = await self._find(click)
        key, by = click.key, click.user
        await decision_dues.keep(self._desk.ctx, decision.id, by=by, receipt=key)

    async def renew(self, click: Click) -> None:
        """Let a provisional decision last 30 days more."""
        await click.ack()
        await self._renew(click, for_good=False)

    async def keep_for_good(self, click: Click) -> None:
        """Let a provisional decision last without an end."""
        await click.ack()
        await self._renew(click, for_good=True)

    async def _renew(self, click: Click, *, for_good: bool) -> None:
        decision = await self._find(click)
        today = self._desk.ctx.clock.now().date()
        until = None if for_good else decision_dues.month_after(decision, today)
        key, by = click.key, click.user
        await decision_dues.renew(self._desk.ctx, decision.id, until=until, by=by, receipt=key)

    async def _find(self, click: Click) -> Decision:
        payload = DecisionAction.read(click.value)
        decision = await find_decision(self._desk, payload, click)
        directory = self._desk.directory(click.client, decision.workspace_id)
        await require_vote(directory, decision, user_id=click.user)
        return decision
