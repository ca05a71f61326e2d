"""Lays a prompt out from what never changes to what always does, so that caches can be read.

system: [rules and team | charter]   user: [card] [card] … [request and thread | what differs]
`|` marks a cache breakpoint. Two calls share a cache up to the first differing byte: calls of one
specialist up to the charter, calls of different specialists up to the team, calls of one
assignment (a repair) up to the request.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from pydantic import BaseModel

from bot.domain.playbook import Card
from bot.domain.quoted import own_words
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.prompt.briefing import Briefing, card_text
from bot.model.claude.prompt.data import Tag, section, trimmed
from bot.model.claude.prompt.tail import tail
from bot.model.claude.prompt.tool_turns import with_tools
from bot.model.claude.prompt.turns import block
from bot.model.claude.wire import Ask
from bot.model.port import (
    Request,
    ReviewPointRequest,
    Said,
    ScoreRequest,
    ToolWorkRequest,
    WorkRequest,
)
from bot.model.sprint_port import SprintEstimateRequest

T = TypeVar("T")
CardsFor: TypeAlias = Callable[[str], Sequence[Card]]
"""Finds the cards that match a text, best first."""

MOST_CARDS = 6
MOST_CARD = 1_800
MOST_SAID = 20_000
"""Characters of a card and of the thread; together they keep a prompt near 10,000 tokens."""
MOST_ATTACHED = 40_000
"""Ours: characters of all files and links together, shared between them."""


def no_cards(_text: str) -> Sequence[Card]:
    """Return no cards, for a Claude without a playbook."""
    return ()


@dataclass(frozen=True)
class Layout:
    """Turns requests into asks; the same request gives the same bytes."""

    briefing: Briefing
    config: ClaudeConfig
    cards_for: CardsFor = no_cards
    _written: dict[str, tuple[object, str]] = field(default_factory=dict, init=False, repr=False)
    """Charters and cards as sections: they are in every prompt and never change."""

    def ask(self, request: Request[BaseModel]) -> Ask:
        """Return the body for a request, without a schema."""
        if isinstance(request, ToolWorkRequest):
            return with_tools(self.ask(request.work), request)
        role = request.role
        name = _specialist(request)
        charter = self._once("charter", name, self.briefing.charter(name), str)
        content = [block(text) for text in self._cards(request, name)]
        content.append(block(_request(request), cached=True))
        content.append(block(tail(request)))
        return Ask(
            model=self.config.model_of(role),
            max_tokens=self.config.max_tokens[role],
            system=[block(self.briefing.shared, cached=True), block(charter, cached=True)],
            messages=[{"role": "user", "content": content}],
        )

    def _cards(self, request: Request[BaseModel], name: str) -> Iterable[str]:
        text = request.text
        if isinstance(request, WorkRequest):
            text = f"{text}\n{request.assignment.title}\n{request.assignment.brief}"
        found = sorted(self.cards_for(text), key=lambda card: name not in card.specialists)
        return [self._once("card", card.name, card, _card) for card in found[:MOST_CARDS]]

    def _once(self, tag: Tag, name: str, source: T, write: Callable[[T], str]) -> str:
        """Return what `write` says of `source` as a section, written once for the same object."""
        key = f"{tag} {name}"
        kept = self._written.get(key)
        if kept is None or kept[0] is not source:
            shown = {"name": name} if tag == "card" else {}
            kept = self._written[key] = (source, section(tag, write(source), **shown))
        return kept[1]


def _card(card: Card) -> str:
    return trimmed(card_text(card), MOST_CARD)


def _specialist(request: Request[BaseModel]) -> str:
    """Return whose charter it needs; empty for the lead's."""
    if isinstance(request, WorkRequest):
        return request.assignment.specialist
    if isinstance(request, ScoreRequest | ReviewPointRequest | SprintEstimateRequest):
        return request.specialist
    return ""


def _request(request: Request[BaseModel]) -> str:
    own, quoted = own_words(request.text)
    if not own:  # whoever only quotes means the quote
        return "\n\n".join([section("request", request.text), *_said(request.said)])
    parts = [section("data", quoted, source="quoted in the request")] if quoted else []
    return "\n\n".join([section("request", own), *parts, *_said(request.said)])


def _said(said: Sequence[Said]) -> list[str]:
    """Return what was attached, then the newest messages that fit, oldest first."""
    attached = [item for item in said if item.kind != "message"]
    share = MOST_ATTACHED // max(1, len(attached))
    shown = [
        section("data", trimmed(item.text, share), source=item.kind, name=item.who)
        for item in attached
    ]
    return shown + _messages([item for item in said if item.kind == "message"])


def _messages(said: Sequence[Said]) -> list[str]:
    """Return the newest messages that fit, oldest first; untrusted ones as data."""
    kept: list[str] = []
    left = MOST_SAID
    for message in reversed(said):
        left -= len(message.text)
        if left < 0:
            kept.append(f"({len(said) - len(kept)} earlier messages are left out)")
            break
        if message.trusted:
            kept.append(section("message", message.text, author=message.who))
        else:
            kept.append(section("data", message.text, author=message.who))
    return kept[::-1]
