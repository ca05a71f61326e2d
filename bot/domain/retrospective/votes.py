"""Which topics people want to talk about first."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Voted(Protocol):
    """A topic with its votes."""

    @property
    def votes(self) -> int: ...
    @property
    def position(self) -> int: ...


V = TypeVar("V", bound=Voted)


def ranked(topics: Sequence[V]) -> list[V]:
    """Return topics with most votes first; equal ones keep their order."""
    return sorted(topics, key=lambda topic: (-topic.votes, topic.position))
