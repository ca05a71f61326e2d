"""The `/lead` command itself: finds the subcommand, runs it, answers only to the person."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserFacingError
from bot.services.tasks import Wish, check_text
from bot.slack.cards import help_card
from bot.slack.post import Post
from handlers.commands import decision, status, task, team
from handlers.commands.table import Call, Subcommand, closest
from handlers.desk import Desk
from handlers.privacy import command_is_private, is_private
from handlers.reach import SLACK_FAILED, error_code
from handlers.texts import wish_text

COMMAND = "/lead"


async def show_help(_call: Call) -> Post:
    """Show the table."""
    return help_card([(f"{COMMAND} {item.usage}", item.help) for item in SUBCOMMANDS.values()])


async def _ask(_call: Call) -> Post:
    raise UserFacingError("Say what you need.", hint="E.g. `/lead ask an API for invoices`.")


_TABLE = (
    Subcommand("ask", "ask <text>", "Put a wish to the team, in a thread of its own.", _ask),
    Subcommand("tasks", "tasks", "This channel's tasks, open ones first.", task.list_tasks),
    Subcommand("task", "task <id>", "One task: plan, who ran, cost.", task.show_task),
    Subcommand("stop", "stop <id>", "Stop a task.", task.stop_task),
    Subcommand(
        "retry", "retry <id>", "Go on with a paused, failed or stopped task.", task.retry_task
    ),
    Subcommand("decisions", "decisions", "The newest decisions.", decision.list_decisions),
    Subcommand(
        "decision",
        "decision <id>",
        "One decision with options and reasons.",
        decision.show_decision,
    ),
    Subcommand("team", "team", "Who is on the team, and who is busy.", team.show_team),
    Subcommand("status", "status", "Load, money left, anything stuck.", status.show_status),
    Subcommand("help", "help", "This list.", show_help),
)
SUBCOMMANDS = {item.name: item for item in _TABLE}


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
        """Run a subcommand. Raises UserFacingError, which the error door answers."""
        name, _, words = (command.get("text") or "").strip().partition(" ")
        call = Call(
            desk=self._desk,
            workspace_id=context.team_id or command["team_id"],
            channel_id=command["channel_id"],
            user_id=command["user_id"],
            words=words.strip(),
        )
        name = name.lower() or "help"
        if name == "ask" and call.words:
            await self._ask(call, command, context, client)
            await ack()
            return
        if name not in SUBCOMMANDS:
            meant = closest(name, list(SUBCOMMANDS))
            hint = f"Did you mean `{COMMAND} {meant}`?" if meant else f"Try `{COMMAND} help`."
            raise UserFacingError(f"I know no `{COMMAND} {name[:40]}`.", hint=hint)
        post = await SUBCOMMANDS[name].run(call)
        await ack(response_type="ephemeral", text=post.text, blocks=post.blocks)

    async def _ask(
        self,
        call: Call,
        command: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Post the wish where others can see it, then take it in as that message."""
        ctx = self._desk.ctx
        text = wish_text(call.words, context.bot_user_id or "")
        check_text(text, longest=ctx.settings.limit.message_chars)
        key = f"command:{command['trigger_id']}"
        private = command_is_private(str(command.get("channel_name") or ""))
        if private is None:
            private = await is_private(self._desk, client, call.workspace_id, call.channel_id)
        async with ctx.database.begin() as uow:
            now = ctx.clock.now()
            await uow.channels.ensure(
                call.workspace_id, call.channel_id, now=now, is_private=private
            )
            if not await uow.receipts.claim(call.workspace_id, key, now=now):
                return
        try:
            posted = await client.chat_postMessage(
                channel=call.channel_id, text=f"<@{call.user_id}> asks: {call.words}"[:3900]
            )
        except SLACK_FAILED as refused:
            raise _cannot_post(error_code(refused)) from refused
        ts = str(posted["ts"])
        await self._desk.take_in(
            Wish(
                workspace_id=call.workspace_id,
                channel_id=str(posted.get("channel") or call.channel_id),
                user_id=call.user_id,
                text=text,
                ts=ts,
                root_ts=ts,
                key=f"message:{call.channel_id}:{ts}",
                is_private=private,
            )
        )


def _cannot_post(code: str) -> UserFacingError:
    if code in ("not_in_channel", "channel_not_found"):
        return UserFacingError("I am not in this channel.", hint="Invite me: `/invite @lead`.")
    return UserFacingError(f"Slack refused my post here ({code}).", hint="Try again in a minute.")
