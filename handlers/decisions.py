"""Buttons on a decision's card: accept, request changes, reject, no longer valid; with reasons."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.decision import DecisionState, LinkKind
from bot.errors import NotFound, UserFacingError
from bot.services import decision_views, decisions
from bot.services.decision_rights import require_replacing, require_vote
from bot.slack.cards import reason_modal
from bot.slack.cards.decision_modals import ReasonKind
from bot.slack.payloads import DecisionAction
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
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
        app.action("decision.accept")(clicked(self.accept))
        app.action("decision.change")(clicked(self.ask_what))
        app.action("decision.reject")(clicked(self.ask_why))
        app.action("decision.deprecate")(clicked(self.ask_why_not))
        app.view("decision.change")(submitted(self.changed))
        app.view("decision.reject")(submitted(self.rejected))
        app.view("decision.deprecate")(submitted(self.deprecated))

    async def accept(self, click: Click) -> None:
        """Accept the decision as it stands, or be one of those who do."""
        await click.ack()
        payload = DecisionAction.read(click.value)
        decision = await self._find(payload, click)
        async with self._desk.ctx.database.read() as uow:
            onward = await uow.decision_parts.onward(decision.id)
        await require_replacing(
            self._desk.ctx,
            self._desk.directory(click.client, decision.workspace_id),
            [other for kind, other in onward if kind is LinkKind.SUPERSEDES],
            user_id=click.user,
        )
        await decisions.decide(
            self._desk.ctx,
            payload.decision_id,
            DecisionState.ACCEPTED,
            by=click.user,
            revision=payload.revision,
            receipt=click.key,
        )

    async def ask_what(self, click: Click) -> None:
        """Ask what should change."""
        await click.ack()
        await self._open(click, kind="change")

    async def ask_why(self, click: Click) -> None:
        """Ask why it is rejected."""
        await click.ack()
        await self._open(click, kind="reject")

    async def ask_why_not(self, click: Click) -> None:
        """Ask why it does not hold any more."""
        await click.ack()
        await self._open(click, kind="deprecate")

    async def changed(self, sent: Submission) -> None:
        """Send the decision back; the lead redrafts its own, a person edits theirs."""
        decision = await self._submit(sent, kind="change")
        if decision is not None and decision.task_id is not None:
            await self._desk.starter.start_revision(decision.id, decision.revision + 1)

    async def rejected(self, sent: Submission) -> None:
        """Reject the decision."""
        await self._submit(sent, kind="reject")

    async def deprecated(self, sent: Submission) -> None:
        """Take the decision out of force."""
        await self._submit(sent, kind="deprecate")

    async def _open(self, click: Click, *, kind: ReasonKind) -> None:
        payload = DecisionAction.read(click.value)
        decision = await self._find(payload, click)
        async with self._desk.ctx.database.read() as uow:
            card = await decision_views.decision_card_view(self._desk.ctx, uow, decision)
        await click.open(reason_modal(kind, card))

    async def _submit(self, sent: Submission, *, kind: ReasonKind) -> Decision | None:
        """Decide with the reason typed; a refusal shows at the field and keeps the text."""
        payload = DecisionAction.read(sent.metadata)
        reason = sent.values["reason"]["text"]["value"] or ""
        user = sent.user
        try:
            await self._find(payload, sent)
            decision = await decisions.decide(
                self._desk.ctx,
                payload.decision_id,
                _TARGETS[kind],
                by=user,
                revision=payload.revision,
                reason=reason,
                receipt=sent.key,
            )
        except UserFacingError as refused:
            await sent.refuse({"reason": refused.sentence()})
            return None
        await sent.ack()
        return decision

    async def _find(self, payload: DecisionAction, by: Interaction) -> Decision:
        """Return the decision of a button for somebody who has a vote on it."""
        decision = await find_decision(self._desk, payload, by)
        directory = self._desk.directory(by.client, decision.workspace_id)
        await require_vote(directory, decision, user_id=by.user)
        return decision


async def find_decision(desk: Desk, payload: DecisionAction, by: Interaction) -> Decision:
    """Return the decision of a button; a button of another workspace finds nothing."""
    async with desk.ctx.database.read() as uow:
        decision = await uow.decisions.get(payload.decision_id)
    if decision.workspace_id != by.context.team_id:
        raise NotFound("decision", payload.decision_id)
    return decision
