"""A survey's button and form: one answer a person, counted, never stored as theirs."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.survey import SurveyKind
from bot.errors import UserFacingError
from bot.services import surveys
from bot.services.survey_news import card_of
from bot.slack.cards.survey import answer_modal
from bot.slack.payloads import SurveyRef
from handlers.desk import Desk
from handlers.triggers import view_key
from storage.models import Survey

Json = dict[str, Any]


class SurveyActions:
    """Whoever may look at the channel answers the team's; who was asked, the stakeholders'."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("survey.answer")(self.answer)
        app.view("survey.answered")(self.answered)

    async def answer(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form of a survey, for who has not answered yet."""
        await ack()
        row = await self._row(SurveyRef.read(action.get("value")), context, client)
        async with self._desk.ctx.database.read() as uow:
            await surveys.check_open(self._desk.ctx, uow, row, context.user_id or "")
        await client.views_open(trigger_id=body["trigger_id"], view=answer_modal(card_of(row)))

    async def answered(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Count an answer."""
        row = await self._row(SurveyRef.read(view.get("private_metadata")), context, client)
        await surveys.answer(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            _score(view),
            user_id=context.user_id or "",
            receipt=view_key(view),
        )
        await ack()

    async def _row(
        self, payload: SurveyRef, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Survey:
        workspace = context.team_id or ""
        async with self._desk.ctx.database.read() as uow:
            row = await uow.surveys.get(workspace, payload.survey_id)
        if row.kind == SurveyKind.TEAM:
            await self._desk.require(
                "look",
                client=client,
                workspace_id=workspace,
                channel_id=row.channel_id,
                user_id=context.user_id or "",
            )
        return row


def _score(view: Json) -> int:
    field = ((view.get("state") or {}).get("values") or {}).get("score") or {}
    chosen = (field.get("choice") or {}).get("selected_option") or {}
    value = str(chosen.get("value") or "")
    if value not in ("1", "2", "3", "4", "5"):
        raise UserFacingError("Choose one of the five answers.")
    return int(value)
