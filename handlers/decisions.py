"""Buttons on a decision's card: accept, request changes, reject; the last two ask for a reason."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.decision import DecisionState
from bot.errors import NotFound, UserFacingError
from bot.services import decisions, task_views
from bot.services.workspace_settings import effective
from bot.slack.cards import reason_modal
from bot.slack.payloads import DecisionAction
from handlers.desk import Desk
from handlers.triggers import click_key, view_key
from storage.models import Decision

_TARGETS = {"reject": DecisionState.REJECTED, "change": DecisionState.CHANGES_REQUESTED}


class DecisionActions:
    """Who may decide is asked by `handlers.access`, at the click and when the modal is sent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("decision.accept")(self.accept)
        app.action("decision.change")(self.ask_what)
        app.action("decision.reject")(self.ask_why)
        app.view("decision.change")(self.changed)
        app.view("decision.reject")(self.rejected)

    async def accept(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
    ) -> None:
        """Accept the decision as it stands."""
        await ack()
        payload = DecisionAction.model_validate_json(action["value"])
        await self._find(payload, context)
        await decisions.decide(
            self._desk.ctx,
            payload.decision_id,
            DecisionState.ACCEPTED,
            by=context.user_id or "",
            revision=payload.revision,
            receipt=click_key(body, action),
        )

    async def ask_what(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask what should change."""
        await ack()
        await self._open(action, body, context, client, kind="change")

    async def ask_why(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask why it is rejected."""
        await ack()
        await self._open(action, body, context, client, kind="reject")

    async def changed(self, ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        """Send the decision back and have it redrafted."""
        decision = await self._submit(ack, view, context, kind="change")
        if decision is not None:
            await self._desk.starter.start_revision(decision.id, decision.revision + 1)

    async def rejected(
        self, ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """Reject the decision."""
        await self._submit(ack, view, context, kind="reject")

    async def _open(
        self,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        kind: str,
    ) -> None:
        payload = DecisionAction.model_validate_json(action["value"])
        decision = await self._find(payload, context)
        place = {"channel_id": decision.channel_id}
        async with self._desk.ctx.database.read() as uow:
            settings = await effective(self._desk.ctx, uow, decision.workspace_id, **place)
        card = task_views.decision_card_view(decision, settings)
        view = reason_modal("change" if kind == "change" else "reject", card)
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _submit(
        self,
        ack: AsyncAck,
        view: dict[str, Any],
        context: AsyncBoltContext,
        *,
        kind: str,
    ) -> Decision | None:
        """Decide with the reason typed; a refusal shows at the field and keeps the text."""
        payload = DecisionAction.model_validate_json(view["private_metadata"])
        reason = view["state"]["values"]["reason"]["text"]["value"] or ""
        user = context.user_id or ""
        try:
            await self._find(payload, context)
            decision = await decisions.decide(
                self._desk.ctx,
                payload.decision_id,
                _TARGETS[kind],
                by=user,
                revision=payload.revision,
                reason=reason,
                receipt=view_key(view),
            )
        except UserFacingError as refused:
            await ack(response_action="errors", errors={"reason": refused.sentence()})
            return None
        await ack()
        return decision

    async def _find(self, payload: DecisionAction, context: AsyncBoltContext) -> Decision:
        """Return the decision of a button; a button of another workspace finds nothing."""
        async with self._desk.ctx.database.read() as uow:
            decision = await uow.decisions.get(payload.decision_id)
        if decision.workspace_id != context.team_id:
            raise NotFound("decision", payload.decision_id)
        return decision
