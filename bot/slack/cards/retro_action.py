"""Tracked actions as people read them: the list, and the reminder of one."""

from collections.abc import Sequence
from datetime import date

from bot.domain.days import day_words
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.cards.retrospective import ActionLine, action
from bot.slack.payloads import RetroActionRef
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, line

MOST = 15
"""Shown with buttons; a channel with more open actions needs another talk."""


def reminder_card(
    *,
    action_id: str,
    public_id: str,
    text: str,
    channel_id: str,
    due_on: date | None,
    today: date,
) -> Post:
    """Return the reminder of an action; without `text` only where it is told of."""
    when = _when(due_on, today)
    what = bold(clip(line(text), 200))
    told = f"{public_id} of <#{channel_id}> {when}." + (f"\n{what}" if what else "")
    return Post(
        text=f"{public_id} {when}.",
        blocks=message(sections(told), _buttons(action_id, change=bool(what))),
    )


def _when(due_on: date | None, today: date) -> str:
    if due_on is None:
        return "is open"
    days = (due_on - today).days
    if days < 0:
        return f"is {count(-days, 'day')} overdue"
    if days > 1:
        return f"is due on {day_words(due_on, weekday=True)}"
    return "is due tomorrow" if days else "is due today"


def _buttons(action_id: str, *, change: bool = True) -> list[Block]:
    payload = RetroActionRef(action_id=action_id)
    made = [button("Done", "retro.done", payload, style="primary")]
    made += [button("Change", "retro.change", payload)] if change else []
    return actions(*made, button("Drop", "retro.drop", payload))


def action_list(items: Sequence[ActionLine]) -> Post:
    """Return a channel's open actions, each with what can be done about it."""
    if not items:
        how = escape("`/lead retro add <what> @who by <day>`")
        text = f"No open action here. {how} adds one."
        return Post(text=text, blocks=sections(text))
    body: list[Block] = []
    for item in items[:MOST]:
        body += sections(action(item)) + _buttons(item.action_id)
    more = len(items) - MOST
    tail = context(f"{count(more, 'action')} more." if more > 0 else "")
    return Post(text=count(len(items), "open action"), blocks=message(body, tail))
