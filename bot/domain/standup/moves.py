"""Pieces that another specialist could do: proposed where many wait for one and others are free."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

QUEUE = 3
"""Ours: so many pieces that wait for one specialist are a queue."""


@dataclass(frozen=True)
class Waiting:
    """A piece that nobody has begun; `about` is what it says of itself."""

    assignment_id: str
    specialist: str
    about: str


@dataclass(frozen=True)
class Move:
    """A piece that could go to somebody else."""

    assignment_id: str
    source: str
    target: str
    queue: int
    """How many wait for the source."""


def moves(
    waiting: Sequence[Waiting], load: Mapping[str, int], fits: Callable[[str], Sequence[str]]
) -> list[Move]:
    """Return one move for each queue: its last piece that a free specialist's field is.

    `load` counts everybody's open pieces; `fits` returns whose field a text is, best first. Nobody
    gets two.
    """
    found: list[Move] = []
    for source in dict.fromkeys(piece.specialist for piece in waiting):
        queue = [piece for piece in waiting if piece.specialist == source]
        if len(queue) < QUEUE:
            continue
        busy = {name for name, count in load.items() if count} | {move.target for move in found}
        for piece in reversed(queue):
            free = (name for name in fits(piece.about) if name != source and name not in busy)
            target = next(free, None)
            if target is not None:
                found.append(Move(piece.assignment_id, source, target, len(queue)))
                break
    return found
