"""What the lead remembers: notes, the words by which they are found, what they say of services."""

from bot.domain.memory.note import (
    COLLECTIONS,
    KINDS,
    LONGEST_NAME,
    LONGEST_TEXT,
    Note,
    Relation,
    check_name,
    check_text,
    key_of,
    kind_of,
)
from bot.domain.memory.query import MOST_SHOWN, Query, content_words, names_in

__all__ = [
    "COLLECTIONS",
    "KINDS",
    "LONGEST_NAME",
    "LONGEST_TEXT",
    "MOST_SHOWN",
    "Note",
    "Query",
    "Relation",
    "check_name",
    "check_text",
    "content_words",
    "key_of",
    "kind_of",
    "names_in",
]
