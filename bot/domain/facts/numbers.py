"""Numbers as people write them: 1.000,5 and 5 000, 10k, 5 Mio., 2 lakh."""

import math
import re

SEPARATORS = ".,'’ \u00a0\u202f_"
"""Thousands are grouped by these in the locales that we meet."""

DIGITS = (
    r"(?<![\w.,])(?:\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?"  # 1,50,000 as in India
    r"|\d{1,3}(?:[.,'’ \u00a0\u202f_]\d{3})+(?!\d)(?:[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?)"
)
_SCALES: dict[str, float] = {
    "k": 1e3, "thousand": 1e3, "tausend": 1e3, "tsd": 1e3, "mil": 1e3, "mille": 1e3,
    "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
    "millionen": 1e6, "millon": 1e6, "millones": 1e6, "milhao": 1e6, "milhoes": 1e6,
    "milioni": 1e6, "miljoen": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "billions": 1e9, "mrd": 1e9, "milliarde": 1e9,
    "milliarden": 1e9, "milliard": 1e9, "milliards": 1e9,
    "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "crore": 1e7, "crores": 1e7,
}  # fmt: skip
_WORDS: dict[str, float] = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "eine": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5,
    "sechs": 6, "acht": 8, "zehn": 10, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "deux": 2,
    "trois": 3, "quatre": 4, "cinq": 5, "dois": 2, "quatro": 4,
}  # fmt: skip
SCALE = rf"(?:\s?(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))})\b\.?)?"
NUMBER = rf"(?P<digits>{DIGITS}){SCALE}"
"""A number in figures on folded text: groups `digits` and `scale`."""
NUMBER_OR_WORD = rf"(?:{NUMBER}|\b(?P<word>{'|'.join(_WORDS)})\b{SCALE.replace('scale', 'scale2')})"
_BIGGEST = 1e18
"""More than this is no quantity of a backend: it is an identifier or noise."""


def read(match: re.Match[str], *, decimal: bool = False) -> float | None:
    """Return the value of a match of NUMBER or NUMBER_OR_WORD; None when it is no sane quantity.

    `decimal` reads "99.950" as a fraction, not as 99 thousand: right for percentages.
    """
    groups = match.groupdict()
    scale = _SCALES.get(groups.get("scale") or groups.get("scale2") or "", 1.0)
    if groups.get("digits") is None:
        value = _WORDS.get(groups.get("word") or "", math.nan)
        if value == 1 and scale == 1:
            return None  # "a tenant" counts nothing
    else:
        value = parse(groups["digits"], decimal=decimal or scale >= 1e5)
    value *= scale
    return value if math.isfinite(value) and value < _BIGGEST else None


def parse(text: str, *, decimal: bool = False) -> float:
    """Return the value of a number in figures.

    Rule: with two kinds of separators the last is the decimal point; one kind that stands more
    than once groups; one that stands once before exactly three digits groups too ("1.000", "2,500")
    unless `decimal` or the number starts with 0.
    """
    signs = [char for char in text if char in SEPARATORS]
    if not signs:
        return float(text)
    last = signs[-1]
    if len(set(signs)) > 1:
        return _join(text, point=last if last in ".," else "")
    tail = text.rsplit(last, 1)[1]
    grouped = len(signs) > 1 or last not in ".,"
    if not grouped and len(tail) == 3 and not decimal and not text.startswith("0"):
        grouped = True
    return _join(text, point="" if grouped else last)


def _join(text: str, *, point: str) -> float:
    whole, fraction = text.rsplit(point, 1) if point else (text, "")
    whole = "".join(char for char in whole if char not in SEPARATORS)
    return float(f"{whole}.{fraction or '0'}")
