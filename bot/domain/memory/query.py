"""What somebody looks for: the words of a question that say something, and the names in it."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.domain.decision.search import STOP_WORDS
from bot.domain.memory.note import key_of

MOST_SHOWN = 50
"""Ours: a page of results; more words find fewer."""
MOST_SKIPPED = 1_000
_MOST_WORDS = 32
_LONGEST_WORD = 64
"""PostgreSQL refuses words of some thousand letters, which nobody remembers anyway."""
_MOST_NAMES = 40
_WORD = re.compile(r"[^\W_]+")
_ID = re.compile(r"\b([a-z]{1,2})-(\d{1,9})\b", re.IGNORECASE)
_PIECE = re.compile(r"\S+")


@dataclass(frozen=True)
class Query:
    """A search within one workspace, by somebody who sees what a channel sees."""

    workspace_id: str
    text: str
    seen_from: str
    """The channel of who asks; empty: what the whole workspace may see, and no more."""
    kinds: tuple[str, ...] = ()
    service: str = ""
    """Only what relates to this service, and the service itself."""
    since: datetime | None = None
    until: datetime | None = None
    here_only: bool = False
    """Only what was said in the channel `seen_from`."""
    limit: int = 10
    offset: int = 0

    @property
    def page(self) -> tuple[int, int]:
        """How many to show and to skip, within bounds."""
        return max(1, min(self.limit, MOST_SHOWN)), max(0, min(self.offset, MOST_SKIPPED))

    def after(self, shown: int) -> str:
        """Return where the next page begins; empty where nobody pages that far."""
        following = self.page[1] + shown
        return str(following) if following <= MOST_SKIPPED else ""


def content_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that say something, each once, in small letters.

    They are cut as the databases cut what they index; endings are theirs to take off. A text of
    nothing but words that say nothing is searched by those.
    """
    found = _WORD.findall(text.casefold())
    words = dict.fromkeys(word for word in found if len(word) <= _LONGEST_WORD)
    telling = [word for word in words if word not in STOP_WORDS]
    return tuple(telling or words)[:_MOST_WORDS]


def names_in(text: str) -> tuple[str, ...]:
    """Return keys of names that a text may hold: all of it, neighbouring words, single ones."""
    pieces = [key_of(piece.strip(".,;:!?()[]{}<>*`\"'“”")) for piece in _PIECE.findall(text)]
    pieces = [piece for piece in pieces if piece][:_MOST_NAMES]
    pairs = [f"{first} {second}" for first, second in pairwise(pieces)]
    telling = [piece for piece in pieces if piece not in STOP_WORDS]
    return tuple(dict.fromkeys([key_of(text.strip(" .?!`")), *pairs, *telling]))


def refs_in(text: str) -> tuple[str, ...]:
    """Return the records that a text names, as people call them, e.g. `D-12`, each once."""
    return tuple(dict.fromkeys(f"{a.upper()}-{int(n)}" for a, n in _ID.findall(text)))
