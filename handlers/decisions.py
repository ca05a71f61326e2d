"""Buttons on a decision's card: accept, request changes, reject, no longer valid; with reasons."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.decision import DecisionState, LinkKind
from bot.errors import NotFound, UserFacingError
from bot.services import decision_views, decisions
from bot.services.decision_rights import require_replacing, require_vote
from bot.slack.cards import reason_modal
from bot.slack.cards.decision_modals import ReasonKind
from bot.slack.payloads import DecisionAction
from handlers.desk import Desk
from handlers.triggers import click_key, view_key
from storage.models import Decision

Json = dict[str, Any]

_TARGETS: dict[ReasonKind, DecisionState] = {
    "reject": DecisionState.REJECTED,
    "change": DecisionState.CHANGES_REQUESTED,
    "deprecate": DecisionState.DEPRECATED,
}


class DecisionActions:
    """Who may decide is asked by `handlers.access`, at the click and when the modal is sent; who
    has a vote on this decision is asked here, as often.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("decision.accept")(self.accept)
        app.action("decision.change")(self.ask_what)
        app.action("decision.reject")(self.ask_why)
        app.action("decision.deprecate")(self.ask_why_not)
        app.view("decision.change")(self.changed)
        app.view("decision.reject")(self.rejected)
        app.view("decision.deprecate")(self.deprecated)

    async def accept(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Accept the decision as it stands, or be one of those who do."""
        await ack()
        payload = DecisionAction.read(action.get("value"))
        decision = await self._find(payload, context, client)
        async with self._desk.ctx.database.read() as uow:
            onward = await uow.decision_parts.onward(decision.id)
        await require_replacing(
            self._desk.ctx,
            self._desk.directory(client, decision.workspace_id),
            [other for kind, other in onward if kind is LinkKind.SUPERSEDES],
            user_id=context.user_id or "",
        )
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
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask what should change."""
        await ack()
        await self._open(action, body, context, client, kind="change")

    async def ask_why(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask why it is rejected."""
        await ack()
        await self._open(action, body, context, client, kind="reject")

    async def ask_why_not(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask why it does not hold any more."""
        await ack()
        await self._open(action, body, context, client, kind="deprecate")

    async def changed(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Send the decision back; the lead redrafts its own, a person edits theirs."""
        decision = await self._submit(ack, view, context, client, kind="change")
        if decision is not None and decision.task_id is not None:
            await self._desk.starter.start_revision(decision.id, decision.revision + 1)

    async def rejected(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Reject the decision."""
        await self._submit(ack, view, context, client, kind="reject")

    async def deprecated(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Take the decision out of force."""
        await self._submit(ack, view, context, client, kind="deprecate")

    async def _open(
        self,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        kind: ReasonKind,
    ) -> None:
        payload = DecisionAction.read(action.get("value"))
        decision = await self._find(payload, context, client)
        async with self._desk.ctx.database.read() as uow:
            card = await decision_views.decision_card_view(self._desk.ctx, uow, decision)
        await client.views_open(trigger_id=body["trigger_id"], view=reason_modal(kind, card))

    async def _submit(
        self,
        ack: AsyncAck,
        view: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        kind: ReasonKind,
    ) -> Decision | None:
        """Decide with the reason typed; a refusal shows at the field and keeps the text."""
        payload = DecisionAction.read(view.get("private_metadata"))
        reason = view["state"]["values"]["reason"]["text"]["value"] or ""
        user = context.user_id or ""
        try:
            await self._find(payload, context, client)
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

    async def _find(
        self, payload: DecisionAction, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Decision:
        """Return the decision of a button for somebody who has a vote on it."""
        decision = await find_decision(self._desk, payload, context)
        directory = self._desk.directory(client, decision.workspace_id)
        await require_vote(directory, decision, user_id=context.user_id or "")
        return decision


async def find_decision(desk: Desk, payload: DecisionAction, context: AsyncBoltContext) -> Decision:
    """Return the decision of a button; a button of another workspace finds nothing."""
    async with desk.ctx.database.read() as uow:
        decision = await uow.decisions.get(payload.decision_id)
    if decision.workspace_id != context.team_id:
        raise NotFound("decision", payload.decision_id)
    return decision
