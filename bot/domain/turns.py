"""Who goes next: by priority, then the channel with the least at work, then who waits longest."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

ESCALATION = 10
"""Priority of what cannot wait; a wish has 0."""


@dataclass(frozen=True)
class Waiting:
    """A task that wants its turn; `channel` is where it came from."""

    task_id: str
    channel: tuple[str, str]
    priority: int
    since: datetime


def choose(
    waiting: Iterable[Waiting], at_work: Mapping[tuple[str, str], int], *, room: int
) -> list[str]:
    """Return up to `room` task ids, in the order in which they go.

    `at_work` counts running tasks by channel. One channel's hundred tasks do not starve another:
    each start counts for its channel before the next is chosen.
    """
    busy = Counter(dict(at_work))
    left = list(waiting)
    chosen: list[str] = []
    while left and len(chosen) < room:
        best = min(left, key=lambda item: (-item.priority, busy[item.channel], item.since))
        left.remove(best)
        busy[best.channel] += 1
        chosen.append(best.task_id)
    return chosen
