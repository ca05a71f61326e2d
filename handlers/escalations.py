"""Escalations in Slack: the buttons on a case, the forms behind them.

Who may `escalate` where the case lives may do all of it; whoever owns a case may in any event.
"""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.escalation import EscalationState
from bot.domain.escalation.acts import Snooze
from bot.domain.quoted import quote
from bot.errors import NotFound, UserFacingError
from bot.services import escalation_news, escalation_views, escalations
from bot.services.escalations import Moved
from bot.services.tasks import Wish
from bot.slack.cards import details_modal
from bot.slack.cards.escalation_modals import hand_modal, resolve_modal, update_modal
from bot.slack.payloads import EscalationAction
from handlers.commands.escalation import details_of
from handlers.decision_values import typed
from handlers.desk import Desk
from handlers.escalating import picked
from handlers.triggers import before_replies, click_key, view_key
from storage.models import Escalation

Json = dict[str, Any]

_FORMS = {"update": update_modal, "resolve": resolve_modal, "hand": hand_modal}


class EscalationActions:
    """Each click is checked against the case as it is now: cards may be old, two may click."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and forms come here."""
        app.action("escalation.ack")(self.acknowledge)
        app.action("escalation.hour")(self.snooze_hour)
        app.action("escalation.tomorrow")(self.snooze_tomorrow)
        app.action("escalation.up")(self.level_up)
        app.action("escalation.update")(self.ask_update)
        app.view("escalation.update")(self.updated)
        app.action("escalation.resolve")(self.ask_resolution)
        app.view("escalation.resolve")(self.resolved)
        app.action("escalation.hand")(self.ask_whom)
        app.view("escalation.hand")(self.handed_over)
        app.action("escalation.team")(self.ask_team)
        app.action("escalation.open")(self.show)

    async def acknowledge(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Say that one is on it, or still is."""
        await ack()
        row, _ = await self._find(action.get("value"), context, client)
        directory = self._desk.directory(client, row.workspace_id)
        by, receipt = context.user_id or "", click_key(body, action)
        await escalations.acknowledge(self._desk.ctx, directory, row, by=by, receipt=receipt)

    async def snooze_hour(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Leave it for an hour."""
        await self._snooze(ack, action, body, context, client, choice="hour")

    async def snooze_tomorrow(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Leave it until the owner's next working morning."""
        await self._snooze(ack, action, body, context, client, choice="tomorrow")

    async def level_up(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Take it to the next level now."""
        await ack()
        row, payload = await self._find(action.get("value"), context, client)
        by, receipt = context.user_id or "", click_key(body, action)
        await escalations.level_up(self._desk.ctx, row, seen=payload.level, by=by, receipt=receipt)

    async def ask_update(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask how it stands."""
        await self._open_form(ack, action, body, context, client, form="update")

    async def updated(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Post how it stands."""
        row, _ = await self._find(view.get("private_metadata"), context, client)
        text = _typed(view)
        move = escalations.updated(context.user_id or "", text)
        await self._act(row, move, context, text=text, receipt=view_key(view))
        await ack()

    async def ask_resolution(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask what solved it."""
        await self._open_form(ack, action, body, context, client, form="resolve")

    async def resolved(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Close the case with what solved it; its summary is posted."""
        row, _ = await self._find(view.get("private_metadata"), context, client)
        text = _typed(view)
        move = escalations.resolved(text)
        await self._act(row, move, context, text=text, receipt=view_key(view))
        await ack()

    async def ask_whom(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask who takes over."""
        await self._open_form(ack, action, body, context, client, form="hand")

    async def handed_over(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Ask somebody else from now on."""
        row, _ = await self._find(view.get("private_metadata"), context, client)
        to = picked(view["state"]["values"], "owner")
        if not to:
            raise UserFacingError("Choose somebody.")
        await escalations.hand_over(
            self._desk.ctx,
            self._desk.directory(client, row.workspace_id),
            row,
            by=context.user_id or "",
            to=to,
            note=_typed(view),
            receipt=view_key(view),
        )
        await ack()

    async def ask_team(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Have the team look at it, before other tasks, in the case's thread."""
        await ack()
        row, _ = await self._find(action.get("value"), context, client)
        ctx, user = self._desk.ctx, context.user_id or ""
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
        receipt = click_key(body, action)
        task = await self._desk.take_in(wish, client=client, receipt=receipt)
        async with ctx.database.read() as uow:
            task_id = task.id if task else await uow.receipts.task_of(row.workspace_id, wish.key)
        if task_id is not None:  # also one of a click that did not come as far as this
            await escalations.link(ctx, row, task_id, by=user)

    async def show(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Show one of the person's own cases."""
        await ack()
        payload = EscalationAction.read(action.get("value"))
        async with self._desk.ctx.database.read() as uow:
            row = await uow.escalations.find(context.team_id or "", payload.escalation_id)
            if row.owner_id != context.user_id:
                raise NotFound("escalation", row.public_id)
            post = await details_of(uow, row)
        # A form cannot be opened on top of this one: the buttons are on the card.
        told = [block for block in post.blocks if block["type"] != "actions"]
        view = details_modal(row.public_id, replace(post, blocks=told))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _snooze(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        choice: Snooze,
    ) -> None:
        await ack()
        row, _ = await self._find(action.get("value"), context, client)
        move = escalations.snoozed(choice)
        await self._act(row, move, context, receipt=click_key(body, action))

    async def _open_form(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        form: str,
    ) -> None:
        await ack()
        row, _ = await self._find(action.get("value"), context, client)
        view = _FORMS[form](escalation_views.card_of(row))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _act(
        self,
        row: Escalation,
        move: Moved,
        context: AsyncBoltContext,
        *,
        text: str = "",
        receipt: str,
    ) -> None:
        await escalations.act(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            move,
            by=context.user_id or "",
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

    async def _find(
        self, carried: object, context: AsyncBoltContext, client: AsyncWebClient
    ) -> tuple[Escalation, EscalationAction]:
        """Return the case of a button or form, for its owner or who may escalate in its channel.

        A button of another workspace finds nothing.
        """
        payload = EscalationAction.read(carried)
        async with self._desk.ctx.database.read() as uow:
            row = await uow.escalations.find(context.team_id or "", payload.escalation_id)
        if row.owner_id != context.user_id:
            await self._desk.require(
                "escalate",
                client=client,
                workspace_id=row.workspace_id,
                user_id=context.user_id or "",
                channel_id=row.channel_id,
            )
        return row, payload


def _typed(view: Json) -> str:
    return typed(view["state"]["values"], "text")
