"""Small rules of written English that composed sentences need."""

import re
from collections.abc import Iterable

from bot.domain.fold import fold_in_place, words

_CLAUSE = re.compile(r"[;:,] | \(|\. | and (?=\w+ )|, or ")


def join(items: Iterable[str], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def lower_first(text: str, names: frozenset[str] = frozenset()) -> str:
    """Return the text to stand inside a sentence; names, codes and acronyms keep their capitals."""
    word = re.split(r"[\s,.:;(/'-]", text, maxsplit=1)[0]
    keeps = not word[:1].isalpha() or any(c.isupper() or c.isdigit() for c in word[1:])
    if keeps or word.lower() in names or (len(word) == 1 and word != "A"):
        return text
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return the text to begin a sentence."""
    return text[:1].upper() + text[1:]


def shorten(text: str, limit: int) -> str:
    """Return the text, cut at the end of its last clause that fits; never inside `code`.

    Falls back to the last word that fits with an ellipsis.
    """
    text = text.strip()
    if len(text) <= limit:
        return text
    ends = [match.start() for match in _CLAUSE.finditer(text) if match.start() <= limit]
    for end in reversed(ends):
        part = text[:end].rstrip(" ,;:")
        if end >= limit // 3 and _balanced(part):
            return part
    part = text[: limit - 1].rsplit(" ", 1)[0]
    while part and not _balanced(part):
        part = part.rsplit(" ", 1)[0] if " " in part else ""
    return f"{part}…"


def _balanced(text: str) -> bool:
    return text.count("`") % 2 == 0 and text.count("(") == text.count(")")


def sentence(text: str) -> str:
    """Return the text with a capital first and one full stop last."""
    text = upper_first(text.strip())
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


_NEEDS = re.compile(r"^(?:needs?|miss(?:es)?|must|costs?|adds|takes|makes|breaks|loses|lets)\b")


def plainly(text: str) -> str:
    """Return an option's good or bad side as a consequence: a sentence that stands alone."""
    text = text.strip()
    if _NEEDS.match(text):
        return sentence(f"it {re.sub('^(need|miss|cost)(?= )', _third_person, text)}")
    if re.match(r"no [\w-]+(?: [\w-]+){0,3}(?:;|:|$)", text):
        return sentence(f"there is {text}")
    return sentence(text)


def _third_person(match: re.Match[str]) -> str:
    return f"{match[1]}es" if match[1] == "miss" else f"{match[1]}s"


def quoted(term: str, text: str) -> str:
    """Return the word or words of `text` that the folded `term` was found in, as written."""
    at = fold_in_place(text).find(term)
    if at < 0:
        return term
    start, end = at, at + len(term)
    while end < len(text) and (
        text[end].isalnum() or (text[end] in "-_'" and text[end + 1 : end + 2].isalnum())
    ):
        end += 1
    return text[start:end].strip() if end - start <= len(term) + 14 else term


_COMMON = frozenset({
    "the", "and", "with", "for", "from", "that", "this", "which", "what", "when", "where", "should",
    "would", "could", "into", "over", "under", "only", "each", "first", "after", "before", "than",
    "then", "them", "they", "have", "does", "your", "our", "are", "not", "but", "use", "uses",
    "using", "one", "service", "services", "data", "table", "tables", "time", "name", "key", "keys",
    "code", "make", "made", "like", "need", "needs", "want",
})  # fmt: skip
"""Words that tell nothing about a matter."""


def stems(text: str) -> frozenset[str]:
    """Return the telling words of a text, cut to six letters: orchestrator meets orchestration."""
    return frozenset(
        w[:6] for w in words(text) if w not in _COMMON and (len(w) > 2 or w[-1:].isdigit())
    )
