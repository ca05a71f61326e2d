"""Divides cards, bullets, questions and calculations among a plan's assignments."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.capacity import calculate
from bot.domain.facts import Facts
from bot.domain.output import Calculation
from bot.domain.pattern import PhaseStep
from bot.domain.plan import Assignment, Plan
from bot.domain.playbook import Bullet, Card
from bot.domain.routing import Ranked
from bot.domain.routing.patterns import GREENFIELD, MICRO
from bot.domain.routing.signs import gap_ms
from bot.model.offline import shape
from bot.model.offline.measured import gap_line
from bot.model.offline.reading import STRONG, Reading
from bot.model.offline.steps import Taken, deal
from bot.model.offline.substitute import applies, fill, foreign
from bot.model.offline.wording import stems

MOST_BULLETS = 5
_QUOTAS = {0: (), 1: (5,), 2: (3, 2), 3: (2, 2, 1)}
"""How many of the bullets come from the first, second and third card."""
_BESIDE = 0.6
"""A further card is used when it fits at least this well compared with the first."""
_SHARED = 0.8
"""What a word that request and bullet share adds to the bullet."""
_MOST_QUESTIONS = 2
_MOST_CALCULATIONS = 2
_LOAD = "How many requests per second come at peak, and which p95 latency must hold?"
_LANGUAGE = (
    "Which language does the team know best? None is named, so no language expert was called."
)
_GIGABYTES = re.compile(r"\d [GT]B\b")
_ANSWERED: tuple[tuple[str, str], ...] = (
    ("tenants", r"how many tenants"),
    ("users", r"how many (?:users|customers|clients)"),
    ("rps", r"(?:requests|rate) per second|how many requests|peak (?:rate|load)|at which rate"),
    ("events_per_s", r"how many (?:events|messages|jobs)|events per second|messages per second"),
    ("p95_ms", r"which p95|what p95|latency target|p95 (?:target|does)"),
    ("availability_pct", r"which availability|what availability|how much downtime|which slo"),
    ("retention_days", r"how long (?:must|are|is|do|should).{0,40}(?:kept|keep|retain)|retention"),
    ("rows", r"how many rows"),
    ("data_gb", r"how (?:large|big) is the (?:table|database|data)|how many gb"),
    ("instances", r"how many (?:instances|processes|pods)"),
    ("payload_kb", r"how large (?:is|are) (?:a|the) (?:payload|message|bod|event|request)"),
    ("downtime_min", r"(?:may|can) .{0,30}(?:downtime|be down)|how long may .{0,30}(?:stop|down)"),
)
"""A question falls away when its answer is among the quantities of the request."""


@dataclass(frozen=True)
class Portion:
    """What one assignment speaks of."""

    cards: tuple[Card, ...] = ()
    bullets: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    technologies: frozenset[str] = frozenset()


def portions(plan: Plan, reading: Reading) -> dict[str, Portion]:
    """Return each assignment's portion by id; nothing stands in two of them."""
    hands = deal_cards(plan, reading)
    seen_questions: set[str] = set()
    seen_numbers: set[str] = set()
    found: dict[str, Portion] = {}
    gap: str | None = None
    for place, item in enumerate(plan.assignments):
        cards = tuple(reading.team.cards[ranked.name] for ranked in hands[item.id])
        if plan.pattern == GREENFIELD:
            cards = tuple(sorted(cards, key=lambda card: card.name != shape.CARD))
        techs = _technologies(item, reading)
        questions = [*_opening(plan, reading)] if place == 0 else []
        questions += [text for card in cards for text in _open(card, reading)]
        questions = [text for text in dict.fromkeys(questions) if text not in seen_questions]
        most = _MOST_QUESTIONS if place else 3
        lines = bullets(cards, reading, techs, alone=len(plan.assignments) == 1)
        lines = _own_lines(plan, cards, reading, lines)
        if gap is None and (gap := gap_line(cards, reading)):
            lines = (gap, *lines[: MOST_BULLETS - 2], *lines[MOST_BULLETS - 1 :])
        calculations = _calculations(cards, reading, seen_numbers, lines)
        found[item.id] = Portion(
            cards=cards,
            bullets=lines,
            questions=tuple(questions[:most]),
            calculations=calculations,
            technologies=techs,
        )
        seen_questions.update(questions[:most])
        seen_numbers.update(calculation.label for calculation in calculations)
    return found


def _own_lines(
    plan: Plan, cards: tuple[Card, ...], reading: Reading, lines: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the bullets with those that a new system's own nouns and load give."""
    if plan.pattern == MICRO and cards and cards[0].name == shape.CARD:
        return shape.border_lines(reading, lines)
    if plan.pattern != GREENFIELD or not cards:
        return lines
    if cards[0].name == shape.CARD:
        return shape.shape_lines(reading, lines)
    if any(card.name == "rest-design" for card in cards) and (
        first := shape.contract_line(reading)
    ):
        return (first, *(text for text in lines if not text.startswith("Name collections")))[
            :MOST_BULLETS
        ]
    return lines


def deal_cards(plan: Plan, reading: Reading) -> dict[str, tuple[Ranked, ...]]:
    """Return the cards of each assignment: those of the pattern's steps, else the best matches."""
    pattern = reading.team.patterns.get(plan.pattern or "")
    steps = {step.id: step for step in pattern.steps} if pattern else {}
    if not all(item.id in steps for item in plan.assignments):
        return _match_cards(plan, reading)
    taken = [_taken(item, steps[item.id]) for item in plan.assignments]
    return dict(zip((item.id for item in plan.assignments), deal(taken, reading), strict=True))


def _taken(item: Assignment, step: PhaseStep) -> Taken:
    return Taken(step, item.specialist, item.phase, item.phase_title)


def _match_cards(plan: Plan, reading: Reading) -> dict[str, tuple[Ranked, ...]]:
    """Deal by the words of briefs: for one specialist, follow-ups and plans of another model."""
    used: set[str] = set()
    found: dict[str, tuple[Ranked, ...]] = {}
    for item in plan.assignments:
        own = reading.cards_for(f"{item.title}\n{item.brief}")
        clear = any(ranked.score >= STRONG for ranked in own)
        more = () if clear else reading.cards  # a follow-up's brief speaks for itself
        pool = list({ranked.name: ranked for ranked in (*more, *own)}.values())
        own_names = {ranked.name for ranked in own}
        pool.sort(key=lambda ranked: -_relevance(ranked, item, reading, ranked.name in own_names))
        fitting = [r for r in pool if r.name not in used and _concerns(r, item, reading)]
        least = _BESIDE * max((ranked.score for ranked in fitting[:1]), default=0.0)
        fitting = [ranked for ranked in fitting[:3] if ranked.score >= least]
        found[item.id] = tuple(fitting)
        used.update(ranked.name for ranked in fitting)
    return found


def _relevance(ranked: Ranked, item: Assignment, reading: Reading, own: bool) -> float:
    card = reading.team.cards[ranked.name]
    score = ranked.score + (2.0 if own else 0.0)
    if item.specialist == card.specialists[0]:
        score += 4.0
    elif item.specialist in card.specialists:
        score += 1.0
    return score


def _concerns(ranked: Ranked, item: Assignment, reading: Reading) -> bool:
    card = reading.team.cards[ranked.name]
    return item.specialist in card.specialists or ranked.score >= STRONG


def _technologies(item: Assignment, reading: Reading) -> frozenset[str]:
    who = reading.team.specialists.get(item.specialist)
    if who is None or who.language is None:
        return reading.technologies
    return reading.technologies | reading.languages(who.language)


def bullets(
    cards: tuple[Card, ...], reading: Reading, technologies: frozenset[str], *, alone: bool
) -> tuple[str, ...]:
    """Return up to five bullets: those about named technologies and with numbers come first.

    `alone` keeps the last place for a check: a single specialist also says how one proves it.
    """
    quotas = _QUOTAS[min(3, len(cards))]
    found: list[str] = []
    reckoned: set[tuple[str, ...]] = set()
    for card, quota in zip(cards, quotas, strict=False):
        fresh = [bullet for bullet in card.do if not bullet.facts or bullet.facts not in reckoned]
        found += _best(fresh, reading, technologies, quota, by_value=alone)
        reckoned |= {bullet.facts for bullet in card.do}
    if alone and cards:
        proof = _best(cards[0].check, reading, technologies, 1)
        found = [*found[: MOST_BULLETS - len(proof)], *proof]
    return tuple(dict.fromkeys(found))[:MOST_BULLETS]


def _best(
    items: Iterable[Bullet],
    reading: Reading,
    technologies: frozenset[str],
    most: int,
    *,
    by_value: bool = False,
) -> list[str]:
    """Return the best bullets in the card's order, or the most fitting first."""
    said = stems(reading.everything)
    scored: list[tuple[float, int, str]] = []
    for place, bullet in enumerate(items):
        if applies(bullet, technologies, reading.known) and not foreign(bullet.text, technologies):
            text = fill(bullet.text, reading.known)
            if text is not None and len(text) <= 180:
                value = 3.0 * bool(bullet.technologies) + 2.0 * bool(bullet.facts) - place * 0.1
                value += _SHARED * min(3, len(said & stems(text)))
                scored.append((value, place, text))
    best = sorted(scored, key=lambda item: -item[0])[:most]
    return [text for _, _, text in (best if by_value else sorted(best, key=lambda i: i[1]))]


def _open(card: Card, reading: Reading) -> list[str]:
    return [text for text in card.questions if not _is_answered(text, reading)]


def _is_answered(question: str, reading: Reading) -> bool:
    lower = question.lower()
    return any(name in reading.known and re.search(pattern, lower) for name, pattern in _ANSWERED)


def _opening(plan: Plan, reading: Reading) -> Iterable[str]:
    """Yield what a project cannot do without and the request does not say."""
    if plan.kind != "pattern":
        return
    if not any(name in reading.known for name in ("rps", "users", "events_per_s")):
        yield _LOAD
    team = reading.team.specialists
    if not any(team[a.specialist].language for a in plan.assignments if a.specialist in team):
        yield _LANGUAGE


def _facts_for(name: str, card: Card, facts: Facts) -> Facts:
    """Return the facts that a calculation may use: a table's partitions do not follow events."""
    if name == "partition_count" and card.area == "data":
        return Facts(tuple(fact for fact in facts if fact.name != "events_per_s"))
    if name == "retry_amplification" and not ("retries" in card.name or "mesh" in card.name):
        return Facts()
    if name == "latency_budget" and card.area == "data" and gap_ms(facts) is not None:
        return Facts()  # a slow query's target is not split over gateway and code
    return facts


def _calculations(
    cards: tuple[Card, ...], reading: Reading, seen: set[str], lines: tuple[str, ...]
) -> tuple[Calculation, ...]:
    found: dict[str, Calculation] = {}
    for card in cards:
        for name in card.calculations:
            if name == "storage_growth" and any(_GIGABYTES.search(line) for line in lines):
                continue  # the card's own bullet reckons it already, from its own row size
            calculation = calculate(name, _facts_for(name, card, reading.facts))
            if calculation is not None and calculation.label not in seen:
                found.setdefault(calculation.label, calculation)
    if "Database connections" in found:
        found.pop("Busy connections", None)  # the pool's size says it too
    return tuple(found.values())[:_MOST_CALCULATIONS]
