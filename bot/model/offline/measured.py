"""Sentences that put a request's own quantities first: a pool's size, a latency and its target."""

import re
from collections.abc import Iterable

from bot.domain.capacity import calculate
from bot.domain.capacity.assumptions import BURST
from bot.domain.facts import Fact
from bot.domain.playbook import Card
from bot.domain.quantity import amount, size, span
from bot.domain.routing.signs import gap_ms
from bot.model.offline.reading import Reading

_SCAN_GB_S = 0.5
"""Sequential read of one network disk; a fast local one does four times as much."""
_QUERY = frozenset({"query-optimization", "indexing", "partitioning"})
_PATH = frozenset({"latency-budget-p95", "profiling-hot-paths", "tail-latency-hedging"})
_HOW_LARGE = re.compile(
    r"pool[ -]?size|size of (?:the|our) pool|how (?:many|large|big)|wie (?:viele|gross|groß)"
    r"|cuant[oa]s|combien|quant[ei]|quant[oa]s|tamano|taille",
    re.IGNORECASE,
)


def pool_headline(cards: tuple[Card, ...], reading: Reading) -> str | None:
    """Return the pool's size as the answer when it is asked for and the load is known."""
    asked = _HOW_LARGE.search(reading.text) and re.search(r"pool|connection", reading.text, re.I)
    if not cards or "pool_size" not in cards[0].calculations or not asked:
        return None
    found, held = calculate("pool_size", reading.facts), reading.facts.fact("hold_ms")
    rate = reading.facts.fact("rps")
    if found is None or rate is None or reading.facts.get("connections") is not None:
        return None
    busy, total = found.result.split(", ", 1)
    given = f"{rate.words} at {held.words}" if held is not None else rate.words
    return f"{total[:1].upper()}{total[1:]}: {given} keeps {busy}, times {BURST:g} for bursts."


def gap_line(cards: Iterable[Card], reading: Reading) -> str | None:
    """Return what the distance between the latency now and its target means for the work."""
    names = {card.name for card in cards}
    gap = gap_ms(reading.facts)
    if gap is None or not names & (_QUERY | _PATH):
        return None
    now, target = gap
    start = f"{span(now / 1000)} → {span(target / 1000)}"
    data = reading.facts.get("data_gb")
    if names & _QUERY and data is not None:
        read = target / 1000 * _SCAN_GB_S
        share = f"{amount(min(100.0, read / data * 100))} %"
        return (
            f"{start} on {_words(reading, data)}: a disk at 500 MB/s reads {size(read)} in"
            f" {span(target / 1000)}, {share} of it, so an index must find the rows."
        )
    start = f"{start} is a factor of {amount(now / target)}"
    if names & _QUERY:
        return f"{start}: another access path gives that, a larger machine rarely does."
    return f"{start}: trace one slow request; the span with over half of the time is the work."


def _words(reading: Reading, data: float) -> str:
    fact: Fact | None = reading.facts.fact("data_gb")
    found = re.match(r"[\d.,]+\s?\w+", fact.words) if fact is not None else None
    return found.group() if found else size(data)
