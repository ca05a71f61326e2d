"""A standup's buttons and forms: answered, early or late; blockers taken, solved, escalated."""

from typing import Any

from slack_bolt.async_app import AsyncApp

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
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.rooms import room_is_private
from storage.models import Standup, StandupBlocker

Json = dict[str, Any]


class StandupActions:
    """Whoever may look at the channel may answer there; who may escalate is asked for that."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("standup.answer")(clicked(self.answer))
        app.action("standup.ahead")(clicked(self.ahead))
        app.view("standup.answered")(submitted(self.answered))
        app.view("standup.questions")(submitted(self.questions))
        app.action("standup.take")(clicked(self.take))
        app.action("standup.assign")(clicked(self.assign))
        app.action("standup.hand")(clicked(self.hand))
        app.action("standup.move")(clicked(self.move))
        app.action("standup.solve")(clicked(self.solve))
        app.action("standup.escalate")(clicked(self.escalate))

    async def answer(self, click: Click) -> None:
        """Open the form of a standup with what the person said so far."""
        await click.ack()
        payload = StandupAction.read(click.value)
        async with self._desk.ctx.database.read() as uow:
            row = await uow.standups.get(click.workspace, payload.standup_id)
        await self._require("look", row.channel_id, click)
        await self._open(row, click)

    async def ahead(self, click: Click) -> None:
        """Open the form of the next standup before it begins."""
        await click.ack()
        payload = ScheduleAction.read(click.value)
        workspace = click.workspace
        async with self._desk.ctx.database.read() as uow:
            schedule = await uow.schedules.get(workspace, payload.schedule_id)
        await self._require("look", schedule.channel_id, click)
        row = await standups.plan_ahead(self._desk.ctx, workspace, schedule.id)
        await self._open(row, click)

    async def answered(self, sent: Submission) -> None:
        """Store what the form says."""
        payload = StandupAction.read(sent.metadata)
        workspace = sent.workspace
        async with self._desk.ctx.database.read() as uow:
            row = await uow.standups.get(workspace, payload.standup_id)
        await self._require("look", row.channel_id, sent)
        texts = {
            int(block[1:]): str(fields["text"].get("value") or "")
            for block, fields in sent.values.items()
            if block[:1] == "q" and block[1:].isdigit()
        }
        said = Said(sent.user, sent.key, "form", texts)
        await standup_answers.answer(self._desk.ctx, workspace, row.id, said)
        await sent.ack()

    async def questions(self, sent: Submission) -> None:
        """Store what the next standups of a channel ask."""
        payload = ChannelAction.read(sent.metadata)
        workspace, channel = sent.workspace, payload.channel_id
        await self._require("configure", channel, sent)
        text = str(sent.values["questions"]["text"].get("value") or "")
        asked = read_questions(text)
        await standups.change_questions(
            self._desk.ctx,
            workspace,
            channel,
            asked,
            by=sent.user,
            receipt=sent.key,
            is_private=await room_is_private(self._desk, sent.client, workspace, channel),
        )
        await sent.ack()

    async def take(self, click: Click) -> None:
        """Let the person own a blocker."""
        await click.ack()
        blocker = await self._blocker(_id(click.action), "look", click)
        await standup_blockers.take(
            self._desk.ctx,
            blocker.workspace_id,
            blocker.id,
            by=click.user,
            receipt=click.key,
        )

    async def assign(self, click: Click) -> None:
        """Accept that a proposed person takes a blocker."""
        await click.ack()
        payload = BlockerTo.read(click.value)
        blocker = await self._blocker(payload.blocker_id, "look", click)
        await standup_blockers.take(
            self._desk.ctx,
            blocker.workspace_id,
            blocker.id,
            by=click.user,
            owner_id=payload.to,
            receipt=click.key,
        )

    async def hand(self, click: Click) -> None:
        """Accept that another team is asked about a blocker."""
        await click.ack()
        payload = BlockerTo.read(click.value)
        blocker = await self._blocker(payload.blocker_id, "ask", click)
        workspace = blocker.workspace_id
        channel, _ = await place_of(self._desk.ctx, workspace, payload.to)
        room = (self._desk, click.client, workspace, channel)
        await standup_blockers.hand_over(
            self._desk.ctx,
            blocker,
            payload.to,
            by=click.user,
            team_is_private=await room_is_private(*room) if channel else False,
        )

    async def move(self, click: Click) -> None:
        """Accept that another specialist does a piece of work."""
        await click.ack()
        payload, workspace = AssignmentTo.read(click.value), click.workspace
        async with self._desk.ctx.database.read() as uow:
            row = await uow.standups.get(workspace, payload.standup_id)
        await self._require("approve", row.channel_id, click)
        await standup_moves.accept(
            self._desk.ctx,
            workspace,
            row.id,
            payload.assignment_id,
            to=payload.to,
            by=click.user,
            receipt=click.key,
        )

    async def solve(self, click: Click) -> None:
        """Say that a blocker is solved."""
        await click.ack()
        blocker = await self._blocker(_id(click.action), "look", click)
        await standup_blockers.solve(
            self._desk.ctx,
            blocker.workspace_id,
            blocker.id,
            by=click.user,
            receipt=click.key,
        )

    async def escalate(self, click: Click) -> None:
        """Escalate a blocker."""
        await click.ack()
        blocker = await self._blocker(_id(click.action), "escalate", click)
        await standup_blockers.escalate(
            self._desk.ctx,
            self._desk.directory(click.client, blocker.workspace_id),
            blocker,
            by=click.user,
            receipt=click.key,
        )

    async def _open(self, row: Standup, by: Interaction) -> None:
        user = by.user
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
        await by.open(view)

    async def _blocker(self, blocker_id: str, act: Act, by: Interaction) -> StandupBlocker:
        """Return the blocker of a button, if the person may do that in its channel."""
        async with self._desk.ctx.database.read() as uow:
            blocker = await uow.standup_rows.blocker(by.workspace, blocker_id)
        await self._require(act, blocker.channel_id, by)
        return blocker

    async def _require(self, act: Act, channel_id: str, by: Interaction) -> None:
        await self._desk.allow(by, act, channel_id)


def _note(row: Standup) -> str:
    if row.state == standups.PLANNED:
        return f"For {moment(row.opens_at)}: it is posted when the standup opens."
    if row.state == standups.CLOSED:
        return "It is closed; your answer is added, marked as late."
    return f"Open until {moment(row.closes_at, '{time}')}. You can change it later."


def _id(action: Json) -> str:
    return BlockerAction.read(action.get("value")).blocker_id
