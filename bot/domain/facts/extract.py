"""Reads every quantity of a request, each with the words that it came from."""

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.domain.facts.rules import RULES
from bot.domain.facts.values import Fact, Facts, collect
from bot.domain.fold import fold_in_place

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_TRACE = re.compile(
    r"^\s*(?:at [\w.$]+\(.*\)|File \".*\", line \d+.*|Traceback .*|Caused by: .*|\.\.\. \d+ more"
    r"|goroutine \d+ .*|thread '.*' panicked.*)$",
    re.MULTILINE,
)
_PERCENTILES = ("p95_ms", "p99_ms", "p50_ms", "hold_ms")
_BOUND_WORD = re.compile(r"under|below|within|unter|<")
_LONGEST = 20_000
"""Beyond that a request is a pasted document; reading more would only cost time."""


def without_code(text: str) -> str:
    """Return the text with fenced code and stack traces blanked out, positions kept."""
    for pattern in (_FENCE, _TRACE):
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


def extract(text: str) -> Facts:
    """Return the quantities of one message; figures in pasted code and traces do not count."""
    prose = without_code(text[:_LONGEST])
    folded = fold_in_place(prose)
    found = [fact for rule in RULES for fact in rule.find(folded, prose)]
    return collect(_plausible(found))


def extract_all(texts: Iterable[str]) -> Facts:
    """Return the quantities of several messages; what was said later replaces what came before."""
    facts = Facts()
    for text in texts:
        facts = facts.updated(extract(text))
    return facts


def _plausible(found: list[Fact]) -> list[Fact]:
    """Drop a bare latency inside a percentile's words; a later bound is that percentile's target.

    "p95 is 900 ms, must be under 200 ms" speaks of one number twice.
    """
    precise = sorted((f for f in found if f.name in _PERCENTILES), key=lambda f: f.at)
    kept = [fact for fact in found if fact.name != "latency_ms"]
    for fact in (f for f in found if f.name == "latency_ms"):
        if any(_overlap(fact, other) for other in precise):
            continue
        before = [other for other in precise if other.at < fact.at]
        folded = fold_in_place(fact.words)
        bound = before and (
            _BOUND_WORD.match(folded)
            or (folded.startswith("to ") and fact.value < before[-1].value)  # "from 900 ms to 200"
        )
        kept.append(replace(fact, name=before[-1].name) if bound else fact)
    return kept


def _overlap(one: Fact, other: Fact) -> bool:
    return one.at < other.at + len(other.words) and other.at < one.at + len(one.words)
