"""Makes one recommendation of all outputs: from the decisions of the cards that they used."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.decision import DecisionOption, DecisionProposal
from bot.domain.output import Disagreement, Synthesis
from bot.domain.playbook import Card, CardDecision
from bot.domain.routing.patterns import GREENFIELD, LEGACY, MICRO
from bot.domain.routing.score import LANGUAGES
from bot.model.offline.headline import decision_title, lead_sentence
from bot.model.offline.planning import context
from bot.model.offline.reading import Reading
from bot.model.offline.substitute import applies, fill, foreign
from bot.model.offline.wording import (
    join,
    lower_first,
    plainly,
    quoted,
    sentence,
    shorten,
    upper_first,
)
from bot.model.port import SynthesisRequest

_MOST_RISKS, _MOST_STEPS, _MOST_QUESTIONS, _MOST_DECISIONS = 4, 5, 5, 3
_CLAUSE = 80
_TITLE = 80
_SAME_OPTION = 90
"""Token-set likeness (0 to 100) from which two option titles mean the same thing."""
_STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "with",
        "and",
        "or",
        "by",
        "per",
        "for",
        "to",
        "on",
        "own",
        "one",
        "from",
        "first",
    ]
)


@dataclass(frozen=True)
class _Used:
    """A card, who used it and in which assignment."""

    card: Card
    specialist: str
    assignment: str
    place: int


def synthesise(request: SynthesisRequest, reading: Reading) -> Synthesis:
    """Return the lead's recommendation; it says nothing that no output says."""
    used = _cards(request, reading)
    return Synthesis(
        headline=_headline(request, reading, used),
        summary=_summary(request, reading, used),
        disagreements=tuple(_disagreements(used, frozenset(reading.vocabulary))),
        risks=_risks(used, reading),
        next_steps=_next_steps(request, reading),
        questions=_questions(request),
        decisions=tuple(_proposal(item, reading, used) for item in _deciding(used, reading)),
    )


def _cards(request: SynthesisRequest, reading: Reading) -> list[_Used]:
    found: list[_Used] = []
    for item in request.plan.assignments:
        output = request.outputs.get(item.id)
        names = output.sources if output is not None else ()
        found += [
            _Used(reading.team.cards[name], item.specialist, item.title, place)
            for place, name in enumerate(names)
            if name in reading.team.cards
        ]
    return found


def _deciding(used: list[_Used], reading: Reading) -> list[_Used]:
    """Return the cards whose decisions matter most: named in the request, first of their piece."""
    scores = {ranked.name: ranked.score for ranked in reading.cards}
    having = [item for item in used if _is_open(item.card, reading)]
    having.sort(
        key=lambda item: (
            item.place > 0 or item.card.area in LANGUAGES,
            -scores.get(item.card.name, 0.0),
        )
    )
    named = [item for item in having if scores.get(item.card.name, 0.0) > 0]
    if len({item.assignment for item in used}) == 1:
        return [item for item in having if item.place == 0]
    chosen = (named or having)[:_MOST_DECISIONS]
    return [item for item in used if item in chosen]


def _is_open(card: Card, reading: Reading) -> bool:
    """Return whether the card's decision is still to be taken: no framework for running code."""
    if card.decision is None:
        return False
    if "new" not in card.decision.title.split():
        return True
    return reading.route.pattern in _BUILDING or _CHOICE.search(reading.text) is not None


_BUILDING = (GREENFIELD, LEGACY, MICRO)
_CHOICE = re.compile(r"\b(?:or|oder|vs|versus|which|choose|welche[rsn]?|cual|quel|qual)\b", re.I)


def _headline(request: SynthesisRequest, reading: Reading, used: list[_Used]) -> str:
    if len(request.outputs) == 1:
        return next(iter(request.outputs.values())).headline
    names = frozenset(reading.vocabulary)
    scores = {ranked.name: ranked.score for ranked in reading.cards}
    ordered = sorted(used, key=lambda item: (item.place > 0, -scores.get(item.card.name, 0)))
    cards = tuple(item.card for item in ordered if _is_open(item.card, reading))
    said = lead_sentence(request.plan.pattern or "", cards, reading) if cards else None
    if said is not None:
        return said
    choices = [
        lower_first(shorten(item.card.headline.rstrip("."), _CLAUSE).rstrip("…"), names)
        for item in used
        if item in ordered[:2] and item.place == 0
    ]
    subject = upper_first(reading.subject.noun) or request.plan.title
    if choices:
        return sentence(f"{subject}: {'; '.join(choices)}")
    heads = [output.headline for output in request.outputs.values()]
    return heads[0] if heads else sentence(f"{subject}: nothing was delivered")


def _summary(request: SynthesisRequest, reading: Reading, used: list[_Used]) -> str:
    parts: list[str] = []
    names = frozenset(reading.vocabulary)
    deciding = [item.card.decision for item in _deciding(used, reading)[:2]]
    parts += [_why(decision, names) for decision in deciding if decision is not None]
    numbers = _numbers(request)
    if numbers:
        given = ", ".join(reading.quantities()[:3])
        parts.append(sentence(f"From {given}: {numbers}" if given else numbers))
    first = [a for a in request.plan.assignments if not a.depends_on and a.id in request.outputs]
    if len(request.outputs) > 1 and first:
        titles = join(dict.fromkeys(_area(item.title) for item in first[:3]))
        if len(first) < len(request.outputs):
            rest = "them" if len(first) > 1 else "it"
            parts.append(sentence(f"First: {titles}; the rest builds on {rest}"))
    for key, why in request.failed.items():
        parts.append(_missing(request, key, why))
    return " ".join(parts) or " ".join(
        sentence(text) for output in request.outputs.values() for text in output.bullets[:2]
    )


def _why(decision: CardDecision, names: frozenset[str]) -> str:
    """Return "How tenants are separated: shared tables, because …"."""
    choice, because = (lower_first(t, names) for t in (decision.choose, decision.because))
    return sentence(f"{decision.title}: {choice}, because {because}")


def _missing(request: SynthesisRequest, key: str, why: str) -> str:
    known = {item.id: item for item in request.plan.assignments}
    if key not in known:
        return sentence(f"{key} is missing: {why}")
    item = known[key]
    return sentence(f"Missing is {lower_first(item.title)} by {item.specialist}: {why.rstrip('.')}")


def _numbers(request: SynthesisRequest) -> str:
    found = [c for output in request.outputs.values() for c in output.calculations]
    telling = [calculation.result for calculation in found if calculation.label not in _UNTELLING]
    return join(dict.fromkeys(telling[:3]))


_UNTELLING = frozenset(
    {"Latency budget", "Retry storm", "Load behind the cache", "Queue after an outage"}
)
"""Results that need their label and formula to be understood."""


def _disagreements(used: list[_Used], names: frozenset[str]) -> Iterable[Disagreement]:
    """Yield where one specialist's card chooses what another's rejects."""
    for place, one in enumerate(used):
        for other in used[place + 1 :]:
            if one.specialist == other.specialist:
                continue
            found = _clash(one, other, names) or _clash(other, one, names)
            if found is not None:
                yield found
                return


def _clash(one: _Used, other: _Used, names: frozenset[str]) -> Disagreement | None:
    mine, theirs = one.card.decision, other.card.decision
    if mine is None or theirs is None or _same(mine.choose, theirs.choose):
        return None
    rejected = [item for item in theirs.options if item.title != theirs.choose]
    for option in rejected:
        if _same(mine.choose, option.title):
            mine_text, theirs_text = (lower_first(d.choose, names) for d in (mine, theirs))
            return Disagreement(
                between=(one.specialist, other.specialist),
                point=f"{one.specialist} wants {mine_text}, {other.specialist} {theirs_text}.",
                resolution=sentence(
                    f"I side with {other.specialist} on {lower_first(theirs.title, names)}:"
                    f" {lower_first(theirs.because, names)}"
                ),
            )
    return None


def _same(one: str, other: str) -> bool:
    words = _significant(one) & _significant(other)
    return len(words) >= 2 and _alike(one, other)


def _alike(one: str, other: str) -> bool:
    from rapidfuzz import fuzz  # 3 MB, which Claude does without

    return fuzz.token_set_ratio(one, other) >= _SAME_OPTION


def _significant(text: str) -> set[str]:
    return {word.strip("(),.`'\"").lower() for word in text.split()} - _STOP_WORDS


def _risks(used: list[_Used], reading: Reading) -> tuple[str, ...]:
    """Return "danger → what catches it", one per card, the most relevant cards first."""
    scores = {ranked.name: ranked.score for ranked in reading.cards}
    ordered = sorted(used, key=lambda item: (-scores.get(item.card.name, 0.0), item.place))
    found = [text for item in ordered if (text := _risk(item.card, reading)) is not None]
    return tuple(found[:_MOST_RISKS])


def _risk(card: Card, reading: Reading) -> str | None:
    techs = reading.technologies
    avoid, check = (
        [b for b in items if applies(b, techs, reading.known) and not foreign(b.text, techs)]
        for items in (card.avoid, card.check)
    )
    if not avoid or not check:
        return None
    danger, catch = fill(avoid[0].text, reading.known), fill(check[0].text, reading.known)
    if danger is None or catch is None:
        return None
    names = frozenset(reading.vocabulary)
    return f"{danger.rstrip('.')} → {lower_first(catch.rstrip('.'), names)}"


def _next_steps(request: SynthesisRequest, reading: Reading) -> tuple[str, ...]:
    """Return what to do first for each piece, in the plan's order."""
    found: list[str] = []
    for item in request.plan.assignments:
        output = request.outputs.get(item.id)
        if output is None or not output.bullets:
            continue
        found.append(f"{_step(output.bullets[0])} ({_area(item.title)}, {item.specialist})")
    if len(request.outputs) == 1:
        only = next(iter(request.outputs.values()))
        found = [_step(text) for text in (*only.bullets[:1], *only.bullets[1:][-1:])]
    return tuple(found[:_MOST_STEPS])


def _step(bullet: str) -> str:
    return shorten(bullet.rstrip("."), 120)


def _area(title: str) -> str:
    return lower_first(title.split(":")[0])


def _questions(request: SynthesisRequest) -> tuple[str, ...]:
    """Return the open questions once each: the first of every output before the second of any."""
    lists = [output.questions for output in request.outputs.values()]
    deepest = max(map(len, lists), default=0)
    ordered = [items[n] for n in range(deepest) for items in lists if n < len(items)]
    found: list[str] = []
    for text in ordered:
        if not any(_alike(text, other) for other in found):
            found.append(text)
    return tuple(found[:_MOST_QUESTIONS])


def _proposal(item: _Used, reading: Reading, used: list[_Used]) -> DecisionProposal:
    decision = item.card.decision
    assert decision is not None
    chosen = next((o for o in decision.options if o.title == decision.choose), None)
    given = context(reading)
    about = (
        f"For {reading.subject.of()}" if reading.subject.noun else f"On “{reading.subject.title}”"
    )
    words = _quoted_words(item.card, reading)
    consequences = [plainly(chosen.good), plainly(chosen.bad)] if chosen is not None else []
    proof = next((b for b in item.card.check if not b.technologies and not b.facts), None)
    return DecisionProposal(
        title=_decision_title(item.card, decision, reading),
        context=f"{about} it is to be decided: {lower_first(decision.title)}."
        + (f" Given: {given}." if given else ""),
        drivers=(*words, *reading.quantities()[:3]),
        options=tuple(
            DecisionOption(title=o.title, good=(o.good,), bad=(o.bad,)) for o in decision.options
        ),
        outcome=f"{decision.choose}. {sentence(decision.because)}",
        consequences=tuple(consequences),
        confirmation=proof.text if proof is not None else "",
        services=_services(reading),
        specialists=tuple(
            dict.fromkeys(other.specialist for other in used if other.card is item.card)
        ),
    )


def _decision_title(card: Card, decision: CardDecision, reading: Reading) -> str:
    """Return "Append-only ledger for the billing API", at most 80 characters."""
    short = decision_title(card, reading, limit=_TITLE)
    return short or shorten(decision.choose, _TITLE)


def _quoted_words(card: Card, reading: Reading) -> list[str]:
    ranked = next((item for item in reading.cards if item.name == card.name), None)
    found = ranked.words[:1] if ranked else ()
    return [f"The request says “{quoted(word, reading.everything)}”" for word in found]


def _services(reading: Reading) -> tuple[str, ...]:
    noun = reading.subject.noun.lower()
    if not noun or not noun.isascii() or len(noun.split()) > 3:
        return ()
    return ("-".join(noun.replace("/", " ").split()),)
