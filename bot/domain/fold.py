"""Text made comparable: without accents and case, so that "Größe" and "groesse" meet."""

import re
import unicodedata

_CURLY, _STRAIGHT = "’", "'"
"""Phones and Macs write "I’m", whatever key is pressed."""
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i",
                        _CURLY: _STRAIGHT})  # fmt: skip
_ACCENTED = re.compile(r"([a-z])[\u0300-\u036f]+")
"""Accents fall off Latin letters only: a Japanese or Cyrillic letter would become another."""
_WORD = re.compile(r"[^\W_]+(?:[+#]+(?!\w))?")


def straight(text: str) -> str:
    """Return the text with the apostrophe of keyboards, as long as it was."""
    return text.replace(_CURLY, _STRAIGHT)


def fold(text: str) -> str:
    """Return the text in lower case, Latin letters without accents; its length may change."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    if plain.isascii():
        return plain
    return unicodedata.normalize("NFC", _ACCENTED.sub(r"\1", plain))


def fold_in_place(text: str) -> str:
    """Return the text folded character by character: position n stays position n."""
    return "".join(_fold_char(char) for char in straight(text))


def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    if char.isspace():
        return char if char in "\n\r" else " "
    base = unicodedata.normalize("NFKD", char)[0]
    lower = (base if base.isascii() else char).lower()
    return lower if len(lower) == 1 else char


def words(text: str) -> list[str]:
    """Return the folded words: letters and digits, with the signs of C++ and C#."""
    return _WORD.findall(fold(text))
