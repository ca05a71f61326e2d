"""The modals that begin something: a new task, a decision recorded from a message."""

from typing import Any

from bot.slack import limits
from bot.slack.blocks import choice, context, modal, text_input
from bot.slack.fields import field
from bot.slack.payloads import MessageRef
from bot.slack.post import Block
from bot.slack.text import clip, line

_CHANNEL: Block = {
    "type": "conversations_select",
    "action_id": "channel",
    "default_to_current_conversation": True,
    "filter": {"include": ["public", "private"], "exclude_bot_users": True},
}
TITLE = 80
"""Ours: longer titles do not fit a line of `/lead decisions`."""


def task_modal() -> dict[str, Any]:
    """Return the modal that asks for a task: where, what, how."""
    return modal(
        "New task",
        [
            field("Channel", "channel", _CHANNEL, optional=False),
            text_input(
                "What do you need?",
                block_id="wish",
                placeholder="E.g. an API for invoices, 50 rps, PostgreSQL",
            ),
            choice(
                "Who should work it?",
                block_id="mode",
                options=[
                    ("auto", "The lead decides"),
                    ("team", "The team, with a plan"),
                    ("answer", "Only a short answer"),
                ],
            ),
            choice(
                "With which model?",
                block_id="model",
                options=[
                    ("default", "The channel's usual model"),
                    ("claude", "Claude"),
                    ("offline", "The offline playbook, free"),
                ],
            ),
        ],
        submit="Ask",
        callback_id="task.new",
    )


def record_modal(source: MessageRef, *, text: str) -> dict[str, Any]:
    """Return the modal that records a decision, prefilled from the message's text."""
    first = line(text.strip().splitlines()[0]) if text.strip() else ""
    return modal(
        "Record a decision",
        [
            text_input(
                "Title",
                block_id="title",
                placeholder="The outcome in a few words",
                initial=clip(first, TITLE),
                lines=False,
                most=limits.HEADER_TEXT,
            ),
            text_input(
                "Context", block_id="context", placeholder="What was the problem?", initial=text
            ),
            text_input(
                "Outcome",
                block_id="outcome",
                placeholder="What is decided, and because of what?",
                initial=clip(first, limits.INPUT_TEXT),
            ),
            choice(
                "Is it decided?",
                block_id="state",
                options=[("proposed", "Proposed: others decide"), ("accepted", "Accepted already")],
            ),
            *context("It is posted in the message's thread, with a link to the message."),
        ],
        submit="Record",
        callback_id="decision.record",
        payload=source,
    )
