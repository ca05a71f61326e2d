"""A gate's button and the form that waives a check."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.days import day_words
from bot.domain.quality_gate import Check, find_check
from bot.domain.quality_gate.words import Subject
from bot.errors import UserFacingError
from bot.services import quality_gate_rules, quality_gate_views
from bot.services.quality_gate_rules import Asked, check_until, whose_from
from bot.services.service_graph import Place
from bot.slack.cards.quality_gate import waiver_form
from bot.slack.payloads import WaiverForm
from handlers.debt import Fields
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.privacy import is_private
from handlers.reach import whisper

Json = dict[str, Any]


class QualityGateActions:
    """Whoever may waive where the service is known may do so from its page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("waiver.open")(clicked(self.opened))
        app.view("waiver.saved")(submitted(self.saved))

    async def opened(self, click: Click) -> None:
        """Open the form for what is missed."""
        await click.ack()
        payload = WaiverForm.read(click.value)
        subject = Subject(payload.service, payload.repository)
        place = await self._place(payload, subject, click)
        page = await quality_gate_views.page(self._desk.ctx, place, subject)
        failing = [item["check"] for item in (page.last.checks if page.last else ())
                   if item["fails"]]  # fmt: skip
        checks = [check for check in Check if check in failing]
        if not checks:
            raise UserFacingError(f"Nothing of {page.name} is missed any more.")
        view = waiver_form(payload, page.name, checks, place.user_id)
        await click.open(view)

    async def saved(self, sent: Submission) -> None:
        """Store the waiver."""
        payload = WaiverForm.read(sent.metadata)
        subject = Subject(payload.service, payload.repository)
        place = await self._place(payload, subject, sent)
        form = Fields(sent.values)
        until, owner, reason = form.day("due"), form.person("owner"), form.text("reason")
        self._check(form, until, owner, reason)
        if form.errors or until is None:
            await sent.refuse(form.errors)
            return
        asked = Asked(find_check(form.chosen("check")), owner, reason, until)
        row = await quality_gate_rules.waive(
            self._desk.ctx, place, subject, asked, receipt=sent.key
        )
        await sent.ack()
        if row is None:
            return
        said = (
            f"{row.public_id} counts until {day_words(row.until, year=True)}. `/lead"
            f" gates` lists it."
        )
        await whisper(sent.client, payload.channel_id, place.user_id, said)

    def _check(self, form: Fields, until: date | None, owner: str, reason: str) -> None:
        """Keep by field what is wrong."""
        if not reason:
            form.errors["reason"] = "Say why it is waived."
        if not owner:
            form.errors["owner"] = "Somebody has to answer for it."
        try:
            if until is None:
                raise UserFacingError("Name the last day on which it counts.")
            check_until(until, today=self._desk.ctx.clock.now().date())
        except UserFacingError as error:
            form.errors["due"] = error.text

    async def _place(self, payload: WaiverForm, subject: Subject, by: Interaction) -> Place:
        """Return where it was asked; raises NotAllowed, and NotFound where it is not known."""
        workspace, user = by.workspace, by.user
        channel = payload.channel_id
        private = await is_private(self._desk, by.client, workspace, channel)
        place = Place(workspace, channel, user, is_private=private)
        async with self._desk.ctx.database.read() as uow:
            whose, _ = await whose_from(uow, place, subject)
        await self._desk.allow(by, "waive", whose.scope)
        return place
