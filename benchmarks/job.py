"""The 11-call job that every contestant does; standard library only, as peers import it too.

A planner, three, four and two specialists, a synthesis. The specialists' needs are sparse, so that
in the skewed job two slow calls of different waves lie on different paths: whoever starts a call
as soon as its own needs are met waits for one of them, whoever works wave by wave for both.
"""

from types import MappingProxyType
from typing import Final

NEEDS: Final = MappingProxyType(
    {
        "a1": (),
        "a2": (),
        "a3": (),
        "a4": ("a1",),
        "a5": ("a2",),
        "a6": ("a3",),
        "a7": ("a1", "a3"),
        "a8": ("a4", "a6"),
        "a9": ("a5", "a7"),
    }
)
"""Every assignment with what it needs, in plan order."""

CALLS: Final = len(NEEDS) + 2
SLOW: Final = frozenset({"a1", "a5"})
"""The assignments whose calls are slow in a skewed job: two waves, two paths."""

LATENCY: Final = 0.3
SLOW_LATENCY: Final = 0.9
"""Seconds until a call's first byte."""

ONE_JOB_FLOOR: Final = 5 * LATENCY
SKEW_FLOOR: Final = 4 * LATENCY + SLOW_LATENCY
"""Seconds that the longest path takes when nothing but the calls takes time."""

SKEWED: Final = "(skewed)"
"""Stands in the request of a skewed job, where the Messages server sees it."""


def request(name: str, *, skewed: bool = False) -> str:
    """Return a job's request; `name` keeps jobs apart, as no two real ones are the same."""
    text = (
        "Design the backend of an order service: 500 orders/s at the peak, 20 million rows a year,"
        " payments by webhook, refunds, PostgreSQL, one region, a team of four."
    )
    return f"{text} Name it {name}. {SKEWED if skewed else ''}".strip()


def phase_of(key: str) -> int:
    """Return the wave of an assignment, from 1."""
    return 1 + max((phase_of(need) for need in NEEDS[key]), default=0)
