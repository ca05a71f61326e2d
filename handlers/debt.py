"""A debt's buttons and its form."""

import re
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.services import debts
from bot.services.debts import MOST_DAYS, Owed
from bot.services.service_graph import Place
from bot.slack.cards.debt import debt_form
from bot.slack.payloads import DebtAction, DebtForm
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.privacy import is_private
from handlers.reach import whisper
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
        app.action("debt.done")(clicked(self.done))
        app.action("debt.edit")(clicked(self.edit))
        app.view("debt.saved")(submitted(self.saved))

    async def done(self, click: Click) -> None:
        """Take a debt off the register."""
        await click.ack()
        row = await self._find(DebtAction.read(click.value).debt_id, click)
        place = await self._place(row.channel_id, click)
        await debts.finish(self._desk.ctx, place, row.id, "done", receipt=click.card_key)
        channel = click.context.channel_id or row.channel_id
        await whisper(click.client, channel, click.user, f"{row.public_id} is done.")

    async def edit(self, click: Click) -> None:
        """Open a debt's form."""
        await click.ack()
        row = await self._find(DebtAction.read(click.value).debt_id, click)
        await self._place(row.channel_id, click)
        form = DebtForm(channel_id=row.channel_id, debt_id=row.id)
        view = debt_form(form, debts.card_of(row))
        await click.open(view)

    async def saved(self, sent: Submission) -> None:
        """Store what the form says."""
        payload = DebtForm.read(sent.metadata)
        channel = payload.channel_id
        if payload.debt_id:
            channel = (await self._find(payload.debt_id, sent)).channel_id
        place = await self._place(channel, sent)
        form = Fields(sent.values)
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
            await sent.refuse(form.errors)
            return
        ctx, receipt = self._desk.ctx, sent.key
        row: Debt | None
        if payload.debt_id:
            row = await debts.change(ctx, place, payload.debt_id, owed, receipt=receipt)
        else:
            row = await debts.add(ctx, place, owed, receipt=receipt)
        await sent.ack()
        if row is not None:
            said = f"{row.public_id} is on the register. `/lead debt {row.public_id}` shows it."
            await whisper(sent.client, channel, sent.user, said)

    async def _find(self, debt_id: str, by: Interaction) -> Debt:
        async with self._desk.ctx.database.read() as uow:
            return await uow.debts.get(by.workspace, debt_id)

    async def _place(self, channel_id: str, by: Interaction) -> Place:
        workspace, user = by.workspace, by.user
        await self._desk.allow(by, "ask", channel_id)
        private = await is_private(self._desk, by.client, workspace, channel_id)
        return Place(workspace, channel_id, user, is_private=private)
