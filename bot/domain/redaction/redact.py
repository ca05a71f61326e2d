"""Finds and replaces; the same text gives the same text, and a replaced one stays as it is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.redaction import patterns
from bot.domain.redaction.looks import is_card, is_iban, is_named_secret, is_phone, is_random

_MARK = re.compile(r"\[(?:secret|personal): [a-z ]{1,40}\]")


@dataclass(frozen=True)
class Options:
    """What to look for. Addresses and phones are off by default: they stand in many examples."""

    secrets: bool = True
    numbers: bool = True
    """Payment cards and bank accounts."""
    emails: bool = False
    phones: bool = False


class Found(NamedTuple):
    """`kind` stands at `start` up to before `end`, in characters."""

    start: int
    end: int
    kind: str
    mark: str = "secret"


DEFAULT = Options()


def redact(text: str, options: Options = DEFAULT) -> str:
    """Return `text` with everything found replaced by e.g. `[secret: github token]`."""
    # What stood right behind a secret may be recognised once that is gone.
    while found := find(text, options):
        text = _replaced(text, found)
    return text


def _replaced(text: str, found: list[Found]) -> str:
    parts: list[str] = []
    at = 0
    for item in found:
        parts += [text[at : item.start], f"[{item.mark}: {item.kind}]"]
        at = item.end
    return "".join([*parts, text[at:]])


def kinds(text: str, options: Options = DEFAULT) -> tuple[str, ...]:
    """Return the kinds of secrets in `text`, each once, in the order of their first place."""
    return tuple(dict.fromkeys(item.kind for item in find(text, options) if item.mark == "secret"))


def find(text: str, options: Options = DEFAULT) -> list[Found]:
    """Return what was found, in order and apart from each other; of two at one place the longer."""
    found = sorted(_candidates(text, options), key=lambda item: (item.start, -item.end))
    marks = [(m.start(), m.end()) for m in _MARK.finditer(text)]
    kept: list[Found] = []
    for item in found:
        if kept and item.start < kept[-1].end:
            last = kept[-1]
            kept[-1] = last._replace(end=max(last.end, item.end))
        else:
            kept.append(item)
    return _outside(kept, marks)


def _outside(found: list[Found], marks: list[tuple[int, int]]) -> list[Found]:
    """Leave out what overlaps a mark that is there already."""
    kept = []
    marks = [*marks]
    for item in found:
        while marks and marks[0][1] <= item.start:
            marks.pop(0)
        if not marks or marks[0][0] >= item.end:
            kept.append(item)
    return kept


def _candidates(text: str, options: Options) -> Iterator[Found]:
    if options.secrets:
        yield from _secrets(text)
    if options.numbers:
        yield from _checked(text, patterns.CARD, is_card, "card number")
        yield from _checked(text, patterns.IBAN, is_iban, "iban")
    if options.emails:
        yield from _checked(text, patterns.EMAIL, lambda _: True, "e mail address")
    if options.phones:
        yield from _checked(text, patterns.PHONE, is_phone, "phone number")


def _secrets(text: str) -> Iterator[Found]:
    low = text.lower()
    if "-----begin" in low:
        for match in patterns.PRIVATE_KEY.finditer(text):
            yield Found(match.start(), match.end(), "private key")
    for kind, hint, expression in patterns.SECRETS:
        if hint not in low:
            continue
        group = "secret" if "secret" in expression.groupindex else 0
        for match in expression.finditer(text):
            yield Found(match.start(group), match.end(group), kind)
    for match in _named(text, low):
        value = match["secret"]
        if is_named_secret(value):
            start = match.start("secret")
            yield Found(start, start + len(value.rstrip(".:!?")), "password or key")
    for match in patterns.LOOSE.finditer(text):
        if is_random(match[0]):
            yield Found(match.start(), match.end(), "random value")


def _named(text: str, low: str) -> Iterator[re.Match[str]]:
    """Yield what `NAMED` finds: a look-up of the names' parts is cheaper than trying everywhere."""
    if len(low) != len(text):  # letters that grow when they are made small: places differ
        yield from patterns.NAMED.finditer(text)
        return
    over = 0
    for start in sorted(_places(low)):
        match = patterns.NAMED.match(text, start) if start >= over else None
        if match is not None:
            over = match.end()
            yield match


def _places(low: str) -> Iterator[int]:
    for stem in patterns.STEMS:
        at = low.find(stem)
        while at >= 0:
            yield at
            at = low.find(stem, at + 1)


def _checked(
    text: str, expression: re.Pattern[str], is_one: Callable[[str], bool], kind: str
) -> Iterator[Found]:
    for match in expression.finditer(text):
        if is_one(match[0]):
            yield Found(match.start(), match.end(), kind, "personal")
