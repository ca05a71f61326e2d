"""Risks that a sprint's own rows show, each with what helps; no model is asked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.sprint.estimates import amount

_QUEUE = 3
"""Ours: so many items of one specialist wait for each other."""
_MOST = 8


@dataclass(frozen=True)
class Facts:
    """What is known when a plan stands."""

    unit: str
    titles: Mapping[str, str]
    specialists: Mapping[str, tuple[str, ...]]
    path: tuple[str, ...]
    unestimated: tuple[str, ...]
    wide: tuple[str, ...]
    """Items whose votes do not agree."""
    planned: float
    """The sum of the estimates."""
    person_days: int
    off: tuple[int, int]
    """How many people are away, for how many work days together."""
    chance: float | None = None
    """Of being done by the last day, where history says so."""
    carried: int = 0
    actions: tuple[str, ...] = ()
    """Open actions of the last retrospective."""
    waits: tuple[str, ...] = ()
    """Open hand-offs to other teams."""
    closed_links: tuple[str, ...] = ()
    """Dependencies that were left out, as they closed a circle."""


@dataclass(frozen=True)
class Risk:
    """What may go wrong, and what helps."""

    text: str
    mitigation: str


def risks(facts: Facts) -> list[Risk]:
    """Return the risks, the worst first, at most eight."""
    found = [
        *_size(facts),
        *_path(facts),
        *_people(facts),
        *_outside(facts),
        *_estimates(facts),
    ]
    return found[:_MOST]


def _size(facts: Facts) -> list[Risk]:
    if facts.unit == "days" and facts.person_days and facts.planned > facts.person_days:
        over = facts.planned - facts.person_days
        return [
            Risk(
                f"The items take {facts.planned:g} person-days and there are {facts.person_days}",
                f"drop items of {over:g} days before it starts",
            )
        ]
    if facts.chance is not None and facts.chance < 0.5:
        return [
            Risk(
                f"By past weeks all is done by the last day in {facts.chance:.0%} of the runs",
                "say now which items may slip",
            )
        ]
    return []


def _path(facts: Facts) -> list[Risk]:
    on_path = [name for item in facts.path for name in facts.specialists.get(item, ())[:1]]
    found = [
        Risk(
            f"{count} items of the critical path are {name}'s",
            "let a second specialist take one, or begin there first",
        )
        for name, count in Counter(on_path).most_common(1)
        if count >= _QUEUE
    ]
    if len(facts.path) > 1:
        first = facts.titles[facts.path[0]]
        found.append(
            Risk(f"A day lost on “{first}” moves the end by a day", "begin it on the first day")
        )
    return found


def _people(facts: Facts) -> list[Risk]:
    people, days = facts.off
    if not people:
        return []
    who = "1 person is" if people == 1 else f"{people} people are"
    return [
        Risk(
            f"{who} away for {days} work day{'s' * (days > 1)}",
            "`/lead away` says who; let them hand over before",
        )
    ]


def _outside(facts: Facts) -> list[Risk]:
    found = [
        Risk(f"{wait} is not answered yet", "ask that team for a day before the sprint starts")
        for wait in facts.waits[:2]
    ]
    if facts.carried:
        found.append(
            Risk(
                f"{facts.carried} item{'s' * (facts.carried > 1)} come from the last sprint",
                "ask what held them up before they are planned again",
            )
        )
    if facts.actions:
        many = len(facts.actions)
        found.append(
            Risk(
                f"{many} action{'s' * (many > 1)} of the last retrospective"
                f" {'are' if many > 1 else 'is'} open",
                "give each a day in this sprint, or drop it",
            )
        )
    found += [
        Risk(f"“{link}” was left out: it closed a circle", "say which of them comes first")
        for link in facts.closed_links[:1]
    ]
    return found


def _estimates(facts: Facts) -> list[Risk]:
    found = []
    if facts.wide:
        names = ", ".join(f"“{facts.titles[item]}”" for item in facts.wide[:2])
        found.append(Risk(f"Estimates of {names} lie far apart", "vote again, or cut it smaller"))
    if facts.unestimated:
        many = len(facts.unestimated)
        found.append(
            Risk(
                f"{many} item{'s' * (many > 1)} {'have' if many > 1 else 'has'} no estimate",
                f"vote; the path counts each as {amount(1, facts.unit)}",
            )
        )
    return found
