"""What counts as a wish: some words, and not too many."""

import re

from bot.errors import UserFacingError


def check_text(text: str, *, longest: int) -> str:
    """Return the stripped text; raises UserFacingError when it is empty or too long."""
    text = text.strip()
    if not has_words(text):
        raise UserFacingError(
            "I see no words in that.", hint="Write what you need, e.g. “an API for invoices”."
        )
    if len(text) > longest:
        raise UserFacingError(
            f"That is {len(text):,} characters; I take up to {longest:,}.",
            hint="Say what you need in a few lines and attach the rest as a file.",
        )
    return text


def has_words(text: str) -> bool:
    """Return whether a text says anything but emoji and signs."""
    return any(character.isalnum() for character in _EMOJI.sub("", text))


_EMOJI = re.compile(r"(?<!\S):\S*:(?!\S)")
"""`:shortnames:` are no words although they contain letters."""
