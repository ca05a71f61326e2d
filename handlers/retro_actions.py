"""What comes of a retrospective, by buttons and forms: actions and lessons."""

from datetime import date, timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.access import Act
from bot.domain.retrospective import ActionState, LessonKind, Phase
from bot.errors import UserFacingError
from bot.services import retro_actions, retrospective_lessons
from bot.services.retro_actions import NewAction
from bot.services.retrospective_cards import check_phase
from bot.slack.cards.retrospective_modals import action_modal, lesson_modal
from bot.slack.payloads import RetroActionRef, RetroTopic
from handlers.choices import chosen_of
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.reach import whisper
from storage.models import RetroAction, RetroGroup, Retrospective

Json = dict[str, Any]

USUAL_DAYS = 14
"""Ours: until the next retrospective of most teams."""


class RetroActions:
    """Whoever may look at the channel may agree to something there and say that it is done."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("retro.act")(clicked(self.act))
        app.view("retro.acted")(submitted(self.acted))
        app.action("retro.learn")(clicked(self.learn))
        app.view("retro.learned")(submitted(self.learned))
        app.action("retro.done")(clicked(self.done))
        app.action("retro.drop")(clicked(self.drop))
        app.action("retro.change")(clicked(self.change))
        app.view("retro.changed")(submitted(self.changed))

    async def act(self, click: Click) -> None:
        """Open the form of an action on a topic."""
        await click.ack()
        payload = RetroTopic.read(click.value)
        topic, row = await self._topic(payload, click)
        check_phase(row, Phase.DISCUSS)
        view = action_modal(
            payload,
            text=topic.title,
            due_on=self._desk.ctx.clock.now().date() + timedelta(days=USUAL_DAYS),
        )
        await click.open(view)

    async def acted(self, sent: Submission) -> None:
        """Store an action of a retrospective."""
        payload = RetroTopic.read(sent.metadata)
        _, row = await self._topic(payload, sent)
        text, owner, due = read_action(sent.view)
        wanted = NewAction(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            text=text,
            by=sent.user,
            owner_id=owner,
            due_on=due,
            retrospective_id=row.id,
        )
        await retro_actions.add(self._desk.ctx, wanted, receipt=sent.key)
        await sent.ack()

    async def learn(self, click: Click) -> None:
        """Open the form of a lesson on a topic."""
        await click.ack()
        payload = RetroTopic.read(click.value)
        topic, row = await self._topic(payload, click)
        check_phase(row, Phase.DISCUSS)
        async with self._desk.ctx.database.read() as uow:
            cards = await uow.retrospective_rows.cards(row.id)
        columns = {card.position for card in cards if card.group_id == topic.id}
        view = lesson_modal(payload, text=topic.title, first=_kind(row, columns))
        await click.open(view)

    async def learned(self, sent: Submission) -> None:
        """Keep a lesson that a person confirmed."""
        payload = RetroTopic.read(sent.metadata)
        _, row = await self._topic(payload, sent)
        values = sent.values
        await retrospective_lessons.keep(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            _lesson_kind(chosen_of(values, "kind")),
            str(values["text"]["text"].get("value") or ""),
            by=sent.user,
            receipt=sent.key,
        )
        await sent.ack()

    async def done(self, click: Click) -> None:
        """Say that an action is done."""
        await click.ack()
        await self._end(click, ActionState.DONE)

    async def drop(self, click: Click) -> None:
        """Say that nobody will do an action."""
        await click.ack()
        await self._end(click, ActionState.DROPPED)

    async def change(self, click: Click) -> None:
        """Open the form of an action that there is."""
        await click.ack()
        payload = RetroActionRef.read(click.value)
        row = await self._action(payload, click)
        retro_actions.check_open(row)
        await self._check_place(row, click.body)
        view = action_modal(
            payload,
            text=row.text,
            owner_id=row.owner_id or "",
            due_on=row.due_on,
        )
        await click.open(view)

    async def changed(self, sent: Submission) -> None:
        """Store how an action was changed."""
        payload = RetroActionRef.read(sent.metadata)
        row = await self._action(payload, sent)
        text, owner, due = read_action(sent.view)
        await retro_actions.change(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            text=text,
            owner_id=owner,
            due_on=due,
            by=sent.user,
            receipt=sent.key,
        )
        await sent.ack()

    async def _end(self, click: Click, state: ActionState) -> None:
        row = await self._action(RetroActionRef.read(click.value), click)
        user = click.user
        ended = await retro_actions.end(
            self._desk.ctx,
            row.workspace_id,
            row.id,
            state,
            by=user,
            receipt=click.key,
        )
        channel = (click.body.get("channel") or {}).get("id") or row.channel_id
        told = f"{ended.public_id} is {ended.state}."
        await whisper(click.client, channel, user, told)

    async def _check_place(self, row: RetroAction, body: Json) -> None:
        """Raise UserFacingError where the form would show private words outside their channel."""
        if (body.get("channel") or {}).get("id") == row.channel_id:
            return
        async with self._desk.ctx.database.read() as uow:
            channel = await uow.channels.find(row.workspace_id, row.channel_id)
        if channel is None or channel.is_private:
            raise UserFacingError(
                f"{row.public_id} is of a private channel; change it there.",
                hint="`/lead retro actions` there has the button.",
            )

    async def _topic(
        self, payload: RetroTopic, by: Interaction
    ) -> tuple[RetroGroup, Retrospective]:
        workspace = by.workspace
        async with self._desk.ctx.database.read() as uow:
            topic = await uow.retrospective_rows.group(workspace, payload.group_id)
            row = await uow.retrospectives.get(workspace, topic.retrospective_id)
        await self._require("look", row.channel_id, by)
        return topic, row

    async def _action(self, payload: RetroActionRef, by: Interaction) -> RetroAction:
        workspace = by.workspace
        async with self._desk.ctx.database.read() as uow:
            row = await uow.retro_actions.get(workspace, payload.action_id)
        await self._require("look", row.channel_id, by)
        return row

    async def _require(self, act: Act, channel_id: str, by: Interaction) -> None:
        await self._desk.allow(by, act, channel_id)


def read_action(view: Json) -> tuple[str, str, date | None]:
    """Return an action's words, owner and day from its form."""
    values = view["state"]["values"]
    day = values["due"]["date"].get("selected_date")
    return (
        str(values["text"]["text"].get("value") or ""),
        str(values["owner"]["user"].get("selected_user") or ""),
        date.fromisoformat(day) if day else None,
    )


def _kind(row: Retrospective, columns: set[int]) -> LessonKind:
    """Return which kind of lesson a topic's first column suggests."""
    names = [row.columns[at].lower() for at in sorted(columns) if at < len(row.columns)]
    if names and "fail" in names[0]:
        return LessonKind.FAILED
    return LessonKind.WORKED if names and "work" in names[0] else LessonKind.PROCESS


def _lesson_kind(value: str) -> LessonKind:
    try:
        return LessonKind(value)
    except ValueError:
        raise UserFacingError(
            "A choice is not one of the form's.", hint="Open the form again."
        ) from None
