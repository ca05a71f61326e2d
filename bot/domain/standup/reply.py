"""Reads a reply in a standup's thread: numbered, labelled, or just what is next."""

import re
from collections.abc import Collection, Sequence

from bot.domain.addressed import addressed_to
from bot.domain.fold import fold
from bot.domain.routing import phrases
from bot.domain.standup.questions import Kind, Question
from bot.domain.wish import has_words

_NUMBER = re.compile(r"^\s*(\d)\s*[.):]\s*(.*)$")
_LABEL = re.compile(r"^\s*[*_]?([a-z][a-z ]{2,20}?)[*_]?\s*[:\-–][*_]?\s*(.*)$", re.IGNORECASE)
_BLOCKER = re.compile(
    r"^(?:block(?:ed|er|ers|s|ing)?|impediments?|stuck)(?: (?:by|on|with))?$", re.IGNORECASE
)
_BLOCKED = re.compile(
    r"^\s*(?:i['’]?m |i am |we['’]?re |we are |still )*(?:blocked|stuck)\b", re.IGNORECASE
)
_DONE = re.compile(r"^(?:yesterday|done|finished|last time|since last time|did)$", re.IGNORECASE)
_NEXT = re.compile(r"^(?:today|next|tomorrow|plan|doing|to ?do)$", re.IGNORECASE)
_LED_DONE = re.compile(r"^\s*(?:yesterday|since last time),?\s+(?:i|we)\b", re.IGNORECASE)
_LED_NEXT = re.compile(r"^\s*(?:today|tomorrow|next),?\s+(?:i|we)\b", re.IGNORECASE)
"""No labels: "yesterday we talked about it" among talk takes nobody's answer away."""
_BOTH = re.compile(r"(?i)(?<=[.,;])\s+(?:and\s+)?(?=today(?:\s*:|,?\s+(?:i|we)\b))")
_ASKS = re.compile(r"[^.!?;\n]*\?+\s*")
_MOOD = re.compile(r"^(?:mood|feeling)$", re.IGNORECASE)


def read_reply(text: str, questions: Sequence[Question]) -> dict[int, str]:
    """Return answers by the question's position; what has no label is what is next.

    "next" is the second question of the plain ones, or the first where there is one only.
    """
    plain = [question.position for question in questions if question.kind is Kind.TEXT]
    at = plain[min(1, len(plain) - 1)] if plain else questions[0].position
    said: dict[int, list[str]] = {}
    for line in _lines(text):
        place, rest = _place(line, questions, plain)
        place = _led(line, plain) if place is None else place
        blocked = _of(questions, Kind.BLOCKER) if _says_blocked(line) else None
        if place is None and blocked is not None:
            said.setdefault(blocked, []).append(line.strip())
            continue
        at = at if place is None else place
        if rest.strip():
            said.setdefault(at, []).append(rest.strip())
        elif place is not None:
            said.setdefault(at, [])
    return {place: "\n".join(lines) for place, lines in said.items()}


def is_talk(text: str, questions: Sequence[Question], answered: Collection[int]) -> bool:
    """Return whether a reply is talk among people: what one said of the day is not lost for it.

    Who labels or numbers an answer means one. Without that it is talk when it begins with a
    mention, only thanks or asks ("still blocked?"), has no words (a picture), or when what is next
    was `answered` already.
    """
    if is_labelled(text, questions):
        return False
    if not has_words(text) or phrases.is_reaction(fold(text)):
        return True
    if addressed_to(text) or _ASKS.fullmatch(text):
        return True
    lines = _lines(text)
    taken = [place for place in read_reply(text, questions) if place in answered]
    return bool(taken) and not any(map(_says_blocked, lines))


def is_labelled(text: str, questions: Sequence[Question]) -> bool:
    """Return whether any line says which question it answers: it replaces what was answered."""
    plain = [question.position for question in questions if question.kind is Kind.TEXT]
    return any(_place(line, questions, plain)[0] is not None for line in _lines(text))


def _lines(text: str) -> list[str]:
    """Return the lines; "yesterday I …, today I …" is two."""
    found: list[str] = []
    for line in text.splitlines():
        begins = line.lower().lstrip("*_ ").startswith("yesterday")
        found += [part.rstrip(",") for part in _BOTH.split(line, maxsplit=1)] if begins else [line]
    return found


def _led(line: str, plain: Sequence[int]) -> int | None:
    """Return which question a line answers by its first words, all of which belong to it."""
    if _LED_DONE.match(line) and len(plain) > 1:
        return plain[0]
    return plain[min(1, len(plain) - 1)] if _LED_NEXT.match(line) and plain else None


def _says_blocked(line: str) -> bool:
    return _BLOCKED.match(line) is not None


def _place(line: str, questions: Sequence[Question], plain: list[int]) -> tuple[int | None, str]:
    """Return which question a line begins to answer, and what is left of it."""
    if match := _NUMBER.match(line):
        place = int(match[1]) - 1
        if any(question.position == place for question in questions):
            return place, match[2]
    if match := _LABEL.match(line):
        place_of = _label(match[1].strip(), questions, plain)
        if place_of is not None:
            return place_of, match[2]
    return None, line


def _label(word: str, questions: Sequence[Question], plain: list[int]) -> int | None:
    if _BLOCKER.match(word):
        return _of(questions, Kind.BLOCKER)
    if _MOOD.match(word):
        return _of(questions, Kind.MOOD)
    if _DONE.match(word) and len(plain) > 1:
        return plain[0]
    if _NEXT.match(word) and plain:
        return plain[min(1, len(plain) - 1)]
    return None


def _of(questions: Sequence[Question], kind: Kind) -> int | None:
    return next((question.position for question in questions if question.kind is kind), None)
