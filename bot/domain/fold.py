"""Text made comparable: without accents and case, so that "Größe" and "groesse" meet."""

import re
import unicodedata

_GERMAN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i"})
_WORD = re.compile(r"[^\W_]+(?:[+#]+(?!\w))?")


def fold(text: str) -> str:
    """Return the text in lower case without accents; its length may change."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_GERMAN))
    return "".join(char for char in plain if not unicodedata.combining(char))


def fold_in_place(text: str) -> str:
    """Return the text folded character by character: position n stays position n."""
    return "".join(_fold_char(char) for char in text)


def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    base = unicodedata.normalize("NFKD", char)[0]
    lower = base.lower()
    return lower if len(lower) == 1 else char


def words(text: str) -> list[str]:
    """Return the folded words: letters and digits, with the signs of C++ and C#."""
    return _WORD.findall(fold(text))
