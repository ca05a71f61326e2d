"""The lead's one sentence: what to do with the request's thing, in three choices at most."""

from bot.domain.facts.subject import Subject
from bot.domain.playbook import Card
from bot.domain.quantity import span
from bot.domain.routing.patterns import GREENFIELD, LEGACY, MICRO, PERFORMANCE
from bot.domain.routing.signs import gap_ms
from bot.model.offline.reading import Reading
from bot.model.offline.shape import framework
from bot.model.offline.wording import join, sentence, upper_first

_MOST = 3
_SAID = {
    GREENFIELD: frozenset({"greenfield-shape", "technology-selection"}),
    LEGACY: frozenset({"strangler-fig", "technology-selection"}),
    MICRO: frozenset({"strangler-fig", "service-boundaries"}),
    PERFORMANCE: frozenset({"latency-budget-p95"}),
}
"""Cards whose choice the opening says already, or that choose nothing."""
_LONGEST = 220


def lead_sentence(pattern: str, cards: tuple[Card, ...], reading: Reading) -> str | None:
    """Return "Build the billing API as one Django service: append-only ledger, …".

    `cards` are those in use, the most telling first; None when none has a short choice.
    """
    if pattern not in _SAID:
        return None
    shorts = [
        card.decision.short
        for card in cards
        if card.decision is not None and card.decision.short and card.name not in _SAID[pattern]
    ]
    opening = _opening(pattern, reading)
    for count in range(_MOST, 0, -1):
        found = list(dict.fromkeys(shorts))[:count]
        text = sentence(f"{opening}: {join(found)}") if found else ""
        if text and len(text) <= _LONGEST:
            return text
    return sentence(opening)


def decision_title(card: Card, reading: Reading, *, limit: int) -> str | None:
    """Return "Append-only ledger for the billing API", or None when the card has no short."""
    if card.decision is None or not card.decision.short:
        return None
    short = upper_first(card.decision.short)
    thing = _thing(reading)
    longer = f"{short} for {thing}"
    fits = thing and reading.route.pattern and len(longer) <= limit and " for " not in short
    return longer if fits else short[:limit]


def _thing(reading: Reading) -> str:
    """Return "the PHP monolith": the subject without what is done to it."""
    noun = reading.subject.noun
    for ending in (" split", " migration", " rewrite"):
        noun = noun.removesuffix(ending)
    return Subject(noun, noun).of() if noun else ""


def _opening(pattern: str, reading: Reading) -> str:
    thing = _thing(reading) or "it"
    tool = framework(reading)
    if pattern == GREENFIELD:
        return (
            f"Build {thing} as one {tool} service" if tool else f"Build {thing} as one deployable"
        )
    if pattern == LEGACY:
        target = f" to {tool}" if tool and tool.lower() not in thing.lower() else ""
        return f"Move {thing}{target} slice by slice behind a proxy"
    if pattern == MICRO:
        return f"Split {thing} along business capabilities, one service at a time"
    return _faster(thing, reading)


def _faster(thing: str, reading: Reading) -> str:
    gap = gap_ms(reading.facts)
    if gap is not None:
        what = f"Bring {thing}" if thing != "it" else "Go"
        return f"{what} from {span(gap[0] / 1000)} to {span(gap[1] / 1000)}"
    rate = reading.facts.fact("rps")
    if rate is not None:
        return f"Take {thing} to {rate.words}" if thing != "it" else f"Get it to {rate.words}"
    return f"Make {thing} faster by measurement"
