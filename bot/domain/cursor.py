"""Where the next part of a list begins, as other programs hand it back to us."""

from bot.errors import UserFacingError

_LARGEST = 2**31 - 1
"""PostgreSQL's integers end there."""


def number_of_cursor(text: str) -> int | None:
    """Return the number that a cursor is, None for none; raises UserFacingError."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _LARGEST):
        raise UserFacingError("That cursor is none of mine.", hint="Begin without one.")
    return int(text)
