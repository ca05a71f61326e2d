"""An embedder whose meanings a test can read: words of one line mean the same."""

import re
from collections.abc import Sequence

import numpy

from bot.model.embedding import NumpyVectors

SAME = (
    ("car", "automobile", "vehicle"),
    ("retry", "again", "repeat"),
    ("cache", "memoise"),
    ("fruit", "apple"),
)


class PlainEmbedder:
    """A direction for each line of `SAME`; `asked` are the texts that it was given.

    `places` is how often somebody began to hold vectors.
    """

    def __init__(self, label: str = "plain 1") -> None:
        self.label = label
        self.asked: list[str] = []
        self.places = 0

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """See Embedder."""
        self.asked += texts
        return [_vector(text) for text in texts]

    def vectors(self) -> NumpyVectors:
        """See Embedder."""
        self.places += 1
        return NumpyVectors()


def _vector(text: str) -> bytes:
    words = re.findall(r"\w+", text.lower())
    held = [sum(word in line for word in words) for line in SAME]
    vector = numpy.array(held, dtype=numpy.float32)
    length = float(numpy.linalg.norm(vector)) or 1.0
    return (vector / length).astype(numpy.float16).tobytes()
