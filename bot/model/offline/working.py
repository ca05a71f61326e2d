"""Does one assignment without a model: composes the specialist's message from its cards."""

import re

from bot.domain.output import MAX_MESSAGE_CHARS, SpecialistOutput
from bot.domain.plan import Assignment, Plan
from bot.domain.playbook import Bullet, Card
from bot.domain.routing.patterns import GREENFIELD, MICRO
from bot.model.offline import shape
from bot.model.offline.measured import pool_headline
from bot.model.offline.planning import context
from bot.model.offline.portions import Portion
from bot.model.offline.reading import Reading
from bot.model.offline.substitute import applies, fill, foreign
from bot.model.offline.wording import lower_first, sentence, shorten, stems, upper_first
from bot.model.port import WorkRequest

_HEADLINE = 140
_BULLET = 180
_MOST_BULLETS = 5


def do_work(request: WorkRequest, reading: Reading, portion: Portion) -> SpecialistOutput:
    """Return the output of an assignment: the recommendation first, the long form in `detail`."""
    item = request.assignment
    if not portion.cards:
        return _without_card(item, reading, portion)
    bullets = list(portion.bullets)
    built_on = _built_on(request, reading, portion.bullets)
    if built_on:
        bullets = [*bullets[: _MOST_BULLETS - 1], built_on]
    headline = portion.cards[0].headline
    if request.plan.pattern == MICRO and portion.cards[0].name == shape.CARD:
        headline = shape.borders_headline(reading)
    if _shapes(request, portion):
        headline = shape.shape_headline(reading)
    choice = pool_headline(portion.cards, reading) or _chosen(portion.cards[0], request, reading)
    if choice:
        bullets = [*([headline] if len(headline) <= _BULLET else []), *bullets][:_MOST_BULLETS]
        headline = choice
    headline = f"{shorten(headline.rstrip('.'), _HEADLINE - 1)}."
    headline, bullets, questions = fit(headline, bullets, list(portion.questions))
    return SpecialistOutput(
        headline=headline,
        bullets=tuple(bullets),
        questions=tuple(questions),
        assumptions=_assumptions(portion),
        calculations=portion.calculations,
        sources=tuple(card.name for card in portion.cards),
        detail=_detail(request, reading, portion),
    )


def _shapes(request: WorkRequest, portion: Portion) -> bool:
    return request.plan.pattern == GREENFIELD and portion.cards[0].name == shape.CARD


def _chosen(card: Card, request: WorkRequest, reading: Reading) -> str | None:
    """Return the card's choice when the person asks between its options ("G1 or ZGC?")."""
    if card.decision is None or request.plan.kind != "specialist":
        return None
    titles = [stems(option.title) for option in card.decision.options]
    said = stems(request.assignment.brief)
    own = [
        title - set().union(*(other for other in titles if other is not title)) for title in titles
    ]
    asked = [
        option.title
        for option, telling in zip(card.decision.options, own, strict=True)
        if telling & said
    ]
    if len(asked) < 2 or card.decision.choose not in asked:
        return None  # "Kafka or RabbitMQ?" is not answered by a third one
    first = card.decision.because.split(". ")[0]
    because = lower_first(first, frozenset(reading.vocabulary))
    return f"{card.decision.choose}: {because}"


def fit(
    headline: str, bullets: list[str], questions: list[str]
) -> tuple[str, list[str], list[str]]:
    """Drop the bullets before the last, then questions, until the message fits."""
    while sum(map(len, (headline, *bullets, *questions))) > MAX_MESSAGE_CHARS - 20:
        if len(bullets) > 3:
            bullets.pop(-2)  # the last one says what it builds on, or how to prove it
        elif questions:
            questions.pop()
        else:
            bullets.pop()
    return headline, bullets, questions


def _built_on(request: WorkRequest, reading: Reading, lines: tuple[str, ...]) -> str | None:
    """Return the bullet that says what a dependency delivered and this piece takes from it."""
    need = _source_of(request.plan, request.assignment)
    if need is None or need not in request.inputs:
        return None
    source = request.plan.assignment(need)
    names = request.inputs[need].sources[:1]
    decisions = [reading.team.cards[n].decision for n in names if n in reading.team.cards]
    short = next((d.short for d in decisions if d is not None and d.short), "")
    if not short or any(short in text for text in lines):
        return None
    return (
        f"Builds on the {lower_first(source.title.split(':')[0])} ({source.specialist}): {short}."
    )


def _source_of(plan: Plan, item: Assignment) -> str | None:
    """Return the dependency to speak of: a colleague's that no earlier piece spoke of."""
    who = {other.id: other.specialist for other in plan.assignments}
    spoken: set[str] = set()
    for other in plan.assignments:
        others = [need for need in other.depends_on if who.get(need) != other.specialist]
        choice = next((need for need in others if need not in spoken), None)
        if other.id == item.id:
            return choice
        spoken.update((choice,) if choice is not None else ())
    return None


def _assumptions(portion: Portion) -> tuple[str, ...]:
    found = [text for calculation in portion.calculations for text in calculation.assumed]
    return tuple(dict.fromkeys(upper_first(text) for text in found))[:3]


def _detail(request: WorkRequest, reading: Reading, portion: Portion) -> str:
    parts = [_opening(request, reading)]
    shown = set(portion.bullets)
    for card in portion.cards:
        parts.append(f"### {card.title}")
        if card is not portion.cards[0]:
            parts.append(card.headline)
        parts += _section("Also", card.do, reading, portion, shown)
        parts += _section("Avoid", card.avoid, reading, portion, shown)
        parts += _section("Check", card.check, reading, portion, shown)
        parts.append(card.detail)
    return "\n\n".join(part for part in parts if part)


def _opening(request: WorkRequest, reading: Reading) -> str:
    given = context(reading)
    about = (
        f"For {reading.subject.of()}" if reading.subject.noun else f"On “{reading.subject.title}”"
    )
    lines = [f"{about} ({given})." if given else f"{about}."]
    lines.append(f"Delivers: {lower_first(request.assignment.deliverable)}.")
    for need, output in request.inputs.items():
        source = request.plan.assignment(need)
        lines.append(
            f"Builds on {source.specialist}, {lower_first(source.title)}: {output.headline}"
        )
    return " ".join(lines)


def _section(
    title: str, items: tuple[Bullet, ...], reading: Reading, portion: Portion, shown: set[str]
) -> list[str]:
    found = [
        text
        for bullet in items
        if applies(bullet, portion.technologies, reading.known)
        and not foreign(bullet.text, portion.technologies)
        and (text := fill(bullet.text, reading.known)) is not None
        and text not in shown
    ]
    return ["\n".join([f"**{title}**", *(f"- {text}" for text in found)])] if found else []


def _without_card(item: Assignment, reading: Reading, portion: Portion) -> SpecialistOutput:
    """Be honest where the playbook has nothing: say what to look at and what is needed."""
    who = reading.team.specialists.get(item.specialist)
    checks = _always_checked(who.charter) if who is not None else []
    title = reading.subject.title
    bullets = [shorten(sentence(f"Look at {text}"), _BULLET) for text in checks[:4]]
    return SpecialistOutput(
        headline=shorten(f"No playbook card covers “{title}”; this is what to look at first", 139)
        + ".",
        bullets=tuple(bullets),
        questions=(
            "What did you measure or see: the exact message, the versions, the numbers?",
            *portion.questions,
        )[:2],
        assumptions=("The offline playbook knows its cards only; Claude or a person knows more.",),
        calculations=portion.calculations,
        detail=f"Asked: {reading.text.strip()}\n\nGiven: {context(reading) or 'no quantities'}.",
    )


def _always_checked(charter: str) -> list[str]:
    """Return the list behind "You always check:" of a charter, in one line or in bullets."""
    marker = "You always check:"
    if marker not in charter:
        return []
    block = charter.split(marker, 1)[1].strip().split("\n\n", 1)[0]
    parts = re.split(r";|\n", block)
    return [part.strip(" -*.") for part in parts if part.strip(" -*.")]
