"""What the offline model reads out of a request and its thread, once for all calls."""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

from bot.domain.capacity.assumptions import HOLD_MS
from bot.domain.facts import Facts, extract_all
from bot.domain.facts.subject import Subject, subject
from bot.domain.facts.technology import technologies
from bot.domain.fold import fold
from bot.domain.quoted import subject as quoted_subject
from bot.domain.routing import Ranked, Route, card_index, route
from bot.domain.routing.lexicon import MENDABLE
from bot.domain.routing.score import LANGUAGES, rank_cards
from bot.domain.routing.signs import with_signs
from bot.domain.routing.terms import mend
from bot.model.offline.names import implied, language_names
from bot.model.port import Said
from bot.team import Team

STRONG = 3.0
"""The score of one strong trigger."""


@dataclass(frozen=True)
class Reading:
    """A request, read: quantities, technologies, cards, subject."""

    team: Team
    text: str
    later: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def everything(self) -> str:
        """The request and what was added to it."""
        return "\n".join((self.text, *self.later))

    @cached_property
    def facts(self) -> Facts:
        """Quantities; what was said later counts."""
        return extract_all((self.text, *self.later))

    @cached_property
    def known(self) -> dict[str, float]:
        """Quantities by name, for the expressions in cards."""
        known = self.facts.known()
        if "p95_ms" not in known and "latency_ms" in known:
            known["p95_ms"] = known["latency_ms"]
        known.setdefault("hold_ms", HOLD_MS)
        return known

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Technologies that the request names, in its order."""
        return technologies(self.everything, self.vocabulary)

    @cached_property
    def technologies(self) -> frozenset[str]:
        """Technologies that are named or implied."""
        return implied(self.named)

    @cached_property
    def subject(self) -> Subject:
        """What it is about."""
        return subject(self.text)

    @cached_property
    def route(self) -> Route:
        """How to treat it."""
        return route(self.text, self.team)

    @cached_property
    def cards(self) -> tuple[Ranked, ...]:
        """Cards that it concerns, best first."""
        return self.cards_for(self.everything)

    def cards_for(self, text: str) -> tuple[Ranked, ...]:
        """Return the cards that a text concerns beside the technologies of the request."""
        folded = mend(fold(text), MENDABLE)
        ranked = rank_cards(folded, card_index(self.team), self.technologies)
        ranked = with_signs(ranked, folded, self.facts, self.team.cards)
        weighted = [self._weighted(item) for item in ranked if self._speaks(item)]
        return tuple(sorted(weighted, key=lambda item: (-item.score, item.name)))

    def _speaks(self, item: Ranked) -> bool:
        """Return whether a card is of no language, of one in the request, or of the only one."""
        area = self.team.cards[item.name].area
        if area not in LANGUAGES or self.technologies & language_names(area):
            return True
        spoken = any(self.technologies & language_names(other) for other in LANGUAGES)
        return not spoken and item.score >= STRONG

    def _weighted(self, item: Ranked) -> Ranked:
        """Cards about a named technology come before those about another one."""
        card = self.team.cards[item.name]
        named = set(self.named) & {*card.technologies, *card.name.split("-")}
        return Ranked(item.name, item.score + 1.5 * len(named), item.words)

    def quantities(self) -> tuple[str, ...]:
        """Return the quantities in the person's own words, in the order of the text."""
        current = {id(self.facts.fact(item.name)) for item in self.facts}
        latest = [item for item in self.facts if id(item) in current]
        others = [item for item in self.facts if id(item) not in current]
        return tuple(dict.fromkeys(item.words for item in (*latest, *others)))

    def languages(self, language: str) -> frozenset[str]:
        """Return the names of a language in conditions of bullets."""
        return language_names(language)


class Reader:
    """Makes readings and keeps the last ones: a task's calls read the same thread."""

    def __init__(self, team: Team, *, keep: int = 64) -> None:
        self.team = team
        self._keep = keep
        self._kept: OrderedDict[tuple[str, ...], Reading] = OrderedDict()
        self._vocabulary = _vocabulary(team)

    def read(self, text: str, said: tuple[Said, ...] = ()) -> Reading:
        """Return the reading of a request; only trusted messages add to it."""
        text = quoted_subject(text)
        later = tuple(item.text for item in said if item.trusted and item.text != text)
        key = (text, *later)
        if key not in self._kept:
            self._kept[key] = Reading(self.team, text, later, self._vocabulary)
            if len(self._kept) > self._keep:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def _vocabulary(team: Team) -> tuple[str, ...]:
    names = {name for card in team.cards.values() for name in card.technologies}
    names |= {
        name
        for card in team.cards.values()
        for bullet in (*card.do, *card.avoid, *card.check)
        for name in bullet.technologies
    }
    names |= {name for who in team.specialists.values() for name in who.technologies}
    return tuple(sorted({fold(name) for name in names}))
