"""Answers to short general questions, from `bot/team/glossary.yaml`."""

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

import bot.team
from bot.domain.fold import fold
from bot.domain.routing.terms import whole_word

_FILE = Path(bot.team.__file__).parent / "glossary.yaml"


class Entry(BaseModel):
    """Two sentences on a term, or on the difference between those in `all`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: tuple[str, ...]
    all: tuple[str, ...] = ()
    about: str = ""
    """A word that the question must have too, such as "port"."""
    text: str

    def score(self, folded: str) -> int:
        """Return how well it fits a folded question; 0 when it does not."""
        if self.about and not whole_word(self.about, folded):
            return 0
        if self.all:
            return 1000 if all(whole_word(term, folded) for term in self.all) else 0
        fits = [len(term) for term in self.terms if whole_word(term, folded)]
        return max(fits, default=0) + (500 if self.about and fits else 0)


def look_up(question: str) -> str | None:
    """Return the entry that fits a question best, or None."""
    folded = fold(question)
    best = max(entries(), key=lambda entry: entry.score(folded))
    return best.text if best.score(folded) else None


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Return all entries; the file ships with the program and is checked by a test."""
    rows: object = yaml.load(_FILE.read_text("utf-8"), Loader=_LOADER)
    return TypeAdapter(tuple[Entry, ...]).validate_python(rows)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader reads the file ten times as fast; both are safe ones."""
