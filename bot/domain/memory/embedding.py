"""Finding by meaning: what makes vectors and compares them, and how two rankings become one."""

from collections.abc import Iterator, Sequence
from typing import Protocol

FOUND = 0.25
"""Cosine below which nothing is found; ours, from the tuning questions of `python -m
tests.retrieval`: right answers lie at 0.29 to 0.61, questions about something else below 0.22."""
MEANT = 0.45
"""Cosine from which a thing may answer a question although it shares few words with it; ours:
three quarters of the best wrong answers lie below 0.41."""
_RRF = 60
"""Reciprocal rank fusion (Cormack, Clarke, Buettcher, SIGIR 2009)."""


class Vectors(Protocol):
    """Vectors by number, kept in memory."""

    def add(self, rows: Sequence[tuple[int, bytes]], *, most: int) -> None:
        """Add vectors of the same length, in place of those of the same numbers; of all, the `most`
        with the highest numbers stay.
        """
        ...

    def like(
        self, vector: bytes, *, least: float, first: int, more: int
    ) -> Iterator[list[tuple[int, float]]]:
        """Yield the numbers with a cosine of at least `least`, the nearest first: `first` of them,
        then `more` at a time.
        """
        ...

    def __len__(self) -> int: ...


class Embedder(Protocol):
    """Turns texts into vectors of length one, without asking anybody."""

    label: str
    """Its name and version: only vectors of the same one can be compared."""

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector of each text; safe to call in a thread."""
        ...

    def vectors(self) -> Vectors:
        """Return a place for vectors of its kind, empty."""
        ...


def fused(first: Sequence[int], second: Sequence[int]) -> list[int]:
    """Return what either ranking holds, each once, best first: places count, not scores."""
    scores: dict[int, float] = {}
    for ranking in (first, second):
        for place, number in enumerate(ranking, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (_RRF + place)
    return sorted(scores, key=lambda number: -scores[number])
