"""Ranks what a question may mean among texts: any shared word counts, rare ones more.

Words are matched without endings and without those that say nothing, joined by OR: asked as one
phrase or with AND, a question finds next to nothing. The weights are ours.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.+#-][^\W_]+)*[+#]*")
_ID = re.compile(r"\b[dD]-?(\d{1,9})\b")
_STOP_WORDS = """
a about after all also am an and any are as at be because been before but by can could did do does
doing done for from had has have how i if in into is it its just like me more most my need no not
of off on once only or our out over own please should so some such than that the their them then
there these they this those to too under until up us use used using very was we were what when
where which while who whom why will with would you your tell know remember choose chose chosen
decide decided decision decisions record recorded reason reasons agree agreed pick picked go went
instead against versus vs take took taken get got make made want keep kept hold holds still say
said put go think ever anything something wir warum wieso was wer wie der die das ein eine und oder
ist haben hat für mit zu im in entschieden entscheidung
"""
"""Words that are in every question, English and some German ones."""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_ENDINGS = (("ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s"), ("ion",))
"""Taken off one after the other: at most one of each."""
_SHORTEST = 3
"""Letters that must be left of a word without its ending."""


@dataclass(frozen=True)
class Text:
    """A thing to find: its parts with how much a word in each counts."""

    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Match:
    """How well a text fits: a score to rank by, and how much of the question it covers, 0 to 1."""

    score: float
    coverage: float


def numbers_in(question: str) -> list[int]:
    """Return the decisions that a question names, e.g. 31 for "D-31", each once."""
    return list(dict.fromkeys(int(found) for found in _ID.findall(question)))


def stems(text: str) -> list[str]:
    """Return the words of a text that say something, without endings."""
    return [stem for word in _WORD.findall(text.casefold()) for stem in _stems_of(word)]


def rank(question: str, texts: Mapping[str, Text]) -> dict[str, Match]:
    """Return how well each text fits the question, by its key; what shares no word is left out."""
    wanted = set(stems(_ID.sub(" ", question)))
    if not wanted:
        return {}
    # Most texts share nothing: that is seen without taking them apart.
    roots = [stem.removesuffix("y") for stem in wanted]
    counted = {
        key: _count(text.parts, wanted)
        for key, text in texts.items()
        if _has_any(text.parts, roots)
    }
    known: Counter[str] = Counter()
    for counts in counted.values():
        known.update(counts.keys())
    # A word that nobody recorded weighs as much as one that a single text has.
    weights = {
        stem: math.log(1 + (len(texts) + 1) / (max(known[stem], 1) + 0.5)) for stem in wanted
    }
    whole = sum(weights.values())
    found: dict[str, Match] = {}
    for key, counts in counted.items():
        shared = sorted(counts)
        if shared:
            score = sum(weights[stem] * counts[stem] / (counts[stem] + 1.5) for stem in shared)
            found[key] = Match(score, sum(weights[stem] for stem in shared) / whole)
    return found


def _has_any(parts: Iterable[tuple[str, float]], roots: Sequence[str]) -> bool:
    whole = "\n".join(text for text, _ in parts).casefold()
    return any(root in whole for root in roots)


def _count(parts: Iterable[tuple[str, float]], wanted: set[str]) -> dict[str, float]:
    counts: dict[str, float] = {}
    for text, weight in parts:
        for word in _WORD.findall(text.casefold()):
            for stem in _stems_of(word):
                if stem in wanted:
                    counts[stem] = counts.get(stem, 0.0) + weight
    return counts


@lru_cache(maxsize=50_000)
def _stems_of(word: str) -> tuple[str, ...]:
    """Return the stems of a word in small letters; none for one that says nothing."""
    return tuple(_stem(part) for part in _parts(word) if part not in STOP_WORDS)


def _parts(word: str) -> Sequence[str]:
    """Return a word, and the words that hyphens or dots join in it."""
    pieces = [piece for piece in re.split(r"[.-]", word) if len(piece) > 1]
    return [word, *pieces] if len(pieces) > 1 else [word]


def _stem(word: str) -> str:
    for group in _ENDINGS:
        for ending in group:
            kept = word.removesuffix(ending)
            if kept != word and len(kept) >= _SHORTEST:
                word = kept + ("y" if ending in ("ies", "ied") else "")
                break
    # "cache" and "caching", "queue" and "queuing" meet without their last e.
    return word.removesuffix("e") if len(word) > _SHORTEST else word
