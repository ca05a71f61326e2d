"""A debt's buttons and its form."""

import re
from contextlib import suppress
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import debts
from bot.services.debts import MOST_DAYS, Owed
from bot.services.service_graph import Place
from bot.slack.cards.debt import debt_form
from bot.slack.payloads import DebtAction, DebtForm
from handlers.desk import Desk
from handlers.privacy import is_private
from handlers.reach import SLACK_FAILED
from handlers.triggers import card_key, view_key
from storage.models import Debt

Json = dict[str, Any]
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")


class Fields:
    """Reads a form; what is wrong is kept by field, so that all of it is said at once."""

    def __init__(self, values: Json) -> None:
        self._values = values
        self.errors: dict[str, str] = {}

    def text(self, block: str) -> str:
        """Return a text field's words."""
        return str(self._values[block]["text"].get("value") or "").strip()

    def chosen(self, block: str) -> str:
        """Return a choice's value; empty for none."""
        return str((self._values[block]["choice"].get("selected_option") or {}).get("value") or "")

    def person(self, block: str) -> str:
        """Return a person's id; empty for nobody."""
        found = str(self._values[block]["user"].get("selected_user") or "")
        return found if _PERSON.fullmatch(found) else ""

    def day(self, block: str) -> date | None:
        """Return a date field's day."""
        found = self._values[block]["date"].get("selected_date")
        return date.fromisoformat(found) if found else None

    def days(self, block: str) -> int | None:
        """Return a number of days of work; None for none."""
        text = self.text(block)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_DAYS):
            self.errors[block] = f"Give a whole number from 1 to {MOST_DAYS}."
            return None
        return int(text)


class DebtActions:
    """Whoever may ask in a channel may write a debt down there, change it and pay it off."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("debt.done")(self.done)
        app.action("debt.edit")(self.edit)
        app.view("debt.saved")(self.saved)

    async def done(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Take a debt off the register."""
        await ack()
        row = await self._find(DebtAction.read(action.get("value")).debt_id, context)
        place = await self._place(row.channel_id, context, client)
        await debts.finish(self._desk.ctx, place, row.id, "done", receipt=card_key(body, action))
        await _whisper(
            client, context.channel_id or row.channel_id, place, f"{row.public_id} is done."
        )

    async def edit(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open a debt's form."""
        await ack()
        row = await self._find(DebtAction.read(action.get("value")).debt_id, context)
        await self._place(row.channel_id, context, client)
        form = DebtForm(channel_id=row.channel_id, debt_id=row.id)
        view = debt_form(form, debts.card_of(row))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def saved(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Store what the form says."""
        payload = DebtForm.read(view.get("private_metadata"))
        channel = payload.channel_id
        if payload.debt_id:
            channel = (await self._find(payload.debt_id, context)).channel_id
        place = await self._place(channel, context, client)
        form = Fields(view["state"]["values"])
        owed = Owed(
            title=form.text("title"),
            service=form.text("service"),
            interest=form.text("interest"),
            plan=form.text("plan"),
            effort_days=form.days("effort"),
            owner_id=form.person("owner"),
            due_on=form.day("due"),
        )
        if not owed.title:
            form.errors["title"] = "Say what is owed."
        if form.errors:
            await ack(response_action="errors", errors=form.errors)
            return
        ctx, receipt = self._desk.ctx, view_key(view)
        row: Debt | None
        if payload.debt_id:
            row = await debts.change(ctx, place, payload.debt_id, owed, receipt=receipt)
        else:
            row = await debts.add(ctx, place, owed, receipt=receipt)
        await ack()
        if row is not None:
            said = f"{row.public_id} is on the register. `/lead debt {row.public_id}` shows it."
            await _whisper(client, channel, place, said)

    async def _find(self, debt_id: str, context: AsyncBoltContext) -> Debt:
        async with self._desk.ctx.database.read() as uow:
            return await uow.debts.get(context.team_id or "", debt_id)

    async def _place(
        self, channel_id: str, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Place:
        workspace, user = context.team_id or "", context.user_id or ""
        await self._desk.require(
            "ask", client=client, workspace_id=workspace, channel_id=channel_id, user_id=user
        )
        private = await is_private(self._desk, client, workspace, channel_id)
        return Place(workspace, channel_id, user, is_private=private)


async def _whisper(client: AsyncWebClient, channel_id: str, place: Place, text: str) -> None:
    """Say it to the person alone, if Slack takes it: what was done is done."""
    with suppress(*SLACK_FAILED):
        await client.chat_postEphemeral(channel=channel_id, user=place.user_id, text=text)
