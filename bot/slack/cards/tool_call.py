"""A call of a tool that needs a person's yes: what would be sent where, Allow and Refuse."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.tool_capability import SANDBOX
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.payloads import ToolCallAction
from bot.slack.post import Post
from bot.slack.text import bold, clip, escape, line, mention, moment

_MOST_ARGUMENTS = 1_500
_OPENS = (
    "{who} wants to change code and run commands for {task}, in a throw-away worktree: without a"
    " network, and your checkout stays as it is. What comes of it is a patch in this thread."
)


@dataclass(frozen=True)
class ToolCallCard:
    """What the card shows; without `answered_by` an answered one ran out of time."""

    call_id: str
    task_id: str
    public_id: str
    specialist: str
    server: str
    tool: str
    arguments: Any
    waits: bool
    allowed: bool
    answered_by: str | None
    until: datetime | None


def tool_call_card(card: ToolCallCard) -> Post:
    """Return the card, with its buttons while the answer is open."""
    tool = f"`{_word(card.tool)}` of {bold(card.server)}"
    opens = (card.server, card.tool) == (SANDBOX, "open")
    if opens:
        tool = "changing code"
    if not card.waits:
        said = f"{bold(card.specialist)} · {tool}: {_answer(card)}"
        named = "Changing code" if opens else escape(line(card.tool))
        return Post(text=f"{named}: {_answer(card)}", blocks=message(sections(said)))
    text = f"{card.specialist} wants to use {line(card.tool)} of {card.server}"
    first = (
        f"{bold(card.specialist)} wants to use {tool} for {card.public_id}. It may change things."
    )
    if opens:
        text = f"{card.specialist} wants to change code"
        first = _OPENS.format(who=bold(card.specialist), task=card.public_id)
    payload, about = ToolCallAction(task_id=card.task_id, call_id=card.call_id), line(card.tool)
    yes = "Allow for this task" if opens else "Allow once"
    buttons = actions(
        button(yes, "tool.allow", payload, about=about, style="primary"),
        button("Refuse", "tool.refuse", payload, about=about, style="danger"),
    )
    until = f"Until {moment(card.until)}; then the work goes on without it." if card.until else ""
    return Post(
        text=escape(text),
        blocks=message(sections(first) + sections(_sent(card.arguments)), context(until) + buttons),
    )


def _sent(arguments: Any) -> str:
    """Return the arguments as a block of code that nothing in them can end."""
    if not arguments:
        return ""
    text = json.dumps(arguments, ensure_ascii=False, indent=1).replace("```", "ʼʼʼ")
    left = len(text) - _MOST_ARGUMENTS
    more = f"\n{left:,} more characters that are not shown here." if left > 0 else ""
    return f"```\n{escape(clip(text, _MOST_ARGUMENTS))}\n```{more}"


def _word(text: str) -> str:
    """Return a tool's name as code on one line: its server gives it, and people decide by it."""
    return escape(line(text).replace("`", "ʼ"))


def _answer(card: ToolCallCard) -> str:
    if card.answered_by is None:
        return "nobody answered in time, it was not used."
    once = "allowed for this task" if card.server == SANDBOX else "allowed once"
    return f"{once if card.allowed else 'refused'} by {mention(card.answered_by)}."
