"""A retrospective as a Markdown file, whole."""

from collections.abc import Sequence

from bot.domain.days import day_words
from bot.domain.retrospective import Phase
from bot.slack.cards.retrospective import ActionLine, RetrospectiveCard, TopicLine
from bot.slack.text import count, line


def as_markdown(card: RetrospectiveCard) -> str:
    """Return a run as Markdown; what is hidden while it is open is not in it."""
    state = "closed" if card.phase is Phase.CLOSED else f"open: {card.phase.value}"
    columns = ", ".join(f"{line(column.name)} {column.cards}" for column in card.columns)
    voted = f"{count(card.votes, 'vote')} by {count(card.voters, 'person', 'people')}"
    day = day_words(card.opens_at, weekday=True, year=True)
    parts = [
        f"# {line(card.name)} {card.public_id}, {day}",
        f"{state}. Cards: {columns}. {voted}.",
        _list("From last time", [_action(item) for item in card.before]),
        _list("Topics", [_topic(item) for item in card.topics]),
        _list("Actions", [_action(item) for item in card.agreed]),
        _list("Lessons", [f"**{item.kind}:** {line(item.text)}" for item in card.lessons]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _list(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {item}" for item in lines) if lines else ""


def _topic(item: TopicLine) -> str:
    votes = f", {count(item.votes, 'vote')}" if item.votes is not None else ""
    title = f"{line(item.title)} ({line(item.column)}{votes})"
    return "\n".join([title, *(f"  - {line(text)}" for text in item.others)])


def _action(item: ActionLine) -> str:
    owner = item.owner_id or "nobody"
    due = f", due {day_words(item.due_on, year=True)}" if item.due_on else ""
    return f"{item.public_id} {line(item.text)} ({owner}{due}): {item.standing.value}"
