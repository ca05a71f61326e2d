"""Rings of the technology radar, and moves as people write them."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.service import check_name
from bot.errors import UserFacingError


class Ring(StrEnum):
    """How far one goes with a technology, the innermost first (Thoughtworks' four rings)."""

    ADOPT = "adopt"
    """The usual choice here."""
    TRIAL = "trial"
    """Used where a failure can be borne."""
    ASSESS = "assess"
    """Looked at; nothing depends on it."""
    HOLD = "hold"
    """Nothing new with it."""


MOST_REASON = 500
_MOVE = re.compile(
    r"(?P<name>.+?)\s+(?:to\s+|into\s+|in\s+)?(?P<ring>adopt|trial|assess|hold)"
    r"(?:\s*(?:,|:|because|as|since)\s*(?P<reason>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_HINT = "E.g. `/lead radar move Kafka to trial because it won M-3`."


@dataclass(frozen=True)
class Move:
    """A technology, where it goes and why."""

    name: str
    ring: Ring
    reason: str


def read_move(text: str) -> Move:
    """Return the move that the words name; raises UserFacingError, also where no reason is."""
    found = _MOVE.fullmatch(" ".join(text.split()))
    if found is None:
        raise UserFacingError("I need a technology, a ring and a reason.", hint=_HINT)
    reason = (found["reason"] or "").strip()
    if not reason:
        raise UserFacingError("Say why it moves: the reason stands on the radar.", hint=_HINT)
    if len(reason) > MOST_REASON:
        raise UserFacingError(f"A reason has at most {MOST_REASON} characters.")
    return Move(technology_name(found["name"]), Ring(found["ring"].lower()), reason)


def technology_name(text: str) -> str:
    """Return a technology's name in order; raises UserFacingError."""
    try:
        return check_name(text)
    except UserFacingError:
        raise UserFacingError(
            f"“{' '.join(text.split())[:40]}” is no name for a technology.", hint=_HINT
        ) from None
