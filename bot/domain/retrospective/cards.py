"""Columns and cards as people write them: one a line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import UserFacingError

DEFAULT_COLUMNS = ("What worked", "What failed", "Ideas")
"""Source: the seed's lessons, "what worked" and "what failed"."""
MOST_COLUMNS = 5
LONGEST_COLUMN = 40
MOST_CARDS = 10
"""Of one person in one column; ours: more is an essay."""
LONGEST_CARD = 280
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_EXAMPLE = "E.g. `What worked, What failed, Ideas`."


def read_columns(text: str) -> tuple[str, ...]:
    """Return the columns in a text, separated by commas; raises UserFacingError."""
    found = tuple(" ".join(part.split()) for part in text.split(",") if part.strip())
    if not 2 <= len(found) <= MOST_COLUMNS:
        raise UserFacingError(f"Give two to {MOST_COLUMNS} columns.", hint=_EXAMPLE)
    if len({name.lower() for name in found}) < len(found):
        raise UserFacingError("Two columns have the same name.", hint=_EXAMPLE)
    if max(map(len, found)) > LONGEST_COLUMN:
        raise UserFacingError(f"A column has at most {LONGEST_COLUMN} characters.", hint=_EXAMPLE)
    return found


def columns_text(columns: Sequence[str]) -> str:
    """Return columns as they are edited."""
    return ", ".join(columns)


def read_cards(text: str) -> tuple[str, ...]:
    """Return the cards in a text, one a line; raises UserFacingError for too many."""
    lines = (" ".join(_BULLET.sub("", line).split()) for line in text.splitlines())
    found = tuple(dict.fromkeys(line[:LONGEST_CARD] for line in lines if line))
    if len(found) > MOST_CARDS:
        raise UserFacingError(f"Write at most {MOST_CARDS} cards in a column, one a line.")
    return found


@dataclass(frozen=True)
class Change:
    """What becomes of one column's cards: texts that are new, ids of those that are gone."""

    new: tuple[str, ...]
    gone: tuple[str, ...]


def changes(said: Sequence[str], old: Mapping[str, str]) -> Change:
    """Return what changes from cards by id to those that a person has now; same words stay."""
    wanted = dict.fromkeys(said)
    gone = []
    for card_id, text in old.items():
        if text in wanted:
            del wanted[text]
        else:
            gone.append(card_id)
    return Change(tuple(wanted), tuple(gone))
