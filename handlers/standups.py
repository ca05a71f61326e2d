"""A standup's buttons and forms: answered, early or late; blockers taken, solved, escalated."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.domain.standup import Kind, read_questions
from bot.services import standup_answers, standup_blockers, standup_moves, standups
from bot.services.hand_offs import place_of
from bot.services.standup_answers import Said
from bot.slack.cards.standup_modals import answer_modal
from bot.slack.payloads import (
    AssignmentTo,
    BlockerAction,
    BlockerTo,
    ChannelAction,
    ScheduleAction,
    StandupAction,
)
from bot.slack.text import moment
from handlers.desk import Desk
from handlers.rooms import room_is_private
from handlers.triggers import click_key, view_key
from storage.models import Standup, StandupBlocker

Json = dict[str, Any]


class StandupActions:
    """Whoever may look at the channel may answer there; who may escalate is asked for that."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("standup.answer")(self.answer)
        app.action("standup.ahead")(self.ahead)
        app.view("standup.answered")(self.answered)
        app.view("standup.questions")(self.questions)
        app.action("standup.take")(self.take)
        app.action("standup.assign")(self.assign)
        app.action("standup.hand")(self.hand)
        app.action("standup.move")(self.move)
        app.action("standup.solve")(self.solve)
        app.action("standup.escalate")(self.escalate)

    async def answer(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form of a standup with what the person said so far."""
        await ack()
        payload = StandupAction.read(action.get("value"))
        async with self._desk.ctx.database.read() as uow:
            row = await uow.standups.get(context.team_id or "", payload.standup_id)
        await self._require("look", row.channel_id, context, client)
        await self._open(row, body, context, client)

    async def ahead(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form of the next standup before it begins."""
        await ack()
        payload = ScheduleAction.read(action.get("value"))
        workspace = context.team_id or ""
        async with self._desk.ctx.database.read() as uow:
            schedule = await uow.schedules.get(workspace, payload.schedule_id)
        await self._require("look", schedule.channel_id, context, client)
        row = await standups.plan_ahead(self._desk.ctx, workspace, schedule.id)
        await self._open(row, body, context, client)

    async def answered(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Store what the form says."""
        payload = StandupAction.read(view.get("private_metadata"))
        workspace = context.team_id or ""
        async with self._desk.ctx.database.read() as uow:
            row = await uow.standups.get(workspace, payload.standup_id)
        await self._require("look", row.channel_id, context, client)
        texts = {
            int(block[1:]): str(fields["text"].get("value") or "")
            for block, fields in view["state"]["values"].items()
            if block[:1] == "q" and block[1:].isdigit()
        }
        said = Said(context.user_id or "", view_key(view), "form", texts)
        await standup_answers.answer(self._desk.ctx, workspace, row.id, said)
        await ack()

    async def questions(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Store what the next standups of a channel ask."""
        payload = ChannelAction.read(view.get("private_metadata"))
        workspace, channel = context.team_id or "", payload.channel_id
        await self._require("configure", channel, context, client)
        text = str(view["state"]["values"]["questions"]["text"].get("value") or "")
        asked = read_questions(text)
        await standups.change_questions(
            self._desk.ctx,
            workspace,
            channel,
            asked,
            by=context.user_id or "",
            receipt=view_key(view),
            is_private=await room_is_private(self._desk, client, workspace, channel),
        )
        await ack()

    async def take(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Let the person own a blocker."""
        await ack()
        blocker = await self._blocker(_id(action), "look", context, client)
        await standup_blockers.take(
            self._desk.ctx,
            blocker.workspace_id,
            blocker.id,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )

    async def assign(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Accept that a proposed person takes a blocker."""
        await ack()
        payload = BlockerTo.read(action.get("value"))
        blocker = await self._blocker(payload.blocker_id, "look", context, client)
        await standup_blockers.take(
            self._desk.ctx,
            blocker.workspace_id,
            blocker.id,
            by=context.user_id or "",
            owner_id=payload.to,
            receipt=click_key(body, action),
        )

    async def hand(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Accept that another team is asked about a blocker."""
        await ack()
        payload = BlockerTo.read(action.get("value"))
        blocker = await self._blocker(payload.blocker_id, "ask", context, client)
        workspace = blocker.workspace_id
        channel, _ = await place_of(self._desk.ctx, workspace, payload.to)
        room = (self._desk, client, workspace, channel)
        await standup_blockers.hand_over(
            self._desk.ctx,
            blocker,
            payload.to,
            by=context.user_id or "",
            team_is_private=await room_is_private(*room) if channel else False,
        )

    async def move(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Accept that another specialist does a piece of work."""
        await ack()
        payload, workspace = AssignmentTo.read(action.get("value")), context.team_id or ""
        async with self._desk.ctx.database.read() as uow:
            row = await uow.standups.get(workspace, payload.standup_id)
        await self._require("approve", row.channel_id, context, client)
        await standup_moves.accept(
            self._desk.ctx,
            workspace,
            row.id,
            payload.assignment_id,
            to=payload.to,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )

    async def solve(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Say that a blocker is solved."""
        await ack()
        blocker = await self._blocker(_id(action), "look", context, client)
        await standup_blockers.solve(
            self._desk.ctx,
            blocker.workspace_id,
            blocker.id,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )

    async def escalate(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Escalate a blocker."""
        await ack()
        blocker = await self._blocker(_id(action), "escalate", context, client)
        await standup_blockers.escalate(
            self._desk.ctx,
            self._desk.directory(client, blocker.workspace_id),
            blocker,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )

    async def _open(
        self, row: Standup, body: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        user = context.user_id or ""
        async with self._desk.ctx.database.read() as uow:
            questions = await standups.asked_in(uow, row.id)
            before = await uow.standup_rows.answers_by(row.id, user)
            open_ones = await uow.standup_rows.open_blockers(
                row.workspace_id, row.channel_id, user_id=user
            )
        said = {position: answer.text for position, answer in before.items()}
        for question in questions:
            if question.kind is Kind.BLOCKER and question.position not in said:
                said[question.position] = "\n".join(blocker.text for blocker in open_ones)
        view = answer_modal(row.id, row.name, questions, said, note=_note(row))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _blocker(
        self, blocker_id: str, act: Act, context: AsyncBoltContext, client: AsyncWebClient
    ) -> StandupBlocker:
        """Return the blocker of a button, if the person may do that in its channel."""
        async with self._desk.ctx.database.read() as uow:
            blocker = await uow.standup_rows.blocker(context.team_id or "", blocker_id)
        await self._require(act, blocker.channel_id, context, client)
        return blocker

    async def _require(
        self, act: Act, channel_id: str, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        await self._desk.require(
            act,
            client=client,
            workspace_id=context.team_id or "",
            channel_id=channel_id,
            user_id=context.user_id or "",
        )


def _note(row: Standup) -> str:
    if row.state == standups.PLANNED:
        return f"For {moment(row.opens_at)}: it is posted when the standup opens."
    if row.state == standups.CLOSED:
        return "It is closed; your answer is added, marked as late."
    return f"Open until {moment(row.closes_at, '{time}')}. You can change it later."


def _id(action: Json) -> str:
    return BlockerAction.read(action.get("value")).blocker_id
