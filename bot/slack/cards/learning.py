"""The learning plan as people read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.days import day_words
from bot.slack.blocks import context, message, sections
from bot.slack.post import Post
from bot.slack.text import clip, count, escape, line, mention

_HINT = escape("`/lead learning L-1 begin|done <link>|drop` moves one on.")


@dataclass(frozen=True)
class LearningLine:
    """One item."""

    public_id: str
    kind: str
    title: str
    who: str
    """A person's id, or how a specialist is called; empty for nobody."""
    due_on: date | None
    state: str
    evidence: str


def learning_card(items: Sequence[LearningLine], *, today: date) -> Post:
    """Return a channel's plan by kind: what is open, and what ended lately."""
    if not items:
        how = escape("`/lead learning add talk <what> @who by <day>`")
        text = f"Nothing planned here. {how} plans a talk."
        return Post(text=text, blocks=sections(text))
    body = []
    for kind in dict.fromkeys(item.kind for item in items):
        mine = [item for item in items if item.kind == kind]
        lines = "\n".join(f"• {learning_line(item, today=today)}" for item in mine)
        body += sections(f"*{kind.capitalize()}s* ({len(mine)})\n{lines}")
    return Post(text=count(len(items), "learning item"), blocks=message(body, context(_HINT)))


def learning_line(item: LearningLine, *, today: date) -> str:
    """Return one item on a line."""
    ended = item.state in ("done", "dropped")
    late = item.due_on is not None and item.due_on < today and not ended
    parts = [f"{item.public_id} {escape(clip(line(item.title), 200))}"]
    parts += [mention(item.who)] if item.who else []
    parts += [f"by {day_words(item.due_on, weekday=True)}"] if item.due_on and not ended else []
    parts.append(":warning: overdue" if late else item.state)
    parts += [escape(clip(line(item.evidence), 200))] if item.evidence else []
    return " · ".join(parts)


def reminder_card(*, public_id: str, title: str, channel_id: str, due_on: date | None) -> Post:
    """Return the reminder of an item; without `title` only where it is told of."""
    what = f": {escape(clip(line(title), 200))}" if title else ""
    when = f"is due on {day_words(due_on, weekday=True)}" if due_on else "is open"
    text = f"{public_id} of the learning plan in <#{channel_id}> {when}{what}."
    tail = context(escape(f"There: `/lead learning {public_id} done <link>`."))
    return Post(text=text, blocks=message(sections(text), tail))
