"""Finds terms in folded text by word starts, and mends simple typing errors before."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_WORD = re.compile(r"[a-z]{6,}")
_WHOLE_WORD_UP_TO = 4
"""Terms this short must be whole words: "api" is not in "apiary"."""
_EXACT = frozenset(
    {"consul", "channel", "crate", "diesel", "scala", "envoy", "camel", "flower", "java"}
)
"""Longer terms that begin other words too ("consulta", "javascript")."""
_ENDING = r"(?:s|es|e|n|en|'s)?"


def find(term: str, folded: str, *, whole: int = _WHOLE_WORD_UP_TO) -> bool:
    """Return whether a folded term begins at a word of the folded text."""
    if term not in folded:
        return False
    return _pattern(term, len(term) <= whole or term in _EXACT).search(folded) is not None


@lru_cache(maxsize=16_384)
def _pattern(term: str, whole: bool) -> re.Pattern[str]:
    head = r"(?<![a-z0-9])" if term[0].isalnum() else ""
    tail = rf"{_ENDING}(?![a-z0-9])" if whole and term[-1].isalnum() else ""
    return re.compile(f"{head}{re.escape(term)}{tail}")


_HEAD = 3
_START = re.compile(rf"(?<![a-z0-9])(?=([a-z0-9].{{0,{_HEAD - 1}}}))", re.DOTALL)


def head(term: str) -> str:
    """Return a term's first three characters; empty when words' starts do not tell of it."""
    return term[:_HEAD] if _START.match(term) else ""


@lru_cache(maxsize=64)
def heads(folded: str) -> frozenset[str]:
    """Return every head that a term found in the text can have: what its words begin with."""
    found = {""}
    for start in set(_START.findall(folded)):
        found.update(start[:length] for length in range(1, _HEAD + 1))
    return frozenset(found)


def find_all(terms: Iterable[str], folded: str) -> tuple[str, ...]:
    """Return the terms that the text contains, longest first, none inside another."""
    return outermost(term for term in terms if find(term, folded))


def outermost(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the terms that are inside no other one, longest first."""
    kept: list[str] = []
    for term in sorted(terms, key=len, reverse=True):
        if not any(term in longer for longer in kept):
            kept.append(term)
    return tuple(kept)


def mend(folded: str, vocabulary: frozenset[str]) -> str:
    """Return the text with words that miss a term by one letter (two from nine letters on) mended.

    Only plain words of six letters and more are looked at, and only those that begin like the
    term: shorter words are too often other words.
    """
    from rapidfuzz import process  # 3 MB, which whoever only works tasks does without
    from rapidfuzz.distance import OSA

    changes: dict[str, str] = {}
    for word in set(_WORD.findall(folded)) - vocabulary:
        limit = 2 if len(word) >= 9 else 1
        best = process.extractOne(
            word, _starting(vocabulary, word[0], len(word)), scorer=OSA.distance, score_cutoff=limit
        )
        if best is not None and not word.startswith(best[0]) and best[0][:2] == word[:2]:
            changes[word] = best[0]
    return re.sub(r"[a-z]{6,}", lambda match: changes.get(match.group(), match.group()), folded)


@lru_cache(maxsize=1024)
def _starting(vocabulary: frozenset[str], letter: str, length: int) -> tuple[str, ...]:
    """Return the terms with that first letter and about that length, in a fixed order."""
    return tuple(
        sorted(term for term in vocabulary if term[0] == letter and abs(len(term) - length) <= 2)
    )


def split_terms(weighted: Mapping[float, str]) -> dict[str, float]:
    """Return term -> weight of the lexicon's notation."""
    return {
        term.strip(): weight
        for weight, line in weighted.items()
        for term in line.split(",")
        if term.strip()
    }


def whole_word(term: str, folded: str) -> bool:
    """Return whether a folded term stands in the folded text as whole words."""
    at = folded.find(term)
    while at >= 0:
        end = at + len(term)
        if not (folded[at - 1 : at].isalnum() and term.isascii()) and not (
            folded[end : end + 1].isalnum() and folded[end].isascii() and term.isascii()
        ):
            return True
        at = folded.find(term, at + 1)
    return False
