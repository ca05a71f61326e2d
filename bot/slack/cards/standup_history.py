"""Several standups at once: as a message, and as a Markdown file."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.days import Span, day_words
from bot.slack.blocks import context, message, sections
from bot.slack.cards.standup import MissingLine, PersonLine, StandupCard, headline
from bot.slack.post import Post
from bot.slack.text import clip, count, escape, line

_SHORT = 160
_DATE = re.compile(r"<!date\^\d+\^[^|]*\|([^>]*)>")


@dataclass(frozen=True)
class Page:
    """Some of the standups of a span, oldest first; `number` counts from 1."""

    cards: Sequence[StandupCard]
    number: int
    first: int
    """Which of all the first one is, from 1."""
    total: int

    @property
    def is_last(self) -> bool:
        """Whether none come after it."""
        return self.first - 1 + len(self.cards) >= self.total


def history_card(page: Page, span: Span, *, command: str) -> Post:
    """Return a page of standups, a few lines each; `command` asked for it and for the next one."""
    if not page.cards:
        text = f"No standup was held here: {span}."
        return Post(text=text, blocks=sections(text))
    last = page.first + len(page.cards) - 1
    title = f"{count(page.total, 'standup')}, {span}"
    body = sections(f"{title}: {page.first} to {last}") if page.total > len(page.cards) else []
    for card in page.cards:
        lines = [headline(card)]
        lines += [
            f"• :no_entry: {item.public_id} {escape(clip(line(item.text), _SHORT))} ({item.who})"
            for item in card.blockers
        ]
        lines += [f"• done {escape(done)}" for done in card.moved.done]
        lines += [_person(person) for person in card.people]
        body += sections("\n".join(lines))
    more = "" if page.is_last else f"`{escape(command)} page {page.number + 1}` goes on. "
    tail = context(f"{more}`/lead standup export` posts all of it as a file.")
    return Post(text=title, blocks=message(body, tail))


def _person(person: PersonLine) -> str:
    answers = (*person.answers, *person.blocked)
    said = " · ".join(escape(clip(line(text), _SHORT)) for _, text in answers)
    return f"• *{person.who}* {said}"


def as_markdown(cards: Sequence[StandupCard], span: Span) -> str:
    """Return the standups as Markdown, whole."""
    parts = [f"# Standups, {span}"]
    for card in cards:
        parts.append(f"## {line(card.name)}, {day_words(card.day, weekday=True, year=True)}")
        parts.append(f"{card.answered} of {card.asked} answered.")
        parts.append(
            _list("Blocked", [_plain(f"{b.public_id} {b.text} ({b.who})") for b in card.blockers])
        )
        parts.append(_list("Done", card.moved.done))
        parts.append(_list("Failed", card.moved.failed))
        parts += [_said(person) for person in card.people]
        parts.append(_list("Not in", [_absent(item) for item in card.missing]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _list(title: str, lines: Sequence[str]) -> str:
    return f"### {title}\n\n" + "\n".join(f"- {item}" for item in lines) if lines else ""


def _said(person: PersonLine) -> str:
    late = " (late)" if person.late else ""
    said = (*person.answers, *person.blocked)
    answers = "\n".join(f"- **{q}** {' / '.join(a.splitlines())}" for q, a in said)
    return f"### {_plain(person.who)}{late}\n\n{answers}"


def _absent(item: MissingLine) -> str:
    return _plain(f"{item.who} ({item.off})" if item.off else item.who)


def _plain(text: str) -> str:
    """Return what was made for Slack as plain text."""
    return html.unescape(_DATE.sub(r"\1", line(text)))
