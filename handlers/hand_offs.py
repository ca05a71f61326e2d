"""The buttons of a hand-off: answers of the team that was asked, withdrawing by who asked."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.hand_off import OPEN, HandOffState
from bot.errors import UserFacingError
from bot.services import hand_offs
from bot.services.hand_off_news import card_of, sides
from bot.slack.cards.hand_off import decline_modal, withdraw_modal
from bot.slack.payloads import HandOffAction
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
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
        app.action("handoff.accept")(clicked(self.accept))
        app.action("handoff.done")(clicked(self.done))
        app.action("handoff.decline")(clicked(self.ask_why))
        app.view("handoff.declined")(submitted(self.declined))
        app.action("handoff.withdraw")(clicked(self.ask_whether))
        app.view("handoff.withdrawn")(submitted(self.withdrawn))

    async def accept(self, click: Click) -> None:
        """Accept what another team asks."""
        await click.ack()
        await self._answer(click, HandOffState.ACCEPTED)

    async def done(self, click: Click) -> None:
        """Say that it is done."""
        await click.ack()
        await self._answer(click, HandOffState.DONE)

    async def ask_why(self, click: Click) -> None:
        """Ask why it is declined."""
        await click.ack()
        row = await self._find(HandOffAction.read(click.value), click)
        if row.state not in OPEN:
            raise UserFacingError(f"{row.public_id} is {row.state.value} already.")
        view = decline_modal(card_of(row))
        await click.open(view)

    async def declined(self, sent: Submission) -> None:
        """Decline with the reason typed."""
        payload = HandOffAction.read(sent.metadata)
        row = await self._find(payload, sent)
        await hand_offs.answer(
            self._desk.ctx,
            row,
            HandOffState.DECLINED,
            by=sent.user,
            receipt=sent.key,
            reason=str(sent.values["reason"]["text"].get("value") or ""),
        )
        await sent.ack()

    async def ask_whether(self, click: Click) -> None:
        """Ask who asked for it whether, and why, it is not needed any more."""
        await click.ack()
        row = await self._row(HandOffAction.read(click.value), click)
        hand_offs.check_may_withdraw(row, user_id=click.user)
        view = withdraw_modal(card_of(row))
        await click.open(view)

    async def withdrawn(self, sent: Submission) -> None:
        """Take the request back; the other team is told."""
        row = await self._row(HandOffAction.read(sent.metadata), sent)
        await hand_offs.withdraw(
            self._desk.ctx,
            row,
            by=sent.user,
            receipt=sent.key,
            reason=str(sent.values["reason"]["text"].get("value") or ""),
        )
        await sent.ack()

    async def _answer(self, click: Click, target: HandOffState) -> None:
        row = await self._find(HandOffAction.read(click.value), click)
        await hand_offs.answer(
            self._desk.ctx,
            row,
            target,
            by=click.user,
            receipt=click.key,
        )

    async def _find(self, payload: HandOffAction, by: Interaction) -> HandOff:
        """Return the hand-off, if the person may answer for the team that was asked."""
        row = await self._row(payload, by)
        _, asked = sides(row)
        await self._desk.require(
            "ask",
            client=by.client,
            workspace_id=row.workspace_id,
            channel_id=asked,
            user_id=by.user,
        )
        return row

    async def _row(self, payload: HandOffAction, by: Interaction) -> HandOff:
        """Return a hand-off of this workspace."""
        async with self._desk.ctx.database.read() as uow:
            return await uow.hand_offs.get(by.workspace, payload.hand_off_id)
