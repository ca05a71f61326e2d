"""`/lead decide`: a decision in one line, or by the form with all its fields."""

import re

from bot.errors import UserFacingError
from bot.services.recording import Record, record
from bot.slack.cards import text_post
from bot.slack.cards.decision_form import new_decision_modal
from bot.slack.payloads import ChannelAction
from bot.slack.post import Post
from bot.slack.text import clip, line
from handlers.commands.table import Call
from handlers.rooms import room_is_private
from handlers.texts import command_text

TITLE = 80
"""Ours: longer titles do not fit a line of `/lead decisions`."""
_EXAMPLE = "one ledger because of audits"
_BECAUSE = re.compile(r"\s*(?:,\s*)?\b(?:because|weil)\b|\s*[:;–—]\s+", re.IGNORECASE)


async def run_decide(call: Call) -> Post:
    """Propose what the words say in this channel; without words, open the form."""
    desk = call.desk
    private = await room_is_private(desk, call.client, call.workspace_id, call.channel_id)
    text = command_text(call.words)
    if not text:
        view = new_decision_modal(ChannelAction(channel_id=call.channel_id))
        await call.open(view)
        return text_post("Fill in the form; the decision appears in this channel.")
    what, *why = _BECAUSE.split(text, maxsplit=1)
    if why and not why[0].strip():
        raise UserFacingError("Say why.", hint=f"E.g. `/lead decide {_EXAMPLE}`.")
    title = clip(line(what), TITLE)
    if not title:
        raise UserFacingError("Say what is decided first.", hint=f"E.g. `/lead decide {_EXAMPLE}`.")
    made = await record(
        desk.ctx,
        Record(
            workspace_id=call.workspace_id,
            channel_id=call.channel_id,
            root_ts="",
            user_id=call.user_id,
            title=title,
            context="",
            outcome=text,
            source_url="",
            key=call.receipt,
            is_private=private,
        ),
    )
    name = made.public_id if made is not None else "It"
    return text_post(f"{name} is proposed in this channel.")
