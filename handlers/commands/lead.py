"""The `/lead` command itself: finds the subcommand, runs it, answers only to the person."""

import hashlib
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.roots import provisional
from bot.errors import UserFacingError
from bot.services.tasks import Wish, check_text
from bot.slack.post import Post
from handlers.commands import (
    architecture,
    audit,
    away,
    conflict,
    decide,
    decision,
    escalation,
    forget,
    hand_off,
    learning,
    matrix,
    quiet,
    retrospective,
    schedule,
    service,
    settings,
    sprint,
    standup,
    status,
    task,
    team,
    why,
)
from handlers.commands.help import ASKED, COMMAND, all_help, help_on, meant
from handlers.commands.table import Call, Subcommand
from handlers.desk import Desk
from handlers.privacy import command_is_private
from handlers.rooms import room_is_private
from handlers.texts import wish_text
from handlers.triggers import before_replies, command_key


async def show_help(call: Call) -> Post:
    """Show the table, or one line of it with examples."""
    if call.words:
        return help_on(SUBCOMMANDS, call.words)
    return all_help(SUBCOMMANDS, dict(_GROUPS))


_GROUPS = (
    ("Work", ("ask", "tasks", "task", "stop", "retry", "quiet", "listen")),
    (
        "Decisions",
        (
            "decide",
            "decisions",
            "decision",
            "why",
            "matrix",
            "matrices",
            "services",
            "service",
            "architecture",
        ),
    ),
    ("Other work", ("conflict", "conflicts", "handoff", "handoffs")),
    ("Meetings", ("schedule", "standup", "sprint", "retro", "learning", "away")),
    ("Escalations", ("escalate", "escalations", "escalation")),
)


async def _ask(_call: Call) -> Post:
    raise UserFacingError("Say what you need.", hint="E.g. `/lead ask an API for invoices`.")


_TABLE = (
    Subcommand(
        "ask",
        "ask <text>",
        "Put a wish to the team, in a thread of its own.",
        _ask,
        "ask",
    ),
    Subcommand("tasks", "tasks", "This channel's tasks, open ones first.", task.list_tasks),
    Subcommand(
        "task",
        "task <id>",
        "One task: plan, who ran, cost.",
        task.show_task,
    ),
    Subcommand(
        "stop",
        "stop <id>",
        "Stop a task.",
        task.stop_task,
        "ask",
    ),
    Subcommand(
        "retry",
        "retry <id>",
        "Go on with a paused, failed or stopped task.",
        task.retry_task,
        "ask",
    ),
    Subcommand(
        "quiet",
        "quiet <id>",
        "In that task's thread, follow only replies that mention me.",
        quiet.be_quiet,
        "ask",
    ),
    Subcommand(
        "listen",
        "listen <id>",
        "In that task's thread, follow every reply.",
        quiet.listen,
        "ask",
    ),
    Subcommand(
        "decide",
        "decide [<what> because <why>]",
        "Propose a decision here; without words, a form with all its fields.",
        decide.run_decide,
        "ask",
    ),
    Subcommand(
        "decisions",
        "decisions [<words>|open|due]",
        "The newest decisions, or those on some words.",
        decision.list_decisions,
    ),
    Subcommand(
        "decision",
        "decision <id> [challenge|deprecate|keep|renew|supersedes|amends|relates-to …]",
        "One decision with options and reasons; or what to do with it.",
        decision.run_decision,
    ),
    Subcommand(
        "why",
        "why <topic or id>",
        "What was decided on a topic; the story of T-12 or D-3.",
        why.run_why,
    ),
    Subcommand(
        "matrix",
        "matrix <question>",
        "Compare technologies by weighted criteria, scored in secret; `matrix M-1` shows one.",
        matrix.run_matrix,
        "ask",
    ),
    Subcommand("matrices", "matrices", "The newest matrices.", matrix.list_matrices),
    Subcommand(
        "services",
        "services [map]",
        "All services with owners; `map` posts a picture here.",
        service.list_services,
    ),
    Subcommand(
        "service",
        "service <name> [owner @x|about …|depends on <name> by calls|events|data|history]",
        "One service, or a change of it.",
        service.run_service,
    ),
    Subcommand(
        "conflict",
        "conflict <what several want>",
        "Weigh who gets it when; `conflict C-1` shows one.",
        conflict.run_conflict,
        "ask",
    ),
    Subcommand(
        "conflicts",
        "conflicts",
        "Conflicts, and those to be seen in the plans at work.",
        conflict.list_conflicts,
    ),
    Subcommand(
        "handoff",
        "handoff <team> <what> [by <day>]",
        "Ask another team for something; `handoff H-1` shows one.",
        hand_off.run_hand_off,
        "ask",
    ),
    Subcommand(
        "handoffs",
        "handoffs [report]",
        "What teams ask of each other, oldest first; `report` is the daily report.",
        hand_off.list_hand_offs,
    ),
    Subcommand(
        "schedule",
        "schedule [<what> <when>|preview|run|skip|pause|resume|remove <id>]",
        "What happens here when; a new one with its next times.",
        schedule.run_schedule,
        None,
    ),
    Subcommand(
        "standup",
        "standup [questions|report [<days>] [@person]|since <day>|export [<days>]]",
        "The standup here: answer, read what was said, change its questions.",
        standup.run_standup,
    ),
    Subcommand(
        "retro",
        "retro [start [<time>]|actions|add <what> @who by <day>|done RA-1|history|export [RT-1]]",
        "The retrospective here: how it stands, what was agreed on, past ones.",
        retrospective.run_retro,
    ),
    Subcommand(
        "learning",
        "learning [add <kind> <what> @who by <day>|L-1 begin|done <link>|drop]",
        "Talks, certifications, projects with other teams: who, until when, what shows it.",
        learning.run_learning,
    ),
    Subcommand(
        "sprint",
        "sprint [plan|add <what>|needs 3: 1|estimate|start|burndown|end|export|list|SP-1]",
        "This channel's sprint: plan it, estimate, start, follow and end it.",
        sprint.run_sprint,
    ),
    Subcommand(
        "away",
        "away [until <day>|<day> to <day>|clear]",
        "Who is away; say when you are.",
        away.run_away,
    ),
    Subcommand(
        "architecture",
        "architecture <domain>|<task id>",
        "Cut a domain into services, in a thread of its own.",
        architecture.run_architecture,
        "ask",
    ),
    Subcommand(
        "escalate",
        "escalate <what>",
        "Say that something is blocked: somebody is asked until it is solved.",
        escalation.escalate,
        "escalate",
    ),
    Subcommand(
        "escalations",
        "escalations [mine|open|all]",
        "What is escalated, the worst first.",
        escalation.list_escalations,
    ),
    Subcommand(
        "escalation",
        "escalation <id>",
        "One escalation with its timeline.",
        escalation.show_escalation,
    ),
    Subcommand(
        "team",
        "team [chart]",
        "Who is on the team, and who is busy; `chart` posts a picture here.",
        team.show_team,
    ),
    Subcommand("status", "status", "Load, money left, anything stuck.", status.show_status),
    Subcommand(
        "settings",
        "settings [<name> [<value>|reset] [here|workspace|me]]",
        "What is set here and by whom; change it.",
        settings.run_settings,
        None,
    ),
    Subcommand(
        "audit",
        "audit [export]",
        "The newest privileged acts, or all as a file.",
        audit.run_audit,
        None,
    ),
    Subcommand(
        "forget",
        "forget me|channel",
        "Remove what I keep of you, or of this channel; asks first.",
        forget.run_forget,
        None,
    ),
    Subcommand(
        "help",
        "help [<command>]",
        "This list, or one command with examples.",
        show_help,
        None,
    ),
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
        post = await subcommand.run(call)
        await ack(response_type="ephemeral", text=post.text, blocks=post.blocks)

    async def _ask(
        self,
        call: Call,
        command: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Take the wish in; its first message is posted by the outbox, where others can see it."""
        ctx = self._desk.ctx
        text = wish_text(call.words, context.bot_user_id or "")
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
