"""WordLlama behind the port of embeddings: static vectors of words, whose weights its wheel holds.

It is the extra `embeddings`; numpy and it are imported when they are first needed.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

_CONFIG, _DIMENSIONS = "l2_supercat", 256
_BATCH = 8
"""Texts at once; they are padded to the longest, which takes its length times 1 kB of each."""


def is_installed() -> bool:
    """Whether the extra `embeddings` is there."""
    return find_spec("wordllama") is not None


class WordLlamaEmbedder:
    """Makes some thousand vectors a second on one core; loads its model at the first call."""

    def __init__(self) -> None:
        self.label = f"wordllama {version('wordllama')} {_CONFIG} {_DIMENSIONS}"
        self._model: Any = None
        self._loading = Lock()

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """See Embedder."""
        import numpy

        with self._loading:
            self._model = self._model or _load()
        # A text without a word that it knows has no direction: all zeros, near nothing.
        found = numpy.nan_to_num(self._embedded([text or " " for text in texts]))
        return [row.tobytes() for row in found.astype(numpy.float16)]

    def _embedded(self, texts: list[str]) -> Any:
        import numpy

        with numpy.errstate(invalid="ignore", divide="ignore"):
            return self._model.embed(texts, norm=True, batch_size=_BATCH)

    def vectors(self) -> "NumpyVectors":
        """See Embedder."""
        return NumpyVectors()


def _load() -> Any:
    with _root_logger_kept():
        import wordllama
    # Without the folder it looks for its own tokenizer at the wrong place, and downloads it.
    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(
        _CONFIG, cache_dir=folder, dim=_DIMENSIONS, disable_download=True
    )


@contextmanager
def _root_logger_kept() -> Iterator[None]:
    """Undo what the library's import does to everybody's logging (`logging.basicConfig`)."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


class NumpyVectors:
    """All vectors in one matrix: comparing 50,000 takes some 10 ms, which needs no index."""

    def __init__(self) -> None:
        self._numbers: Any = None
        self._matrix: Any = None

    def __len__(self) -> int:
        return 0 if self._matrix is None else len(self._matrix)

    def add(self, rows: Sequence[tuple[int, bytes]], *, most: int) -> None:
        """See Vectors."""
        import numpy

        if not rows:
            return
        numbers = numpy.array([row[0] for row in rows], dtype=numpy.int64)
        fresh = numpy.frombuffer(b"".join(row[1] for row in rows), dtype=numpy.float16)
        fresh = fresh.reshape(len(rows), -1).astype(numpy.float32)
        if self._matrix is not None:
            others = ~numpy.isin(self._numbers, numbers)
            numbers = numpy.concatenate([self._numbers[others], numbers])
            fresh = numpy.concatenate([self._matrix[others], fresh])
        if len(numbers) > most:
            newest = numpy.sort(numpy.argpartition(numbers, -most)[-most:])
            numbers, fresh = numbers[newest], fresh[newest]
        self._numbers, self._matrix = numbers, fresh

    def like(
        self, vector: bytes, *, least: float, first: int, more: int
    ) -> Iterator[list[tuple[int, float]]]:
        """See Vectors."""
        import numpy

        if self._matrix is None:
            return
        asked = numpy.frombuffer(vector, dtype=numpy.float16).astype(numpy.float32)
        scores, numbers = self._matrix @ asked, self._numbers
        near = numpy.flatnonzero(scores >= least)
        near = near[numpy.argsort(-scores[near], kind="stable")]
        at, step = 0, first
        while at < len(near):
            part = near[at : at + step]
            yield list(zip(numbers[part].tolist(), scores[part].tolist(), strict=True))
            at, step = at + step, more
