"""Makes a plan without a model: the route, then the pattern's steps that the request needs."""

import re
from collections.abc import Iterable

from bot.domain.fold import words
from bot.domain.pattern import Pattern
from bot.domain.plan import Assignment, Plan
from bot.domain.routing import Ranked, Route
from bot.domain.routing.patterns import GREENFIELD, PERFORMANCE
from bot.domain.routing.staff import for_pattern
from bot.model.offline.names import proper
from bot.model.offline.reading import Reading
from bot.model.offline.steps import Taken, take
from bot.model.offline.wording import join, lower_first, quoted, shorten
from bot.model.port import PlanRequest

_TITLE_LIMIT = 60
_NEARLY = 0.75
"""Two language experts this close in score may change places for workload's sake."""


def make_plan(request: PlanRequest, reading: Reading, answer: str) -> Plan:
    """Return the plan; `answer` is the direct answer for requests that need no team."""
    routed = reading.route
    if request.mode == "answer" or (request.mode == "auto" and routed.kind in _QUIET):
        return Plan(kind="answer", title=reading.subject.title, answer=answer)
    if request.earlier is not None:
        plan = _follow_up(request, reading)
    elif request.mode == "team" or routed.kind == "pattern":
        plan = _project(request, reading)
    else:
        plan = _single(reading, routed.specialists)
    return _repaired(plan, request.problems, reading)


_QUIET = ("reaction", "answer")


def _project(request: PlanRequest, reading: Reading) -> Plan:
    routed = reading.route
    name = routed.pattern or _pattern_by_words(reading)
    pattern = reading.team.patterns.get(name)
    if pattern is None:
        return _single(reading, routed.specialists)
    people = _people(routed, name, reading, request.workload)
    taken = take(pattern, reading, tuple(people))
    return Plan(
        kind="pattern",
        title=reading.subject.title,
        pattern=name,
        assignments=tuple(_assignment(item, taken, pattern, reading) for item in taken),
    )


def _pattern_by_words(reading: Reading) -> str:
    """Return the pattern for "run the full team" on a request that is no project by itself."""
    hurts = re.search(
        r"slow|exhaust|timeout|leak|fail|latency|p9\d|error|crash", reading.text.lower()
    )
    return PERFORMANCE if hurts else GREENFIELD


def _people(routed: Route, pattern: str, reading: Reading, workload: dict[str, int]) -> list[str]:
    """Return who takes part; of two fitting language experts the less busy one comes first."""
    ranked = routed.specialists
    if routed.pattern is None:
        ranked = for_pattern(pattern, ranked, reading.team)
    team = reading.team.specialists
    experts = [item for item in ranked if team[item.name].language is not None]
    others = [item.name for item in ranked if team[item.name].language is None]
    if len(experts) == 2 and experts[1].score >= _NEARLY * experts[0].score:
        experts.sort(key=lambda item: workload.get(item.name, 0))
    return [*others, *(item.name for item in experts)]


def _assignment(
    item: Taken, taken: tuple[Taken, ...], pattern: Pattern, reading: Reading
) -> Assignment:
    return Assignment(
        id=item.step.id,
        specialist=item.specialist,
        title=_title(item, reading),
        brief=_brief(item, reading),
        deliverable=item.step.deliverable,
        depends_on=item.needs,
        reason=_reason(item, taken, pattern, reading),
        phase=item.phase,
        phase_title=item.phase_title,
    )


def _title(item: Taken, reading: Reading) -> str:
    """Return the step's title, with the request's own concerns as far as there is room."""
    title = item.step.title
    said = set(words(title)) - {"and", "of", "the"}
    named = [
        ranked
        for ranked in item.cards
        if ranked.score > 0 and not said & set(words(reading.team.cards[ranked.name].title))
    ]
    for count in (2, 1):
        concerns = [_card_noun(ranked.name, reading) for ranked in named[:count]]
        longer = f"{title}: {', '.join(concerns)}"
        if len(concerns) == count and len(longer) <= _TITLE_LIMIT:
            return longer
    return title


def _card_noun(name: str, reading: Reading) -> str:
    return lower_first(reading.team.cards[name].title, frozenset(reading.vocabulary))


def _brief(item: Taken, reading: Reading) -> str:
    step = item.step.brief.rstrip(".")
    noun = reading.subject.noun
    parts = [f"For the {noun}: {lower_first(step)}." if noun else f"{step}."]
    if given := context(reading):
        parts.append(f"Given: {given}.")
    if item.cards:
        nouns = "; ".join(_card_noun(ranked.name, reading) for ranked in item.cards)
        parts.append(f"Cover: {nouns}.")
    return " ".join(parts)


def context(reading: Reading) -> str:
    """Return quantities and technologies of the request, in its words, or an empty text."""
    quantities = ", ".join(reading.quantities())
    named = join(dict.fromkeys(proper(name) for name in reading.named))
    return "; ".join(part for part in (quantities, named) if part)


def _reason(item: Taken, taken: tuple[Taken, ...], pattern: Pattern, reading: Reading) -> str:
    waits = [other for other in taken if other.step.id in item.needs]
    after = ""
    if waits:
        titles = join(f"the {lower_first(other.step.title)}" for other in waits[:2])
        after = f"; needs {titles} first"
    if reading.quantities() and "performance" in item.step.concerns:
        return f"You gave {join(reading.quantities()[:2])}{after}."
    if words := _words(item, reading):
        return f"You wrote {join(words)}{after}."
    technologies = reading.team.specialists[item.specialist].technologies
    names = [proper(name) for name in reading.named if name in technologies]
    if names:
        return f"You named {join(dict.fromkeys(names[:2]))}{after}."
    start = f"Part of every {lower_first(pattern.title)}"
    return f"{start}{after}." if after else f"{start}: the others build on it."


def _words(item: Taken, reading: Reading) -> list[str]:
    found = [word for ranked in item.cards for word in ranked.words[:1]]
    found = [w for w in found if not any(w != other and w in other for other in found)]
    return [
        f"“{text}”" for text in dict.fromkeys(quoted(word, reading.everything) for word in found)
    ][:2]


def _single(reading: Reading, people: tuple[Ranked, ...]) -> Plan:
    """Plan one specialist's work; a second one only when the route calls two."""
    called = [people[0], *(r for r in people[1:2] if _can_speak(r.name, reading))] if people else []
    assignments = tuple(
        _lone(f"a{place}", ranked, reading) for place, ranked in enumerate(called, 1)
    )
    return Plan(kind="specialist", title=reading.subject.title, assignments=assignments)


def _can_speak(name: str, reading: Reading) -> bool:
    """Return whether a second specialist has a card of its own on the request."""
    cards = (reading.team.cards[ranked.name] for ranked in reading.cards)
    return any(card.specialists[0] == name for card in cards)


def _lone(name: str, ranked: Ranked, reading: Reading) -> Assignment:
    who = reading.team.specialists[ranked.name]
    wish = shorten(" ".join(reading.text.split()), 280)
    words = [f"“{quoted(word, reading.text)}”" for word in ranked.words[:2]]
    return Assignment(
        id=name,
        specialist=ranked.name,
        title=shorten(reading.subject.title, _TITLE_LIMIT),
        brief=f"Answer, with a recommendation and how to prove it: {wish}",
        deliverable="A recommendation with settings and a check",
        reason=f"You wrote {join(words)}, which is the {who.title}'s field."
        if words
        else f"The closest field is the {who.title}'s.",
    )


def _follow_up(request: PlanRequest, reading: Reading) -> Plan:
    """Plan only what is new: the specialists of the follow-up, not those of the first round."""
    earlier = request.earlier
    people = reading.route.specialists
    if not people and earlier is not None and earlier.assignments:
        people = (Ranked(earlier.assignments[0].specialist, 0.0),)
    plan = _single(reading, people[:1])
    title = earlier.title if earlier is not None else plan.title
    return plan.model_copy(update={"title": title})


def _repaired(plan: Plan, problems: Iterable[str], reading: Reading) -> Plan:
    """Return the plan without what was refused last time."""
    complaints = " ".join(problems)
    if not complaints or plan.kind == "answer":
        return plan
    kept = [
        item
        for item in plan.assignments
        if item.specialist in reading.team.specialists
        and f"{item.specialist!r} is unknown" not in complaints
    ][: 6 if "are more than" in complaints else None]
    ids = {item.id for item in kept}
    loose = "wait for each other" in complaints
    kept = [
        item.model_copy(
            update={"depends_on": () if loose else tuple(n for n in item.depends_on if n in ids)}
        )
        for item in kept
    ]
    unknown = plan.pattern is not None and f"{plan.pattern!r} is unknown" in complaints
    return plan.model_copy(
        update={"assignments": tuple(kept), "pattern": None if unknown else plan.pattern}
    )
