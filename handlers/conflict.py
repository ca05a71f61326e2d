"""A conflict in Slack: its form, what people say of each claim, the choice."""

import re
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.access import Act
from bot.domain.conflict.claims import MOST_CLAIMS, MOST_HOURS
from bot.domain.conflict.wants import KINDS, Kind
from bot.errors import NotFound, UserFacingError
from bot.services import conflict_views, conflicts
from bot.services.conflicts import Assessment, Choice, NewConflict, Wanting
from bot.slack.cards.conflict import assess_modal
from bot.slack.payloads import ChannelAction, ClaimAction, ConflictAction, WantedAction
from handlers.choices import chosen_of, number_of
from handlers.conflict_form import prefilled
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.privacy import is_private
from storage.models import Conflict

Json = dict[str, Any]
_TASK = re.compile(r"T-(?P<number>\d{1,9})\b.*", re.IGNORECASE)


class ConflictActions:
    """Whoever may ask can open and assess; choosing takes the right to decide."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.view("conflict.new")(submitted(self.opened))
        app.action("conflict.assess")(clicked(self.ask))
        app.view("conflict.assessed")(submitted(self.assessed))
        app.action("conflict.choose")(clicked(self.choose))
        app.action("conflict.ways")(clicked(self.ways))

    async def opened(self, sent: Submission) -> None:
        """Open the conflict that the form describes."""
        place = ChannelAction.read(sent.metadata)
        values, workspace = sent.values, sent.workspace
        await self._require("ask", workspace, place.channel_id, sent)
        form = _Form(values)
        wanted = NewConflict(
            workspace_id=workspace,
            channel_id=place.channel_id,
            user_id=sent.user,
            kind=form.kind(),
            subject=" ".join(form.text("subject").split()),
            week_hours=form.whole("hours", least=5, most=168) or 0,
            starts_on=form.day("start") or self._desk.ctx.clock.now().date(),
            wanting=form.wanting("wanting"),
            key=sent.key,
            is_private=await is_private(self._desk, sent.client, workspace, place.channel_id),
        )
        if form.errors:
            await sent.refuse(form.errors)
            return
        try:
            await conflicts.open_conflict(self._desk.ctx, wanted)
        except UserFacingError as refused:
            await sent.refuse({"wanting": refused.sentence()})
            return
        await sent.ack()

    async def ask(self, click: Click) -> None:
        """Open the form for one claim."""
        await click.ack()
        payload = ClaimAction.read(click.value)
        conflict = await self._find(payload.conflict_id, "ask", click)
        async with self._desk.ctx.database.read() as uow:
            card = await conflict_views.card_of(self._desk.ctx, uow, conflict)
        if card.resolved_by is not None:
            raise UserFacingError(f"{card.public_id} is resolved.")
        view = assess_modal(card, payload.position)
        await click.open(view)

    async def assessed(self, sent: Submission) -> None:
        """Store what a person says of one claim."""
        payload = ClaimAction.read(sent.metadata)
        conflict = await self._find(payload.conflict_id, "ask", sent)
        form = _Form(sent.values)
        said = Assessment(
            hours=form.whole("hours", least=1, most=MOST_HOURS) or 0,
            impact=form.number("impact"),
            complexity=form.number("complexity"),
            due_on=form.day("due"),
            flexible_days=form.whole("slack", least=0, most=365, optional=True) or 0,
            note=form.text("note"),
        )
        if form.errors:
            await sent.refuse(form.errors)
            return
        await conflicts.assess(
            self._desk.ctx,
            conflict,
            payload.position,
            said,
            by=sent.user,
            receipt=sent.key,
        )
        await sent.ack()

    async def choose(self, click: Click) -> None:
        """Resolve the conflict in one of the ways shown; it becomes a decision."""
        await click.ack()
        payload = ConflictAction.read(click.value)
        conflict = await self._find(payload.conflict_id, "decide", click)
        await conflicts.resolve(
            self._desk.ctx,
            conflict,
            Choice(payload.option, payload.revision, payload.ends),
            by=click.user,
            receipt=click.key,
        )

    async def ways(self, click: Click) -> None:
        """Open the form for what a thread was told unasked; an older note may be over."""
        await click.ack()
        wanted, workspace = WantedAction.read(click.value), click.workspace
        async with self._desk.ctx.database.read() as uow:
            note = await uow.conflict_notes.get(workspace, wanted.note_id)
            if note is None:
                raise NotFound("conflict", wanted.subject)
            opened = await uow.conflicts.open_ones(workspace, seen_from=note.channel_id, limit=50)
        await self._require("ask", workspace, note.channel_id, click)
        known = [row for row in opened if row.subject.casefold() == wanted.subject.casefold()]
        if known:
            raise UserFacingError(
                f"{known[0].public_id} is open for {wanted.subject} already.",
                hint=f"`/lead conflict {known[0].public_id}` shows it.",
            )
        view, clash = await prefilled(self._desk, workspace, note.channel_id, wanted.subject)
        if clash is None:
            raise UserFacingError(f"Nobody else wants {wanted.subject} any more.")
        await click.open(view)

    async def _find(self, conflict_id: str, act: Act, by: Interaction) -> Conflict:
        """Return a conflict of this workspace, if the person may do `act` where it lives."""
        workspace = by.workspace
        async with self._desk.ctx.database.read() as uow:
            conflict = await uow.conflicts.get(workspace, conflict_id)
        await self._require(act, workspace, conflict.channel_id, by)
        return conflict

    async def _require(self, act: Act, workspace: str, channel: str, by: Interaction) -> None:
        await self._desk.allow(by, act, channel)


class _Form:
    """Reads fields; what is wrong is kept by field, so that all of it is said at once."""

    def __init__(self, values: Json) -> None:
        self._values = values
        self.errors: dict[str, str] = {}

    def text(self, block: str) -> str:
        """Return a text field's words."""
        return str(self._values[block]["text"].get("value") or "").strip()

    def kind(self) -> Kind:
        """Return of which kind the wanted thing is; raises UserFacingError for no such kind."""
        value = chosen_of(self._values, "kind")
        if value in KINDS:
            return value
        raise UserFacingError("A choice is not one of the form's.", hint="Open the form again.")

    def number(self, block: str) -> int:
        """Return a choice's value that is a number."""
        return number_of(self._values, block)

    def day(self, block: str) -> date | None:
        """Return a date field's day."""
        found = self._values[block]["date"].get("selected_date")
        return date.fromisoformat(found) if found else None

    def whole(self, block: str, *, least: int, most: int, optional: bool = False) -> int | None:
        """Return a whole number within limits."""
        text = self.text(block)
        if optional and not text:
            return None
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            self.errors[block] = f"Give a whole number from {least} to {most:,}."
            return None
        return int(text)

    def wanting(self, block: str) -> list[Wanting]:
        """Return who wants it, one a line; `T-12` is a task."""
        lines = [" ".join(line.strip(" -*•").split()) for line in self.text(block).splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line))
        if not 2 <= len(lines) <= MOST_CLAIMS:
            self.errors[block] = f"Name two to {MOST_CLAIMS}, one a line."
        found = []
        for line in lines:
            match = _TASK.fullmatch(line)
            found.append(Wanting(line, int(match["number"]) if match else None))
        return found
