"""The `/lead` command itself: finds the subcommand, runs it, answers only to the person."""

import hashlib
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.roots import provisional
from bot.domain.wish import check_text
from bot.errors import UserFacingError
from bot.services.people_names import name_people
from bot.services.wishes import Wish
from bot.slack.blocks import context as context_block
from bot.slack.text import unescape
from handlers.commands.help import ASKED, COMMAND, meant
from handlers.commands.lead import SUBCOMMANDS
from handlers.commands.table import Call
from handlers.desk import Desk
from handlers.privacy import command_is_private
from handlers.readers import apart, know_readers
from handlers.rooms import room_is_private
from handlers.texts import command_text
from handlers.triggers import before_replies, command_key

_PATIENCE_SECONDS = 1.0
"""Of the three that Slack waits for an answer."""


class LeadCommand:
    """`/lead` answers in the acknowledgement itself: one round trip, nothing to lose."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which command comes here."""
        app.command(COMMAND)(self.run)

    async def run(
        self,
        ack: AsyncAck,
        command: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Run a subcommand; what is wrong with it is answered to whoever typed it."""
        name, _, words = unescape(command.get("text") or "").strip().partition(" ")
        call = Call(
            desk=self._desk,
            workspace_id=context.team_id or command["team_id"],
            channel_id=command["channel_id"],
            user_id=command["user_id"],
            words=words.strip(),
            client=client,
            receipt=command_key(command),
            trigger_id=str(command.get("trigger_id") or ""),
        )
        name = name.lower() or "help"
        if name in SUBCOMMANDS and call.words.lower() in ASKED:
            name, call = "help", replace(call, words=name)
        if name == "ask" and call.words:
            await self._ask(call, command, context, client)
            await ack()
            return
        if name not in SUBCOMMANDS:
            hint = meant(SUBCOMMANDS, name[:40], call.words)
            raise UserFacingError(f"I know no `{COMMAND} {name[:40]}`.", hint=hint)
        subcommand = SUBCOMMANDS[name]
        if subcommand.act is not None:
            await call.require(subcommand.act, channel_id=call.channel_id)
        await know_readers(self._desk, client, call.workspace_id, call.channel_id)
        post = await subcommand.run(call)
        blocks = await name_people(post.blocks, call.people, seconds=_PATIENCE_SECONDS)
        if subcommand.act == "look":
            blocks += context_block(await apart(self._desk, call.workspace_id, call.channel_id))
        await ack(response_type="ephemeral", text=post.text, blocks=blocks)

    async def _ask(
        self,
        call: Call,
        command: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Take the wish in; its first message is posted by the outbox, where others can see it."""
        ctx = self._desk.ctx
        text = command_text(call.words, context.bot_user_id or "")
        check_text(text, longest=ctx.settings.limit.message_chars)
        told = command_is_private(str(command.get("channel_name") or ""))
        private = await room_is_private(
            self._desk, client, call.workspace_id, call.channel_id, told=told
        )
        unique = hashlib.sha256(call.receipt.encode()).hexdigest()
        await self._desk.take_in(
            Wish(
                workspace_id=call.workspace_id,
                channel_id=call.channel_id,
                user_id=call.user_id,
                text=text,
                ts=before_replies(ctx.clock),
                root_ts=provisional(unique),
                key=call.receipt,
                is_private=private,
            ),
            client=client,
        )
