"""Scores specialists and cards by the words of a request."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.domain.facts.technology import ambiguous, means_technology
from bot.domain.fold import fold
from bot.domain.playbook import Card
from bot.domain.routing.lexicon import AMBIGUOUS, LEXICON, UNSPACED
from bot.domain.routing.terms import find, find_all, head, heads, outermost, split_terms
from bot.domain.routing.values import Ranked, TeamData
from bot.domain.specialist import Specialist

_STRONG = 4.0
"""From this weight on a word names the field."""
_TOOL_BONUS = 1.5
"""A tool of one language outweighs a topic named beside it: its expert knows the topic too."""
_HINT_LIMIT = 4.0
"""Hints (weight under 4) add up to this at most: ten vague words are no field."""
_AGAIN = 0.75
"""A word that is said again (twice at most) is what the text is about."""
LANGUAGES = ("python", "nodejs", "java", "golang", "rust")
"""The areas of cards that are about one language."""
_CARD_OWNER, _CARD_OTHER = 1.0, 0.3
"""What a matching card adds to its first specialist and to the others."""


@dataclass(frozen=True)
class Index:
    """A team's words, prepared once."""

    terms: dict[str, dict[str, float]]

    @classmethod
    def of(cls, team: TeamData) -> "Index":
        """Prepare the words of a team: the lexicon's, then those of the charters."""
        return cls({name: _terms(name, who) for name, who in team.specialists.items()})


def _terms(name: str, who: Specialist) -> dict[str, float]:
    terms = split_terms(LEXICON.get(name, {}))
    ordinary = ambiguous()
    charter = [(word, _STRONG) for word in who.expertise.strong]
    charter += [(word, 1.0) for word in who.expertise.weak]
    if name in LEXICON:
        charter = [(word, min(weight, 2.0)) for word, weight in charter]
    shipped = dict(terms)
    for word, weight in charter:
        folded = fold(word)
        inner = max((value for term, value in shipped.items() if term in folded), default=0.0)
        if word not in ordinary:
            terms.setdefault(folded, max(weight, inner))
    return terms


class _Place(NamedTuple):
    """Where a trigger stands in a card; in this order the longest come first, then as written."""

    shorter: int
    at: int
    term: str


@dataclass(frozen=True, eq=False)
class _Entry:
    """A card with what is asked of it each time."""

    card: Card
    technologies: frozenset[str]
    is_of_a_language: bool


@dataclass(frozen=True, eq=False)
class CardIndex:
    """A team's cards, findable by the words that bring them; made once."""

    by_head: dict[str, tuple[str, ...]]
    """Triggers by their first letters: a look-up is cheaper than a search."""
    by_trigger: dict[str, tuple[tuple[_Entry, bool, _Place], ...]]
    """The cards that a trigger brings, whether strongly, and its place there."""

    @classmethod
    def of(cls, cards: Iterable[Card]) -> "CardIndex":
        """Prepare some cards."""
        by_trigger: dict[str, list[tuple[_Entry, bool, _Place]]] = {}
        for card in cards:
            entry = _Entry(card, frozenset(card.technologies), card.area in LANGUAGES)
            for is_strong, terms in ((True, card.triggers.strong), (False, card.triggers.weak)):
                for at, term in enumerate(terms):
                    place = _Place(-len(term), at, term)
                    by_trigger.setdefault(term, []).append((entry, is_strong, place))
        by_head: dict[str, list[str]] = {}
        for term in by_trigger:
            by_head.setdefault(head(term), []).append(term)
        return cls(
            {start: tuple(terms) for start, terms in by_head.items()},
            {term: tuple(found) for term, found in by_trigger.items()},
        )

    def triggers(self, folded: str) -> frozenset[str]:
        """Return the triggers that the text contains; none holds a line break."""
        return frozenset().union(*(_in_line(self, line) for line in folded.split("\n")))


@lru_cache(maxsize=2048)
def _in_line(cards: CardIndex, line: str) -> frozenset[str]:
    """Return the triggers in a line. Kept: a request's lines are looked at with each assignment."""
    starts = heads(line) & cards.by_head.keys()
    return frozenset(
        term
        for start in starts
        for term in cards.by_head[start]
        if term in line and find(term, line)  # most are not: no call for them
    )


def rank_cards(folded: str, cards: CardIndex, technologies: frozenset[str]) -> tuple[Ranked, ...]:
    """Return the cards that the text concerns, best first.

    Rule (playbooks README): one strong trigger, or two weak ones, or one weak beside a technology
    of the card. Two weak words alone bring no card of a language: a heap is not the JVM's only.
    """
    strongly: dict[_Entry, list[_Place]] = {}
    weakly: dict[_Entry, list[_Place]] = {}
    for term in cards.triggers(folded):
        for entry, is_strong, place in cards.by_trigger[term]:
            (strongly if is_strong else weakly).setdefault(entry, []).append(place)
    found = []
    for entry in strongly.keys() | weakly.keys():
        beside = entry in weakly and not technologies.isdisjoint(entry.technologies)
        if entry not in strongly and len(weakly[entry]) < 2 and not beside:
            continue  # most cards
        strong, weak = _outermost(strongly.get(entry)), _outermost(weakly.get(entry))
        if strong or beside or (len(weak) >= 2 and not entry.is_of_a_language):
            words = (*strong, *weak)
            score = 3.0 * len(strong) + len(weak) + (0.5 if beside else 0.0)
            score += sum(_AGAIN * min(2, folded.count(term) - 1) for term in words)
            found.append(Ranked(entry.card.name, score, words))
    return tuple(sorted(found, key=lambda item: (-item.score, item.name)))


def _outermost(places: list[_Place] | None) -> tuple[str, ...]:
    """Return the terms that are inside no other one, longest first; most cards have one or none."""
    if not places:
        return ()
    if len(places) == 1:
        return (places[0].term,)
    return outermost(place.term for place in sorted(places))


def _possible(terms: tuple[str, ...], starts: frozenset[str]) -> list[str]:
    """Return the terms that the text may contain: a look-up is cheaper than a search."""
    return [term for start, term in _with_heads(terms) if start in starts]


@lru_cache(maxsize=4096)
def _with_heads(terms: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((head(term), term) for term in terms)


def rank_specialists(
    folded: str, team: TeamData, index: Index, cards: tuple[Ranked, ...]
) -> tuple[Ranked, ...]:
    """Return every specialist with a score above zero, best first."""
    ranked = [_rank(name, folded, index) for name in team.specialists]
    bonus = _card_bonus(team, cards)
    added = [
        Ranked(item.name, item.score + bonus.get(item.name, 0.0), item.words) for item in ranked
    ]
    return tuple(
        sorted(
            (item for item in added if item.score > 0), key=lambda item: (-item.score, item.name)
        )
    )


def _rank(name: str, folded: str, index: Index) -> Ranked:
    terms = index.terms[name]
    possible = _possible(tuple(terms), heads(folded))
    found = find_all((term for term in possible if _applies(term, folded)), folded)
    strong = [term for term in found if terms[term] >= _STRONG]
    hints = [term for term in found if terms[term] < _STRONG]
    named = [word for word in AMBIGUOUS.get(name, ()) if _means(word, folded)]
    named = [word for word in named if word not in strong]
    unspaced = (
        [] if folded.isascii() else [w for w in UNSPACED.get(name, "").split() if w in folded]
    )
    score = _STRONG * (len(strong) + len(named)) + 2.0 * len(unspaced)
    if name in AMBIGUOUS and (strong or named):
        score += _TOOL_BONUS
    score += min(_HINT_LIMIT, sum(terms[term] for term in hints) / 2)
    return Ranked(name, score, (*strong, *named, *unspaced, *hints))


def _applies(term: str, folded: str) -> bool:
    return term in folded and means_technology(term, folded)


def _means(word: str, folded: str) -> bool:
    return find(word, folded) and means_technology(word, folded)


def _card_bonus(team: TeamData, cards: tuple[Ranked, ...]) -> dict[str, float]:
    bonus: dict[str, float] = {}
    for item in cards[:6]:
        for place, name in enumerate(team.cards[item.name].specialists):
            weight = _CARD_OWNER if place == 0 else _CARD_OTHER
            if item.score < 3:
                weight *= 0.5
            bonus[name] = bonus.get(name, 0.0) + weight
    return {name: min(value, 3.0) for name, value in bonus.items()}
