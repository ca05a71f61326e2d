"""Chooses who is asked: one specialist for a question, the fitting ones for a pattern."""

from collections.abc import Iterable

from bot.domain.routing.patterns import GREENFIELD, LEGACY, MICRO, PERFORMANCE
from bot.domain.routing.values import Ranked, TeamData

ARCHITECT, DATABASE, API = "backend-architect", "database-architect", "api-architect"
SERVICES = "microservices-expert"

_CORE: dict[str, tuple[str, ...]] = {
    GREENFIELD: (ARCHITECT, DATABASE, API),
    LEGACY: (ARCHITECT, DATABASE),
    MICRO: (SERVICES, ARCHITECT, DATABASE, API),
    PERFORMANCE: (ARCHITECT, DATABASE),
}
"""Who works on every project of a pattern: the seed's first phases."""
_GUEST = {API: 4.0, SERVICES: 6.0}
"""Others join from this score on: their field is named, not hinted at."""
_NAMED = 4.0
"""A language expert joins when a tool of the language is named."""
_CLOSE = 0.75
"""A second specialist is asked when nearly as clearly meant as the first."""


def for_one(ranked: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """Return the specialist of a question, and a second one only when both are named alike."""
    if not ranked:
        return (Ranked(ARCHITECT, 0.0),)
    first = ranked[0]
    close = [
        item for item in ranked[1:2] if item.score >= _NAMED and item.score >= _CLOSE * first.score
    ]
    return (first, *close)


def for_pattern(pattern: str, ranked: tuple[Ranked, ...], team: TeamData) -> tuple[Ranked, ...]:
    """Return who works on a project: the pattern's core, named guests and language experts."""
    by_name = {item.name: item for item in ranked}
    core = _CORE.get(pattern, (ARCHITECT,))
    names = [name for name in core if name in team.specialists]
    names += [
        name
        for name, least in _GUEST.items()
        if name not in core and name in team.specialists and _score(by_name, name) >= least
    ]
    names += experts(ranked, team)
    people = [by_name.get(name, Ranked(name, 0.0)) for name in names]
    return tuple(people)


def experts(ranked: Iterable[Ranked], team: TeamData) -> list[str]:
    """Return the language experts whose language the request names, at most two, best first."""
    named = [
        item.name
        for item in ranked
        if item.score >= _NAMED
        and item.name in team.specialists
        and team.specialists[item.name].language is not None
    ]
    return named[:2]


def _score(by_name: dict[str, Ranked], name: str) -> float:
    found = by_name.get(name)
    return 0.0 if found is None else found.score
