"""The forms of decisions: a new one, its author's edit, a challenge of one in force."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserFacingError
from bot.services import decision_challenge, decision_edit, decision_views
from bot.services.decision_challenge import Challenge
from bot.services.decision_edit import Edit
from bot.services.decision_rights import check_can_vote, require_replacing
from bot.services.recording import Record, Terms, record
from bot.slack.cards import challenge_modal
from bot.slack.cards.decision_form import edit_decision_modal, fits
from bot.slack.payloads import ChannelAction, DecisionAction
from handlers.decision_values import FormRefused, chosen, read_record, read_terms, typed
from handlers.decisions import find_decision
from handlers.desk import Desk
from handlers.interaction import Click, Submission, clicked, submitted
from handlers.rooms import room_is_private

Json = dict[str, Any]


class DecisionForms:
    """A form that does not fit says so at its field and keeps what was typed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.view("decision.new")(submitted(self.recorded))
        app.action("decision.edit")(clicked(self.open_edit))
        app.view("decision.edit")(submitted(self.edited))
        app.action("decision.challenge")(clicked(self.open_challenge))
        app.view("decision.challenge")(submitted(self.challenged))

    async def recorded(self, sent: Submission) -> None:
        """Store the decision and show it in the channel."""
        place = ChannelAction.read(sent.metadata)
        values, workspace = sent.values, sent.workspace
        user = sent.user
        try:
            terms = read_terms(values, today=self._desk.ctx.clock.now().date())
            accepted = chosen(values, "state") == "accepted"
            await self._desk.allow(sent, "decide" if accepted else "ask", place.channel_id)
            await self._check_named(terms, sent.client, workspace, place.channel_id)
            if accepted:
                await self._check_replaced(terms, sent.client, workspace, place.channel_id, user)
            contents = read_record(values)
            private = await room_is_private(self._desk, sent.client, workspace, place.channel_id)
            await record(
                self._desk.ctx,
                Record(
                    workspace_id=workspace,
                    channel_id=place.channel_id,
                    root_ts="",
                    user_id=user,
                    title=contents.title,
                    context=contents.context,
                    outcome=contents.outcome,
                    source_url="",
                    key=sent.key,
                    accepted=accepted,
                    is_private=private,
                    more=contents,
                    terms=terms,
                ),
            )
        except (FormRefused, UserFacingError) as refused:
            await sent.refuse(_errors(refused))
            return
        await sent.ack()

    async def open_edit(self, click: Click) -> None:
        """Show the author the form with what is on record."""
        await click.ack()
        payload = DecisionAction.read(click.value)
        decision = await find_decision(self._desk, payload, click)
        decision_edit.require_author(decision, user_id=click.user)
        if not fits(decision.record):
            raise UserFacingError(
                f"{decision.public_id} is longer than a form of Slack's can hold.",
                hint="Record it anew in fewer words, and say that it replaces this one.",
            )
        async with self._desk.ctx.database.read() as uow:
            terms = await decision_views.form_terms(uow, decision)
        fresh = DecisionAction(decision_id=decision.id, revision=decision.revision)
        view = edit_decision_modal(fresh, decision.public_id, decision.record, terms)
        await click.open(view)

    async def edited(self, sent: Submission) -> None:
        """Store the author's new words as the next revision."""
        payload = DecisionAction.read(sent.metadata)
        values, workspace = sent.values, sent.workspace
        try:
            decision = await find_decision(self._desk, payload, sent)
            terms = read_terms(values, today=self._desk.ctx.clock.now().date())
            await self._check_named(terms, sent.client, workspace, decision.channel_id)
            await decision_edit.edit(
                self._desk.ctx,
                Edit(
                    decision_id=decision.id,
                    user_id=sent.user,
                    revision=payload.revision,
                    contents=read_record(values, decision.record),
                    terms=terms,
                    key=sent.key,
                ),
            )
        except (FormRefused, UserFacingError) as refused:
            await sent.refuse(_errors(refused))
            return
        await sent.ack()

    async def open_challenge(self, click: Click) -> None:
        """Ask what is wrong with a decision and what should stand instead."""
        await click.ack()
        payload = DecisionAction.read(click.value)
        decision = await find_decision(self._desk, payload, click)
        decision_challenge.require_replaceable(decision)
        async with self._desk.ctx.database.read() as uow:
            card = await decision_views.decision_card_view(self._desk.ctx, uow, decision)
        await click.open(challenge_modal(card))

    async def challenged(self, sent: Submission) -> None:
        """Propose what should stand instead, in the challenged decision's thread."""
        payload = DecisionAction.read(sent.metadata)
        values = sent.values
        try:
            decision = await find_decision(self._desk, payload, sent)
            await decision_challenge.challenge(
                self._desk.ctx,
                Challenge(
                    decision_id=decision.id,
                    user_id=sent.user,
                    why=typed(values, "reason"),
                    title=typed(values, "title"),
                    outcome=typed(values, "outcome"),
                    key=sent.key,
                ),
            )
        except UserFacingError as refused:
            await sent.refuse({"reason": refused.sentence()})
            return
        await sent.ack()

    async def _check_replaced(
        self, terms: Terms, client: AsyncWebClient, workspace: str, channel: str, user: str
    ) -> None:
        """Raise FormRefused when the person may not decide on what would be replaced at once."""
        directory = self._desk.directory(client, workspace)
        try:
            async with self._desk.ctx.database.read() as uow:
                others = [
                    await uow.decisions.by_number(workspace, number, seen_from=channel)
                    for number in terms.supersedes
                ]
            await require_replacing(self._desk.ctx, directory, others, user_id=user)
        except UserFacingError as refused:
            raise FormRefused({"supersedes": refused.sentence()}) from None

    async def _check_named(
        self, terms: Terms, client: AsyncWebClient, workspace: str, channel: str
    ) -> None:
        """Raise FormRefused when a bot is named, or somebody who may not decide in the channel."""
        directory = self._desk.directory(client, workspace)
        try:
            await check_can_vote(directory, terms.approvers)
        except UserFacingError as refused:
            raise FormRefused({"approvers": refused.sentence()}) from None
        asked = (
            self._desk.require(
                "decide",
                client=client,
                workspace_id=workspace,
                channel_id=channel,
                user_id=user,
            )
            for user in terms.approvers
            if user[0] in "UW"
        )
        try:
            # At once: Slack waits three seconds for all of them.
            await asyncio.gather(*asked)
        except UserFacingError as refused:
            why = f"One of those named may not decide here. {refused.sentence()}"
            raise FormRefused({"approvers": why}) from None


def _errors(refused: FormRefused | UserFacingError) -> dict[str, str]:
    if isinstance(refused, FormRefused):
        return refused.errors
    return {"title": refused.sentence()}
