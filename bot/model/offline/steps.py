"""Takes the steps of a pattern that a request needs, each with the cards it will work from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.pattern import LANGUAGE_EXPERT, Pattern, PhaseStep
from bot.domain.playbook import Card
from bot.domain.routing import Ranked
from bot.domain.routing.score import LANGUAGES
from bot.domain.routing.staff import API, ARCHITECT, DATABASE
from bot.model.offline.reading import Reading
from bot.team import Team

MOST_STEPS = 9
"""EXPERIENCE.md shows five to six; more voices than nine are theatre."""
_MOST_CARDS = 3
_STRAY = 0.5
"""How a language card fits a step of its expert that is not about the code."""
_CORE_FIRST = 2.5
_ENOUGH = 3.0
"""The score of a strong trigger: below it a concern is only hinted at."""
_FALLBACK = {
    "architecture": "greenfield-shape",
    "data": "schema-design",
    "api": "rest-design",
    "services": "sync-vs-async",
    "performance": "latency-budget-p95",
    "operations": "observability-otel",
    "security": "input-validation-injection",
    "python": "python-gil-workers",
    "nodejs": "express-nestjs-production",
    "java": "spring-boot-production",
    "golang": "go-http-server-timeouts",
    "rust": "sqlx-axum-production",
}
"""The card of an area that a core step works from when the request names no concern of it."""


@dataclass(frozen=True)
class Taken:
    """A step that is taken, by whom and from which cards."""

    step: PhaseStep
    specialist: str
    phase: int
    phase_title: str
    cards: tuple[Ranked, ...] = ()
    needs: tuple[str, ...] = ()


def take(pattern: Pattern, reading: Reading, people: tuple[str, ...]) -> tuple[Taken, ...]:
    """Return the steps for these people: core ones always, optional ones whose concerns occur."""
    steps = _staffed(pattern, reading.team, people)
    dealt = deal(steps, reading)
    taken = [
        replace(item, cards=cards)
        for item, cards in zip(steps, dealt, strict=True)
        if cards and (_is_core(item, cards, reading) or _wanted(item, cards, reading))
    ]
    taken = _trim(taken)
    kept = {item.step.id for item in taken}
    needs = {step.id: step.needs for step in pattern.steps}
    return tuple(replace(item, needs=_reconnect(item.step, needs, kept)) for item in taken)


def _staffed(pattern: Pattern, team: Team, people: tuple[str, ...]) -> list[Taken]:
    experts = [name for name in people if team.specialists[name].language is not None]
    turn = 0
    steps: list[Taken] = []
    for phase in pattern.phases:
        for step in phase.steps:
            who = step.specialist
            if who == LANGUAGE_EXPERT and experts:
                who = experts[turn % len(experts)]
                turn += 1
            elif who == LANGUAGE_EXPERT and "performance" in _areas(step, team):
                who = people[0]  # somebody must reckon the load even when no language is named
            if who in people:
                steps.append(Taken(step, who, phase.number, phase.title))
    return steps


def _areas(step: PhaseStep, team: Team) -> set[str]:
    return {team.cards[name].area if name in team.cards else name for name in step.concerns}


def deal(steps: list[Taken], reading: Reading) -> list[tuple[Ranked, ...]]:
    """Give each card that the request concerns to the one step that fits it best."""
    hands: list[list[Ranked]] = [[] for _ in steps]
    for ranked in reading.cards:
        card = reading.team.cards[ranked.name]
        fits = [
            (
                _fit(item, card, reading.team)
                + _hunger(item, hands[place], ranked, steps, reading),
                -place,
            )
            for place, item in enumerate(steps)
            if _fit(item, card, reading.team) > 0
        ]
        best, place = max(fits, default=(0.0, 0))
        if best > 0 and len(hands[-place]) < _MOST_CARDS:
            hands[-place].append(ranked)
    used = {ranked.name for hand in hands for ranked in hand}
    for place, (item, hand) in enumerate(zip(steps, hands, strict=True)):
        if not item.step.optional:
            hand += _filling(item, hand, used, steps[:place], reading)
            used.update(ranked.name for ranked in hand)
    return [tuple(hand) for hand in hands]


def _filling(
    item: Taken, hand: list[Ranked], used: set[str], before: list[Taken], reading: Reading
) -> list[Ranked]:
    """Return cards for a core step that got less than two: its area's only when it got none."""
    more = [ranked for ranked in _fallback(item, used, reading) if ranked not in hand]
    if hand:
        return [ranked for ranked in more if ranked.name in item.step.concerns][: 2 - len(hand)]
    return [] if _merged(item, more, before) else more[:2]


def _hunger(
    item: Taken, hand: list[Ranked], ranked: Ranked, steps: list[Taken], reading: Reading
) -> float:
    """A core step without a card comes before an optional one of the same specialist."""
    fit = _fit(item, reading.team.cards[ranked.name], reading.team)
    if hand or item.step.optional or ranked.score < _ENOUGH or fit <= _STRAY:
        return 0.0
    naming = {other.specialist for other in steps if ranked.name in other.step.concerns}
    return _CORE_FIRST if not naming or item.specialist in naming else 0.0


def _merged(item: Taken, more: list[Ranked], before: list[Taken]) -> bool:
    """Return whether an earlier step of the same specialist has taken this step's first concern."""
    first = item.step.concerns[0] if item.step.concerns else ""
    own = any(ranked.name == first for ranked in more)
    named = "-" in first
    earlier = any(
        first in other.step.concerns and other.specialist == item.specialist for other in before
    )
    return named and earlier and not own


def _fit(item: Taken, card: Card, team: Team) -> float:
    """Return how well a card fits a step: named concern 3, its area 1, its specialist 1 more."""
    language = team.specialists[item.specialist].language
    if language is not None and card.area in LANGUAGES:
        if card.area != language:
            return 0.0
        return 3.0 if language in item.step.concerns else _STRAY
    if card.area in LANGUAGES:
        return 0.0
    score = (
        3.0 if card.name in item.step.concerns else 1.0 if card.area in item.step.concerns else 0.0
    )
    if score and item.specialist in card.specialists:
        score += 1.0
    if score and card.specialists[0] == item.specialist:
        score += 0.5
    return score


def _fallback(item: Taken, used: set[str], reading: Reading) -> list[Ranked]:
    """Return cards that nobody triggered, the most fitting first."""
    language = reading.team.specialists[item.specialist].language
    names: list[str] = []
    if language is not None and language in item.step.concerns:
        names += [*_by_technology(language, reading), _FALLBACK.get(language, "")]
    names += [name for name in item.step.concerns if name in reading.team.cards]
    names += _by_tool(item, reading)
    names += [_FALLBACK[area] for area in item.step.concerns if area in _FALLBACK]
    others = set(LANGUAGES) - {language}
    cards = reading.team.cards
    return [
        Ranked(name, 0.0)
        for name in dict.fromkeys(names)
        if name in cards and name not in used and cards[name].area not in others
    ]


def _by_tool(item: Taken, reading: Reading) -> list[str]:
    """Return the cards of the step's areas about a named tool: Stripe brings idempotency keys."""
    team = reading.team
    common = {
        name for who in team.specialists.values() if who.language for name in who.technologies
    }
    common |= (
        set(team.specialists[DATABASE].technologies) if DATABASE in team.specialists else set()
    )
    tools = set(reading.named) - common
    found = [
        card
        for card in team.cards.values()
        if card.area in item.step.concerns
        and item.specialist == card.specialists[0] != ARCHITECT
        and tools & set(card.technologies)
    ]
    return [card.name for card in sorted(found, key=lambda card: len(card.technologies))[:1]]


def _by_technology(language: str, reading: Reading) -> Iterable[str]:
    for card in reading.team.cards.values():
        if card.area == language and reading.technologies & set(card.technologies):
            yield card.name


def _is_core(item: Taken, cards: tuple[Ranked, ...], reading: Reading) -> bool:
    """A core step is always taken, but an interface nobody spoke of is not designed."""
    if item.step.optional:
        return False
    unspoken = all(ranked.score == 0 for ranked in cards)
    return not (item.specialist == API and unspoken and not _API_WORDS.search(reading.text))


_API_WORDS = re.compile(
    r"\b(?:[\w-]*apis?|rest|endpoints?|clients?|partners?|backend|portal|app|mobile|graphql|grpc)\b",
    re.IGNORECASE,
)


def _wanted(item: Taken, cards: tuple[Ranked, ...], reading: Reading) -> bool:
    triggers = [reading.team.cards[ranked.name].triggers.strong for ranked in cards]
    if any(set(ranked.words) & set(strong) for ranked, strong in zip(cards, triggers, strict=True)):
        return True
    return "performance" in item.step.concerns and "rps" in reading.known


def _trim(taken: list[Taken]) -> list[Taken]:
    """Drop the weakest optional steps above the limit."""
    extra = len(taken) - MOST_STEPS
    if extra <= 0:
        return taken
    optional = sorted(
        (item for item in taken if item.step.optional),
        key=lambda item: sum(ranked.score for ranked in item.cards),
    )
    dropped = {item.step.id for item in optional[:extra]}
    return [item for item in taken if item.step.id not in dropped]


def _reconnect(
    step: PhaseStep, needs: dict[str, tuple[str, ...]], kept: set[str]
) -> tuple[str, ...]:
    """Return the kept steps it needs, looking through those that were left out."""
    found: dict[str, None] = {}
    waiting = list(step.needs)
    while waiting:
        need = waiting.pop(0)
        if need in kept:
            found[need] = None
        else:
            waiting += needs.get(need, ())
    return tuple(found)
