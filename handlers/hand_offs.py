"""The buttons of a hand-off: answers of the team that was asked, withdrawing by who asked."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.hand_off import OPEN, HandOffState
from bot.errors import UserFacingError
from bot.services import hand_offs
from bot.services.hand_off_news import card_of, sides
from bot.slack.cards.hand_off import decline_modal, withdraw_modal
from bot.slack.payloads import HandOffAction
from handlers.desk import Desk
from handlers.triggers import click_key, view_key
from storage.models import HandOff

Json = dict[str, Any]


class HandOffActions:
    """Whoever may ask me for work in the channel of the team that was asked can answer for it;
    who asked can take it back.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("handoff.accept")(self.accept)
        app.action("handoff.done")(self.done)
        app.action("handoff.decline")(self.ask_why)
        app.view("handoff.declined")(self.declined)
        app.action("handoff.withdraw")(self.ask_whether)
        app.view("handoff.withdrawn")(self.withdrawn)

    async def accept(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Accept what another team asks."""
        await ack()
        await self._answer(action, body, context, client, HandOffState.ACCEPTED)

    async def done(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Say that it is done."""
        await ack()
        await self._answer(action, body, context, client, HandOffState.DONE)

    async def ask_why(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask why it is declined."""
        await ack()
        row = await self._find(HandOffAction.read(action.get("value")), context, client)
        if row.state not in OPEN:
            raise UserFacingError(f"{row.public_id} is {row.state.value} already.")
        view = decline_modal(card_of(row))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def declined(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Decline with the reason typed."""
        payload = HandOffAction.read(view.get("private_metadata"))
        row = await self._find(payload, context, client)
        await hand_offs.answer(
            self._desk.ctx,
            row,
            HandOffState.DECLINED,
            by=context.user_id or "",
            receipt=view_key(view),
            reason=str(view["state"]["values"]["reason"]["text"].get("value") or ""),
        )
        await ack()

    async def ask_whether(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask who asked for it whether, and why, it is not needed any more."""
        await ack()
        row = await self._row(HandOffAction.read(action.get("value")), context)
        hand_offs.check_may_withdraw(row, user_id=context.user_id or "")
        view = withdraw_modal(card_of(row))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def withdrawn(self, ack: AsyncAck, view: Json, context: AsyncBoltContext) -> None:
        """Take the request back; the other team is told."""
        row = await self._row(HandOffAction.read(view.get("private_metadata")), context)
        await hand_offs.withdraw(
            self._desk.ctx,
            row,
            by=context.user_id or "",
            receipt=view_key(view),
            reason=str(view["state"]["values"]["reason"]["text"].get("value") or ""),
        )
        await ack()

    async def _answer(
        self,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        target: HandOffState,
    ) -> None:
        row = await self._find(HandOffAction.read(action.get("value")), context, client)
        await hand_offs.answer(
            self._desk.ctx,
            row,
            target,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )

    async def _find(
        self, payload: HandOffAction, context: AsyncBoltContext, client: AsyncWebClient
    ) -> HandOff:
        """Return the hand-off, if the person may answer for the team that was asked."""
        row = await self._row(payload, context)
        _, asked = sides(row)
        await self._desk.require(
            "ask",
            client=client,
            workspace_id=row.workspace_id,
            channel_id=asked,
            user_id=context.user_id or "",
        )
        return row

    async def _row(self, payload: HandOffAction, context: AsyncBoltContext) -> HandOff:
        """Return a hand-off of this workspace."""
        async with self._desk.ctx.database.read() as uow:
            return await uow.hand_offs.get(context.team_id or "", payload.hand_off_id)
