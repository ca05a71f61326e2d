"""An assessment's buttons: what it proposes becomes a tracked action."""

from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.errors import UserFacingError
from bot.services import retro_actions
from bot.services.assessment_reading import card_of
from bot.services.retro_actions import NewAction
from bot.slack.cards.retrospective_modals import action_modal
from bot.slack.payloads import AssessmentProposal
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.reach import whisper
from handlers.retro_actions import USUAL_DAYS, read_action
from storage.models import Assessment

Json = dict[str, Any]


class AssessmentActions:
    """Whoever may look at the channel may take a proposal up there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("assessment.act")(clicked(self.act))
        app.view("assessment.acted")(submitted(self.acted))

    async def act(self, click: Click) -> None:
        """Open the form of an action with what was proposed."""
        await click.ack()
        payload = AssessmentProposal.read(click.value)
        row = await self._row(payload, click)
        view = action_modal(
            payload,
            text=_proposed(row, payload),
            due_on=self._desk.ctx.clock.now().date() + timedelta(days=USUAL_DAYS),
        )
        await click.open(view)

    async def acted(self, sent: Submission) -> None:
        """Store an action that an assessment proposed."""
        payload = AssessmentProposal.read(sent.metadata)
        row = await self._row(payload, sent)
        text, owner, due = read_action(sent.view)
        wanted = NewAction(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            text=text,
            by=sent.user,
            owner_id=owner,
            due_on=due,
        )
        made = await retro_actions.add(self._desk.ctx, wanted, receipt=sent.key)
        await sent.ack()
        if made is not None:
            said = f"{made.public_id} is noted. `/lead retro actions` lists what is open."
            await whisper(sent.client, row.channel_id, sent.user, said)

    async def _row(self, payload: AssessmentProposal, by: Interaction) -> Assessment:
        workspace = by.workspace
        async with self._desk.ctx.database.read() as uow:
            row = await uow.assessments.get(workspace, payload.assessment_id)
        await self._desk.allow(by, "look", row.channel_id)
        return row


def _proposed(row: Assessment, payload: AssessmentProposal) -> str:
    """Return the proposal that was seen: a model may have read the figures meanwhile."""
    card = card_of(row)
    said = card.reading.proposals if payload.by_model and card.reading else card.findings.proposals
    if not 0 <= payload.position < len(said):
        raise UserFacingError("That proposal is gone.", hint="`/lead assessment` shows the newest.")
    return said[payload.position]
