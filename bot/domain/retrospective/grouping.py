"""Which cards say the same: proposed by rule, or by a model; people have the last word."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

_ALIKE = 70.0
"""Ours, of 100, tuned on tests/unit/retrospective/test_grouping.py: below it cards that share
one word would meet, above it two sentences on the same thing stay apart."""
LONGEST_TITLE = 300


@dataclass(frozen=True)
class Card:
    """One card; its column is a number."""

    id: str
    column: int
    text: str


@dataclass(frozen=True)
class Topic:
    """Cards that belong together, called by the shortest of them unless somebody names it."""

    title: str
    card_ids: tuple[str, ...]


class TopicProposal(BaseModel):
    """One topic as a model proposes it."""

    model_config = ConfigDict(frozen=True)

    title: str = Field(description="what these cards say, in at most 80 characters")
    cards: tuple[int, ...] = Field(description="numbers of the cards")


class Topics(BaseModel):
    """A model's answer: every card in one topic."""

    model_config = ConfigDict(frozen=True)

    topics: tuple[TopicProposal, ...] = ()


def group(cards: Sequence[Card]) -> list[Topic]:
    """Return topics of cards of the same column that are alike, biggest first."""
    found: list[list[Card]] = []
    for card in cards:
        near = [
            topic
            for topic in found
            if topic[0].column == card.column and any(_alike(card.text, c.text) for c in topic)
        ]
        merged = [card, *(other for topic in near for other in topic)]
        found = [topic for topic in found if topic not in near]
        found.append(sorted(merged, key=cards.index))
    found.sort(key=lambda topic: (-len(topic), topic[0].column, cards.index(topic[0])))
    return [_topic(topic) for topic in found]


def sound(proposed: Topics, cards: Sequence[Card]) -> list[Topic]:
    """Return a model's topics with each card in one of them; those left out are on their own."""
    left = dict(enumerate(cards, 1))
    topics = []
    for item in proposed.topics:
        mine = [left.pop(number) for number in dict.fromkeys(item.cards) if number in left]
        if mine:
            title = " ".join(item.title.split())[:LONGEST_TITLE] or _topic(mine).title
            topics.append(Topic(title, tuple(card.id for card in mine)))
    return topics + [_topic([card]) for card in left.values()]


def _topic(cards: Sequence[Card]) -> Topic:
    title = min((card.text for card in cards), key=len)
    return Topic(title[:LONGEST_TITLE], tuple(card.id for card in cards))


def _alike(one: str, other: str) -> bool:
    from rapidfuzz import fuzz, utils  # 3 MB, for one evening in two weeks

    return fuzz.token_sort_ratio(one, other, processor=utils.default_process) >= _ALIKE or (
        fuzz.token_set_ratio(one, other, processor=utils.default_process) >= 100.0
        and min(len(one.split()), len(other.split())) > 1
    )
