"""The order of questions that leads from a text to a route."""

from dataclasses import dataclass, replace

from bot.domain.facts import extract
from bot.domain.facts.technology import technologies as find_technologies
from bot.domain.fold import fold
from bot.domain.routing import phrases
from bot.domain.routing.lexicon import MENDABLE
from bot.domain.routing.patterns import project
from bot.domain.routing.score import CardIndex, Index, rank_cards, rank_specialists
from bot.domain.routing.signs import with_signs
from bot.domain.routing.staff import for_one, for_pattern
from bot.domain.routing.terms import mend
from bot.domain.routing.values import Kind, Ranked, Route, TeamData, Topic

_CLEAR = 3.0
"""A specialist whose field is clearly meant has at least one unmistakable word."""
_WORK = 2.0
"""Less than this is no technical request."""
_SHORT = 6
"""Words; a short text needs more than one hint to be work."""
_QUIET_LIMIT = 4.0
"""Small talk words beside a technical score above this do not make a request off-topic."""
_LONGEST = 8_000
"""Characters that are looked at; beyond it is pasted material."""

_WHY: dict[Topic, str] = {
    "empty": "there is no text",
    "emoji": "only emoji",
    "thanks": "thanks or agreement, nothing to do",
    "greeting": "a greeting",
    "override": "it tries to change how the team works",
    "team": "a question about the team",
    "bot": "a question about this bot",
    "records": "a question about what was decided or done",
    "definition": "a short general question",
    "off-topic": "nothing a backend team can help with",
    "unclear": "no word that names a field of the team",
}


def route(text: str, team: TeamData) -> Route:
    """Return how to treat a request; pure, the same text gives the same route."""
    bare = phrases.without_mentions(text[:_LONGEST])
    folded = fold(bare)
    quiet = _quiet(bare, folded)
    if quiet is not None:
        return _still(quiet, sure=True)
    mended = mend(folded, MENDABLE)
    prepared = _prepare(team)
    techs = find_technologies(mended, prepared.names)
    cards = rank_cards(mended, prepared.cards, frozenset(techs))
    cards = with_signs(cards, mended, extract(bare), team.cards)
    ranked = rank_specialists(mended, team, prepared.index, cards)
    top = ranked[0].score if ranked else 0.0
    topic = _question(folded, top)
    if topic is not None:
        sure = topic not in ("definition", "unclear")
        return _still(topic, sure=sure, cards=cards, technologies=techs)
    return _work(text, mended, team, ranked, cards, techs)


def card_index(team: TeamData) -> CardIndex:
    """Return a team's cards, prepared for `rank_cards`."""
    return _prepare(team).cards


def matching_cards(text: str, team: TeamData) -> tuple[Ranked, ...]:
    """Return the cards that a text's words concern, best first; what `route` finds at a third of
    its cost, without the figures in the text.
    """
    folded = fold(phrases.without_mentions(text[:_LONGEST]))
    prepared = _prepare(team)
    techs = find_technologies(folded, prepared.names)
    return rank_cards(folded, prepared.cards, frozenset(techs))


def _quiet(bare: str, folded: str) -> Topic | None:
    if not bare.strip():
        return "empty"
    if phrases.is_emoji_only(bare):
        return "emoji"
    if phrases.is_override(folded):
        return "override"
    if phrases.is_greeting(folded):
        return "greeting"
    # "help" alone is made of words that only fill up thanks, and asks what this is.
    asks = phrases.topic_of(folded) is not None
    return "thanks" if phrases.is_reaction(folded) and not asks else None


def _question(folded: str, top: float) -> Topic | None:
    about = phrases.topic_of(folded)
    if about is not None and (len(folded.split()) <= 24):
        return about
    if phrases.is_definition(folded):
        return "definition"
    if top < _QUIET_LIMIT and phrases.is_off_topic(folded):
        return "off-topic"
    short = len(folded.split()) <= _SHORT and folded.isascii()
    return "unclear" if top < (_WORK if short else _WORK / 2) else None


def _still(
    topic: Topic,
    *,
    sure: bool,
    cards: tuple[Ranked, ...] = (),
    technologies: tuple[str, ...] = (),
) -> Route:
    kind: Kind = "reaction" if topic in ("emoji", "thanks") else "answer"
    return Route(
        kind=kind,
        topic=topic,
        why=_WHY[topic],
        sure=sure,
        cards=cards[:3],
        technologies=technologies,
    )


def _work(
    text: str,
    folded: str,
    team: TeamData,
    ranked: tuple[Ranked, ...],
    cards: tuple[Ranked, ...],
    techs: tuple[str, ...],
) -> Route:
    areas = sum(item.score >= _CLEAR for item in ranked)
    facts = extract(text)
    found = project(folded, facts, areas=areas)
    if found is not None:
        people = for_pattern(found.pattern, ranked, team)
        words = ", ".join(found.words[:4])
        why = f"a project: {words}" if words else "a project by its size"
        return Route("pattern", "work", why, False, people, found.pattern, cards, techs)
    people = for_one(ranked)
    words = ", ".join(people[0].words[:3]) if people else ""
    why = f"one field: {words}" if words else "one specialist can answer"
    return Route("specialist", "work", why, False, people, None, cards, techs)


@dataclass(frozen=True)
class _Prepared:
    team: TeamData
    index: Index
    cards: CardIndex
    names: tuple[str, ...]


_kept: list[_Prepared] = []
"""The words of the team routed for last: there is one team per process, and tests make others."""


def _prepare(team: TeamData) -> _Prepared:
    if _kept and _kept[0].team is not team and _kept[0].team == team:
        _kept[:] = [replace(_kept[0], team=team)]  # read anew, and the same
    if not _kept or _kept[0].team is not team:
        names = {fold(name) for card in team.cards.values() for name in card.technologies}
        for who in team.specialists.values():
            names.update(fold(word) for word in who.technologies)
        _kept[:] = [
            _Prepared(team, Index.of(team), CardIndex.of(team.cards.values()), tuple(sorted(names)))
        ]
    return _kept[0]
