"""Shortcuts: a task out of any message, a decision out of any message, a new task from anywhere."""

import hashlib
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.domain.quoted import quote
from bot.domain.roots import provisional
from bot.domain.wish import check_text
from bot.errors import UserFacingError
from bot.manifest import Shortcut
from bot.services.recording import Record, record
from bot.services.wishes import Mode, Wish
from bot.slack.cards import record_modal, task_modal
from bot.slack.payloads import MessageRef
from handlers.brought import about_files, brought_by
from handlers.desk import Desk
from handlers.interaction import Interaction, Submission, submitted
from handlers.links import permalink
from handlers.rooms import room_is_private
from handlers.texts import wish_text
from handlers.triggers import before_replies

SHORTCUTS = (
    Shortcut("message", "task.from", "Create task", "Ask the lead to take up this message."),
    Shortcut("message", "decision.from", "Record decision", "Record what was decided here."),
    Shortcut("message", "escalation.from", "Escalate", "Say that this is blocked, and for whom."),
    Shortcut("global", "task.ask", "New task", "Ask the lead and its team for something."),
)
"""What Slack's menus offer; the manifest is made from this."""


class Shortcuts:
    """Each is claimed once: two clicks on one message make one task."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which shortcuts and modals come here."""
        app.message_shortcut("task.from")(self.create_task)
        app.message_shortcut("decision.from")(self.open_record)
        app.global_shortcut("task.ask")(self.open_task)
        app.view("task.new")(submitted(self.ask))
        app.view("decision.record")(submitted(self.recorded))

    async def create_task(
        self,
        ack: AsyncAck,
        shortcut: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Make a task of the message, in its thread."""
        workspace, user = context.team_id or "", context.user_id or ""
        channel, message = str(shortcut["channel"]["id"]), shortcut["message"]
        ts = str(message["ts"])
        private = await room_is_private(self._desk, client, workspace, channel)
        await self._refuse_known(workspace, f"message:{channel}:{ts}")
        brought = brought_by(message, self._desk.ctx.settings)
        text = wish_text(str(message.get("text") or ""), context.bot_user_id or "")
        text = text or about_files(brought)
        longest = self._desk.ctx.settings.limit.message_chars
        check_text(text, longest=longest)
        own = message.get("user") == user
        taken = await self._desk.take_in(
            Wish(
                workspace_id=workspace,
                channel_id=channel,
                user_id=user,
                text=text if own else quote(text)[:longest],
                ts=ts,
                root_ts=str(message.get("thread_ts") or ts),
                key=f"from:{channel}:{ts}",
                is_private=private,
                brought=brought,
            ),
            client=client,
        )
        if taken is None:
            await self._refuse_known(workspace, f"from:{channel}:{ts}")
        await ack()

    async def open_record(
        self,
        ack: AsyncAck,
        shortcut: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Ask for title, context and outcome, prefilled from the message."""
        await ack()
        message, channel = shortcut["message"], str(shortcut["channel"]["id"])
        await room_is_private(self._desk, client, context.team_id or "", channel)
        text = wish_text(str(message.get("text") or ""), context.bot_user_id or "")
        ts = str(message["ts"])
        root = str(message.get("thread_ts") or ts)
        source = MessageRef(channel_id=channel, ts=ts, root_ts=root)
        view = record_modal(source, text=text)
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)

    async def open_task(
        self, ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient
    ) -> None:
        """Ask for channel, wish and how to work it."""
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=task_modal())

    async def ask(self, sent: Submission) -> None:
        """Take the modal's wish in; its first message is posted where others can see it."""
        ctx, values = self._desk.ctx, sent.values
        workspace, user = sent.workspace, sent.user
        channel = str(values["channel"]["channel"]["selected_conversation"] or "")
        try:
            private = await room_is_private(self._desk, sent.client, workspace, channel)
            await self._require("ask", sent, channel=channel)
        except UserFacingError as refused:
            await sent.refuse({"channel": refused.sentence()})
            return
        text = str(values["wish"]["text"]["value"] or "")
        model = _chosen(values, "model")
        unique = hashlib.sha256(sent.key.encode()).hexdigest()
        wish = Wish(
            workspace_id=workspace,
            channel_id=channel,
            user_id=user,
            text=text,
            ts=before_replies(ctx.clock),
            root_ts=provisional(unique),
            key=sent.key,
            mode=_MODES.get(_chosen(values, "mode"), "auto"),
            model="claude" if model == "claude" else "offline" if model == "offline" else "",
            is_private=private,
        )
        try:
            check_text(text, longest=ctx.settings.limit.message_chars)
            await self._desk.take_in(wish, client=sent.client)
        except UserFacingError as refused:
            await sent.refuse({"wish": refused.sentence()})
            return
        await sent.ack()

    async def recorded(self, sent: Submission) -> None:
        """Store the decision and show it in the message's thread."""
        source = MessageRef.read(sent.metadata)
        values = sent.values
        workspace, user = sent.workspace, sent.user
        try:
            private = await room_is_private(self._desk, sent.client, workspace, source.channel_id)
            accepted = _chosen(values, "state") == "accepted"
            await self._require("decide" if accepted else "ask", sent, channel=source.channel_id)
            await record(
                self._desk.ctx,
                Record(
                    workspace_id=workspace,
                    channel_id=source.channel_id,
                    root_ts=source.root_ts,
                    user_id=user,
                    title=_typed(values, "title"),
                    context=_typed(values, "context"),
                    outcome=_typed(values, "outcome"),
                    source_url=await permalink(sent.client, source.channel_id, source.ts),
                    key=sent.key,
                    accepted=accepted,
                    is_private=private,
                ),
            )
        except UserFacingError as refused:
            await sent.refuse({"state": refused.sentence()})
            return
        await sent.ack()

    async def _require(self, act: Act, by: Interaction, *, channel: str) -> None:
        """Raise NotAllowed unless the person may do `act` in the channel that a modal names."""
        await self._desk.allow(by, act, channel)

    async def _refuse_known(self, workspace: str, key: str) -> None:
        """Raise UserFacingError when the message became a task before."""
        async with self._desk.ctx.database.read() as uow:
            task_id = await uow.receipts.task_of(workspace, key)
            task = None if task_id is None else await uow.tasks.get(task_id)
        if task is not None:
            raise UserFacingError(f"That message is in {task.public_id} already.")


_MODES: dict[str, Mode] = {"team": "team", "answer": "answer"}


def _chosen(values: dict[str, Any], block: str) -> str:
    option = values[block]["choice"].get("selected_option") or {}
    return str(option.get("value", ""))


def _typed(values: dict[str, Any], block: str) -> str:
    return str(values[block]["text"].get("value") or "")
