"""A claim: one piece of work, with what people said of it."""

from dataclasses import dataclass
from datetime import date

MOST_CLAIMS = 6
"""Ours: every order of six can be tried, and more is a plan rather than a conflict."""

LONGEST_SUBJECT = 80
"""Ours, in characters: what is wanted is named on one line."""

MOST_HOURS = 800
"""Ours, of one claim: what takes longer is a project; every day of it is looked at."""


@dataclass(frozen=True)
class Claim:
    """`hours` of the wanted thing; `impact` and `complexity` from 1 to 5, 5 is most.

    `flexible_days` is how many days later than `due_on` does no harm.
    """

    title: str
    hours: int
    impact: int
    complexity: int
    due_on: date | None = None
    flexible_days: int = 0


def missing(hours: int | None, impact: int | None, complexity: int | None) -> tuple[str, ...]:
    """Return what must still be said before ways can be compared."""
    said = {"hours": hours, "impact": impact, "complexity": complexity}
    return tuple(name for name, value in said.items() if value is None)
