"""What was left of a sprint at the end of each day, and what would be left at an even pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Piece:
    """An item: its size, the day it joined, the day it was done or dropped."""

    size: float
    joined: date
    closed: date | None = None


@dataclass(frozen=True)
class Burndown:
    """By day from the first to the last; `left` ends with today."""

    days: tuple[date, ...]
    left: tuple[float, ...]
    even: tuple[float, ...]
    whole: float
    """What it began with."""


def burndown(
    pieces: Sequence[Piece], *, first: date, last: date, today: date, work_days: Sequence[int]
) -> Burndown:
    """Return the lines of a burndown; what joined before the first day counts from then on.

    The even pace goes down on `work_days` only (Monday is 0).
    """
    days = tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    left = tuple(_left(pieces, day, first) for day in days if day <= today)
    whole = _left(pieces, first - timedelta(days=1), first)
    at_work = [day.weekday() in work_days for day in days]
    total = sum(at_work) or 1
    even = tuple(whole * (1 - sum(at_work[: at + 1]) / total) for at in range(len(days)))
    return Burndown(days, left, even, whole)


def _left(pieces: Sequence[Piece], day: date, first: date) -> float:
    """Return what is open at the end of a day; before the first day, what it begins with."""
    counted = max(day, first)
    return sum(
        piece.size
        for piece in pieces
        if (piece.joined <= counted if day >= first else piece.joined <= first)
        and (piece.closed is None or piece.closed > day)
    )
