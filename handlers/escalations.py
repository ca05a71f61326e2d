"""Escalations in Slack: the buttons on a case, the forms behind them.

Who may `escalate` where the case lives may do all of it; whoever owns a case may in any event.
"""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.escalation import EscalationState
from bot.domain.escalation.acts import Snooze
from bot.domain.quoted import quote
from bot.errors import NotFound, UserFacingError
from bot.services import escalation_news, escalation_views, escalations
from bot.services.escalations import Moved
from bot.services.wishes import Wish
from bot.slack.cards import details_modal
from bot.slack.cards.escalation_modals import hand_modal, resolve_modal, update_modal
from bot.slack.payloads import EscalationAction
from handlers.commands.escalation import details_of
from handlers.decision_values import typed
from handlers.desk import Desk
from handlers.escalating import picked
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.triggers import before_replies
from storage.models import Escalation

Json = dict[str, Any]

_FORMS = {"update": update_modal, "resolve": resolve_modal, "hand": hand_modal}


class EscalationActions:
    """Each click is checked against the case as it is now: cards may be old, two may click."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and forms come here."""
        app.action("escalation.ack")(clicked(self.acknowledge))
        app.action("escalation.hour")(clicked(self.snooze_hour))
        app.action("escalation.tomorrow")(clicked(self.snooze_tomorrow))
        app.action("escalation.up")(clicked(self.level_up))
        app.action("escalation.update")(clicked(self.ask_update))
        app.view("escalation.update")(submitted(self.updated))
        app.action("escalation.resolve")(clicked(self.ask_resolution))
        app.view("escalation.resolve")(submitted(self.resolved))
        app.action("escalation.hand")(clicked(self.ask_whom))
        app.view("escalation.hand")(submitted(self.handed_over))
        app.action("escalation.team")(clicked(self.ask_team))
        app.action("escalation.open")(clicked(self.show))

    async def acknowledge(self, click: Click) -> None:
        """Say that one is on it, or still is."""
        await click.ack()
        row, _ = await self._find(click.value, click)
        directory = self._desk.directory(click.client, row.workspace_id)
        by, receipt = click.user, click.key
        await escalations.acknowledge(self._desk.ctx, directory, row, by=by, receipt=receipt)

    async def snooze_hour(self, click: Click) -> None:
        """Leave it for an hour."""
        await self._snooze(click, choice="hour")

    async def snooze_tomorrow(self, click: Click) -> None:
        """Leave it until the owner's next working morning."""
        await self._snooze(click, choice="tomorrow")

    async def level_up(self, click: Click) -> None:
        """Take it to the next level now."""
        await click.ack()
        row, payload = await self._find(click.value, click)
        by, receipt = click.user, click.key
        await escalations.level_up(self._desk.ctx, row, seen=payload.level, by=by, receipt=receipt)

    async def ask_update(self, click: Click) -> None:
        """Ask how it stands."""
        await self._open_form(click, form="update")

    async def updated(self, sent: Submission) -> None:
        """Post how it stands."""
        row, _ = await self._find(sent.metadata, sent)
        text = _typed(sent.view)
        move = escalations.updated(sent.user, text)
        await self._act(row, move, sent, text=text, receipt=sent.key)
        await sent.ack()

    async def ask_resolution(self, click: Click) -> None:
        """Ask what solved it."""
        await self._open_form(click, form="resolve")

    async def resolved(self, sent: Submission) -> None:
        """Close the case with what solved it; its summary is posted."""
        row, _ = await self._find(sent.metadata, sent)
        text = _typed(sent.view)
        move = escalations.resolved(text)
        await self._act(row, move, sent, text=text, receipt=sent.key)
        await sent.ack()

    async def ask_whom(self, click: Click) -> None:
        """Ask who takes over."""
        await self._open_form(click, form="hand")

    async def handed_over(self, sent: Submission) -> None:
        """Ask somebody else from now on."""
        row, _ = await self._find(sent.metadata, sent)
        to = picked(sent.values, "owner")
        if not to:
            raise UserFacingError("Choose somebody.")
        await escalations.hand_over(
            self._desk.ctx,
            self._desk.directory(sent.client, row.workspace_id),
            row,
            by=sent.user,
            to=to,
            note=_typed(sent.view),
            receipt=sent.key,
        )
        await sent.ack()

    async def ask_team(self, click: Click) -> None:
        """Have the team look at it, before other tasks, in the case's thread."""
        await click.ack()
        row, _ = await self._find(click.value, click)
        ctx, user = self._desk.ctx, click.user
        if row.state is EscalationState.RESOLVED:
            raise UserFacingError(f"{row.public_id} is resolved already.")
        if row.task_id is not None:
            raise UserFacingError(f"The team looks at {row.public_id} already.")
        parts = (row.title, f"Impact: {row.impact}", f"Tried: {row.tried}")
        text = "\n".join(part for part in parts if not part.endswith(": "))
        wish = Wish(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            user_id=user,
            text=text if row.opened_by == user else quote(text),
            ts=before_replies(ctx.clock),
            root_ts=await self._root(row),
            # The case's, not the click's: of several who press at once one is enough.
            key=f"escalation:{row.id}:team",
            mode="team",
        )
        receipt = click.key
        task = await self._desk.take_in(wish, client=click.client, receipt=receipt)
        async with ctx.database.read() as uow:
            task_id = task.id if task else await uow.receipts.task_of(row.workspace_id, wish.key)
        if task_id is not None:  # also one of a click that did not come as far as this
            await escalations.link(ctx, row, task_id, by=user)

    async def show(self, click: Click) -> None:
        """Show one of the person's own cases."""
        await click.ack()
        payload = EscalationAction.read(click.value)
        async with self._desk.ctx.database.read() as uow:
            row = await uow.escalations.find(click.workspace, payload.escalation_id)
            if row.owner_id != click.context.user_id:
                raise NotFound("escalation", row.public_id)
            post = await details_of(uow, row)
        # A form cannot be opened on top of this one: the buttons are on the card.
        told = [block for block in post.blocks if block["type"] != "actions"]
        view = details_modal(row.public_id, replace(post, blocks=told))
        await click.open(view)

    async def _snooze(self, click: Click, *, choice: Snooze) -> None:
        await click.ack()
        row, _ = await self._find(click.value, click)
        move = escalations.snoozed(choice)
        await self._act(row, move, click, receipt=click.key)

    async def _open_form(self, click: Click, *, form: str) -> None:
        await click.ack()
        row, _ = await self._find(click.value, click)
        view = _FORMS[form](escalation_views.card_of(row))
        await click.open(view)

    async def _act(
        self, row: Escalation, move: Moved, by: Interaction, *, text: str = "", receipt: str
    ) -> None:
        await escalations.act(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            move,
            by=by.user,
            text=text,
            receipt=receipt,
        )

    async def _root(self, row: Escalation) -> str:
        """Return the thread of a case: the one it was opened in, or its card's own."""
        if row.root_ts:
            return row.root_ts
        async with self._desk.ctx.database.read() as uow:
            key = escalation_news.card_key(row.id)
            card = await uow.outbox.by_key(row.workspace_id, key)
        if card is None or not card.sent_ts:
            raise UserFacingError("Its card is still on the way.", hint="Try again in a moment.")
        return card.sent_ts

    async def _find(self, carried: object, by: Interaction) -> tuple[Escalation, EscalationAction]:
        """Return the case of a button or form, for its owner or who may escalate in its channel.

        A button of another workspace finds nothing.
        """
        payload = EscalationAction.read(carried)
        async with self._desk.ctx.database.read() as uow:
            row = await uow.escalations.find(by.workspace, payload.escalation_id)
        if row.owner_id != by.context.user_id:
            await self._desk.require(
                "escalate",
                client=by.client,
                workspace_id=row.workspace_id,
                user_id=by.user,
                channel_id=row.channel_id,
            )
        return row, payload


def _typed(view: Json) -> str:
    return typed(view["state"]["values"], "text")
