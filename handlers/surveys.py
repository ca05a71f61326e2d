"""A survey's button and form: one answer a person, counted, never stored as theirs."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.survey import SurveyKind
from bot.errors import UserFacingError
from bot.services import surveys
from bot.services.survey_news import card_of
from bot.slack.cards.survey import answer_modal
from bot.slack.payloads import SurveyRef
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from storage.models import Survey

Json = dict[str, Any]


class SurveyActions:
    """Whoever may look at the channel answers the team's; who was asked, the stakeholders'."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("survey.answer")(clicked(self.answer))
        app.view("survey.answered")(submitted(self.answered))

    async def answer(self, click: Click) -> None:
        """Open the form of a survey, for who has not answered yet."""
        await click.ack()
        row = await self._row(SurveyRef.read(click.value), click)
        async with self._desk.ctx.database.read() as uow:
            await surveys.check_open(self._desk.ctx, uow, row, click.user)
        await click.open(answer_modal(card_of(row)))

    async def answered(self, sent: Submission) -> None:
        """Count an answer."""
        row = await self._row(SurveyRef.read(sent.metadata), sent)
        await surveys.answer(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            _score(sent.view),
            user_id=sent.user,
            receipt=sent.key,
        )
        await sent.ack()

    async def _row(self, payload: SurveyRef, by: Interaction) -> Survey:
        workspace = by.workspace
        async with self._desk.ctx.database.read() as uow:
            row = await uow.surveys.get(workspace, payload.survey_id)
        if row.kind == SurveyKind.TEAM:
            await self._desk.allow(by, "look", row.channel_id)
        return row


def _score(view: Json) -> int:
    field = ((view.get("state") or {}).get("values") or {}).get("score") or {}
    chosen = (field.get("choice") or {}).get("selected_option") or {}
    value = str(chosen.get("value") or "")
    if value not in ("1", "2", "3", "4", "5"):
        raise UserFacingError("Choose one of the five answers.")
    return int(value)
