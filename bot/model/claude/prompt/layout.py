"""Lays a prompt out from what never changes to what always does, so that caches can be read.

system: [rules and team | charter]   user: [card] [card] … [request and thread | what differs]
`|` marks a cache breakpoint. Two calls share a cache up to the first differing byte: calls of one
specialist up to the charter, calls of different specialists up to the team, calls of one
assignment (a repair) up to the request.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
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
from bot.model.claude.wire import Ask, Fixed
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
MOST_REQUESTS = 128
"""Requests whose text is kept: of the tasks that are worked at the same time."""
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
    _fixed: dict[tuple[str, str], tuple[object, Fixed]] = field(
        default_factory=dict, init=False, repr=False
    )
    """What is in every prompt and never changes."""

    def ask(self, request: Request[BaseModel]) -> Ask:
        """Return the body for a request, without a schema."""
        if isinstance(request, ToolWorkRequest):
            return with_tools(self.ask(request.work), request)
        role = request.role
        name = _specialist(request)
        shared = self._once("team", "", self.briefing.shared, _shared)
        charter = self._once("charter", name, self.briefing.charter(name), _charter)
        asked = _request(request.text, request.said)
        content = [*self._cards(request, name), asked, block(tail(request))]
        return Ask(
            model=self.config.model_of(role),
            max_tokens=self.config.max_tokens[role],
            system=[shared, charter],
            messages=[{"role": "user", "content": content}],
        )

    def _cards(self, request: Request[BaseModel], name: str) -> Iterable[Fixed]:
        text = request.text
        if isinstance(request, WorkRequest):
            text = f"{text}\n{request.assignment.title}\n{request.assignment.brief}"
        found = sorted(self.cards_for(text), key=lambda card: name not in card.specialists)
        return [self._once("card", card.name, card, _card) for card in found[:MOST_CARDS]]

    def _once(self, tag: Tag, name: str, source: T, write: Callable[[T], Fixed]) -> Fixed:
        """Return the block that `write` makes of `source`, made once for the same object."""
        kept = self._fixed.get((tag, name))
        if kept is None or kept[0] is not source:
            kept = self._fixed[tag, name] = (source, write(source))
        return kept[1]


def _shared(text: str) -> Fixed:
    return Fixed(block(text, cached=True))


def _charter(text: str) -> Fixed:
    return Fixed(block(section("charter", text), cached=True))


def _card(card: Card) -> Fixed:
    return Fixed(block(section("card", trimmed(card_text(card), MOST_CARD), name=card.name)))


def _specialist(request: Request[BaseModel]) -> str:
    """Return whose charter it needs; empty for the lead's."""
    if isinstance(request, WorkRequest):
        return request.assignment.specialist
    if isinstance(request, ScoreRequest | ReviewPointRequest | SprintEstimateRequest):
        return request.specialist
    return ""


@lru_cache(maxsize=MOST_REQUESTS)
def _request(text: str, said: tuple[Said, ...]) -> Fixed:
    """Return what was asked and said: the same in each call of a task until somebody writes."""
    own, quoted = own_words(text)
    if not own:  # whoever only quotes means the quote
        own, quoted = text, ""
    parts = [section("data", quoted, source="quoted in the request")] if quoted else []
    return Fixed(block("\n\n".join([section("request", own), *parts, *_said(said)]), cached=True))


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
