"""An assessment's buttons: what it proposes becomes a tracked action."""

from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserFacingError
from bot.services import retro_actions
from bot.services.assessment_reading import card_of
from bot.services.retro_actions import NewAction
from bot.slack.cards.retrospective_modals import action_modal
from bot.slack.payloads import AssessmentProposal
from handlers.desk import Desk
from handlers.retro_actions import USUAL_DAYS, read_action
from handlers.triggers import view_key
from storage.models import Assessment

Json = dict[str, Any]


class AssessmentActions:
    """Whoever may look at the channel may take a proposal up there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("assessment.act")(self.act)
        app.view("assessment.acted")(self.acted)

    async def act(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form of an action with what was proposed."""
        await ack()
        payload = AssessmentProposal.read(action.get("value"))
        row = await self._row(payload, context, client)
        view = action_modal(
            payload,
            text=_proposed(row, payload),
            due_on=self._desk.ctx.clock.now().date() + timedelta(days=USUAL_DAYS),
        )
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def acted(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Store an action that an assessment proposed."""
        payload = AssessmentProposal.read(view.get("private_metadata"))
        row = await self._row(payload, context, client)
        text, owner, due = read_action(view)
        wanted = NewAction(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            text=text,
            by=context.user_id or "",
            owner_id=owner,
            due_on=due,
        )
        made = await retro_actions.add(self._desk.ctx, wanted, receipt=view_key(view))
        await ack()
        if made is not None:
            await client.chat_postEphemeral(
                channel=row.channel_id,
                user=context.user_id or "",
                text=f"{made.public_id} is noted. `/lead retro actions` lists what is open.",
            )

    async def _row(
        self, payload: AssessmentProposal, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Assessment:
        workspace = context.team_id or ""
        async with self._desk.ctx.database.read() as uow:
            row = await uow.assessments.get(workspace, payload.assessment_id)
        await self._desk.require(
            "look",
            client=client,
            workspace_id=workspace,
            channel_id=row.channel_id,
            user_id=context.user_id or "",
        )
        return row


def _proposed(row: Assessment, payload: AssessmentProposal) -> str:
    """Return the proposal that was seen: a model may have read the figures meanwhile."""
    card = card_of(row)
    said = card.reading.proposals if payload.by_model and card.reading else card.findings.proposals
    if not 0 <= payload.position < len(said):
        raise UserFacingError("That proposal is gone.", hint="`/lead assessment` shows the newest.")
    return said[payload.position]
