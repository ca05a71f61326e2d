"""A retrospective's buttons and forms: cards written, sorted, voted for; the next phase."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.access import Act
from bot.domain.retrospective import Phase
from bot.services import retrospective_cards, retrospectives
from bot.services.retrospective_marks import mark
from bot.slack.cards.retrospective_modals import cards_modal, group_modal, vote_modal
from bot.slack.payloads import RetroPhase
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from storage.models import Retrospective

Json = dict[str, Any]


class RetrospectiveActions:
    """Whoever may look at the channel takes part; who may ask for work takes it further."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("retro.write")(clicked(self.write))
        app.view("retro.written")(submitted(self.written))
        app.action("retro.group")(clicked(self.group))
        app.view("retro.grouped")(submitted(self.grouped))
        app.action("retro.vote")(clicked(self.vote))
        app.view("retro.voted")(submitted(self.voted))
        app.action("retro.next")(clicked(self.next))

    async def write(self, click: Click) -> None:
        """Open the form with a person's own cards."""
        await click.ack()
        payload = RetroPhase.read(click.value)
        row = await self._row(payload, "look", click)
        retrospective_cards.check_phase(row, Phase.COLLECT)
        async with self._desk.ctx.database.read() as uow:
            mine = await retrospective_cards.mine(uow, row, click.user)
        view = cards_modal(payload, row.columns, mine)
        await click.open(view)

    async def written(self, sent: Submission) -> None:
        """Store what the form says as the person's cards."""
        row = await self._row(RetroPhase.read(sent.metadata), "look", sent)
        texts = {
            int(block[1:]): str(fields["text"].get("value") or "")
            for block, fields in sent.values.items()
            if block[:1] == "c" and block[1:].isdigit()
        }
        await retrospective_cards.write(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            texts,
            user_id=sent.user,
            receipt=sent.key,
        )
        await sent.ack()

    async def group(self, click: Click) -> None:
        """Open the form that puts cards together."""
        await click.ack()
        payload = RetroPhase.read(click.value)
        row = await self._row(payload, "look", click)
        retrospective_cards.check_phase(row, Phase.GROUP)
        async with self._desk.ctx.database.read() as uow:
            cards = await uow.retrospective_rows.cards(row.id)
        shown = [(card.id, f"{_column(row, card.position)}: {card.text}") for card in cards]
        await click.open(group_modal(payload, shown))

    async def grouped(self, sent: Submission) -> None:
        """Make one topic of the chosen cards."""
        row = await self._row(RetroPhase.read(sent.metadata), "look", sent)
        values = sent.values
        await retrospective_cards.sort(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            _chosen(values, "cards"),
            title=str(values["title"]["text"].get("value") or ""),
            receipt=sent.key,
        )
        await sent.ack()

    async def vote(self, click: Click) -> None:
        """Open the form with the topics and the person's own votes."""
        await click.ack()
        payload = RetroPhase.read(click.value)
        row = await self._row(payload, "look", click)
        retrospective_cards.check_phase(row, Phase.VOTE)
        async with self._desk.ctx.database.read() as uow:
            topics = await uow.retrospective_rows.groups(row.id)
            mine = await uow.retrospective_rows.votes(row.id, voter=mark(row, click.user))
        view = vote_modal(
            payload,
            [(topic.id, topic.title) for topic in topics],
            {vote.group_id for vote in mine},
            most=row.votes,
        )
        await click.open(view)

    async def voted(self, sent: Submission) -> None:
        """Store the person's votes in place of their earlier ones."""
        row = await self._row(RetroPhase.read(sent.metadata), "look", sent)
        await retrospective_cards.vote(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            _chosen(sent.values, "topics"),
            user_id=sent.user,
            receipt=sent.key,
        )
        await sent.ack()

    async def next(self, click: Click) -> None:
        """Begin the next phase before its time."""
        await click.ack()
        payload = RetroPhase.read(click.value)
        row = await self._row(payload, "ask", click)
        task = await retrospectives.go_on(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            seen=payload.phase,
            by=click.user,
            receipt=click.key,
        )
        if task is not None:
            await self._desk.start(task)

    async def _row(self, payload: RetroPhase, act: Act, by: Interaction) -> Retrospective:
        """Return the run of a button or form, if the person may do that in its channel."""
        workspace = by.workspace
        async with self._desk.ctx.database.read() as uow:
            row = await uow.retrospectives.get(workspace, payload.retrospective_id)
        await self._desk.allow(by, act, row.channel_id)
        return row


def _column(row: Retrospective, position: int) -> str:
    return row.columns[position] if position < len(row.columns) else ""


def _chosen(values: Json, block: str) -> list[str]:
    options = values.get(block, {}).get("choices", {}).get("selected_options") or []
    return [str(option["value"]) for option in options]
