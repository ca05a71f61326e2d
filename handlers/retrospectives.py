"""A retrospective's buttons and forms: cards written, sorted, voted for; the next phase."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.domain.retrospective import Phase
from bot.services import retrospective_cards, retrospectives
from bot.services.retrospective_marks import mark
from bot.slack.cards.retrospective_modals import cards_modal, group_modal, vote_modal
from bot.slack.payloads import RetroPhase
from handlers.desk import Desk
from handlers.triggers import click_key, view_key
from storage.models import Retrospective

Json = dict[str, Any]


class RetrospectiveActions:
    """Whoever may look at the channel takes part; who may ask for work takes it further."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("retro.write")(self.write)
        app.view("retro.written")(self.written)
        app.action("retro.group")(self.group)
        app.view("retro.grouped")(self.grouped)
        app.action("retro.vote")(self.vote)
        app.view("retro.voted")(self.voted)
        app.action("retro.next")(self.next)

    async def write(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form with a person's own cards."""
        await ack()
        payload = RetroPhase.read(action.get("value"))
        row = await self._row(payload, "look", context, client)
        retrospective_cards.check_phase(row, Phase.COLLECT)
        async with self._desk.ctx.database.read() as uow:
            mine = await retrospective_cards.mine(uow, row, context.user_id or "")
        view = cards_modal(payload, row.columns, mine)
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def written(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Store what the form says as the person's cards."""
        row = await self._row(
            RetroPhase.read(view.get("private_metadata")), "look", context, client
        )
        texts = {
            int(block[1:]): str(fields["text"].get("value") or "")
            for block, fields in view["state"]["values"].items()
            if block[:1] == "c" and block[1:].isdigit()
        }
        await retrospective_cards.write(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            texts,
            user_id=context.user_id or "",
            receipt=view_key(view),
        )
        await ack()

    async def group(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form that puts cards together."""
        await ack()
        payload = RetroPhase.read(action.get("value"))
        row = await self._row(payload, "look", context, client)
        retrospective_cards.check_phase(row, Phase.GROUP)
        async with self._desk.ctx.database.read() as uow:
            cards = await uow.retrospective_rows.cards(row.id)
        shown = [(card.id, f"{_column(row, card.position)}: {card.text}") for card in cards]
        await client.views_open(trigger_id=body["trigger_id"], view=group_modal(payload, shown))

    async def grouped(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Make one topic of the chosen cards."""
        row = await self._row(
            RetroPhase.read(view.get("private_metadata")), "look", context, client
        )
        values = view["state"]["values"]
        await retrospective_cards.sort(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            _chosen(values, "cards"),
            title=str(values["title"]["text"].get("value") or ""),
            receipt=view_key(view),
        )
        await ack()

    async def vote(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form with the topics and the person's own votes."""
        await ack()
        payload = RetroPhase.read(action.get("value"))
        row = await self._row(payload, "look", context, client)
        retrospective_cards.check_phase(row, Phase.VOTE)
        async with self._desk.ctx.database.read() as uow:
            topics = await uow.retrospective_rows.groups(row.id)
            mine = await uow.retrospective_rows.votes(
                row.id, voter=mark(row, context.user_id or "")
            )
        view = vote_modal(
            payload,
            [(topic.id, topic.title) for topic in topics],
            {vote.group_id for vote in mine},
            most=row.votes,
        )
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def voted(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Store the person's votes in place of their earlier ones."""
        row = await self._row(
            RetroPhase.read(view.get("private_metadata")), "look", context, client
        )
        await retrospective_cards.vote(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            _chosen(view["state"]["values"], "topics"),
            user_id=context.user_id or "",
            receipt=view_key(view),
        )
        await ack()

    async def next(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Begin the next phase before its time."""
        await ack()
        payload = RetroPhase.read(action.get("value"))
        row = await self._row(payload, "ask", context, client)
        task = await retrospectives.go_on(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            seen=payload.phase,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )
        if task is not None:
            await self._desk.start(task)

    async def _row(
        self, payload: RetroPhase, act: Act, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Retrospective:
        """Return the run of a button or form, if the person may do that in its channel."""
        workspace = context.team_id or ""
        async with self._desk.ctx.database.read() as uow:
            row = await uow.retrospectives.get(workspace, payload.retrospective_id)
        await self._desk.require(
            act,
            client=client,
            workspace_id=workspace,
            channel_id=row.channel_id,
            user_id=context.user_id or "",
        )
        return row


def _column(row: Retrospective, position: int) -> str:
    return row.columns[position] if position < len(row.columns) else ""


def _chosen(values: Json, block: str) -> list[str]:
    options = values.get(block, {}).get("choices", {}).get("selected_options") or []
    return [str(option["value"]) for option in options]
