"""The critical path of a sprint: which items decide when it can end, and how much the others spare.

The classic forward and backward pass (Kelley and Walker, 1959) over an order of the graph.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter


@dataclass(frozen=True)
class Planned:
    """When an item can begin and end at the earliest, and by how much it may slip."""

    start: float
    end: float
    slack: float


@dataclass(frozen=True)
class CriticalPath:
    """The longest chain, its length in the durations' unit, and every item's place."""

    path: tuple[str, ...]
    length: float
    planned: Mapping[str, Planned]

    @property
    def critical(self) -> frozenset[str]:
        """Items that cannot slip without moving the end."""
        return frozenset(name for name, item in self.planned.items() if item.slack == 0)


def critical_path(
    durations: Mapping[str, float], needs: Mapping[str, Sequence[str]]
) -> CriticalPath:
    """Return the critical path of items that take so long and need others first.

    Of equally long chains the one that comes first in `durations` is returned. What an item needs
    and `durations` lacks is left out. Raises `graphlib.CycleError` for a circle: see `circle`.
    """
    wanted = {name: [n for n in needs.get(name, ()) if n in durations] for name in durations}
    order = list(TopologicalSorter(wanted).static_order())
    starts: dict[str, float] = {}
    for name in order:
        starts[name] = max((starts[n] + durations[n] for n in wanted[name]), default=0.0)
    ends = {name: starts[name] + durations[name] for name in order}
    length = max(ends.values(), default=0.0)
    latest = dict.fromkeys(order, length)
    for name in reversed(order):
        for need in wanted[name]:
            latest[need] = min(latest[need], latest[name] - durations[name])
    planned = {
        name: Planned(starts[name], ends[name], _slack(latest[name] - ends[name]))
        for name in durations
    }
    return CriticalPath(_chain(durations, wanted, ends, length), length, planned)


def circle(needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return items that wait for each other in a circle, the first one again at the end."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as found:
        names: list[str] = found.args[1]
        return tuple(reversed(names))
    return ()


def _slack(value: float) -> float:
    """Sums of halves and the like differ from zero by what floats lose."""
    return 0.0 if abs(value) < 1e-9 else value


def _chain(
    durations: Mapping[str, float],
    needs: Mapping[str, Sequence[str]],
    ends: Mapping[str, float],
    length: float,
) -> tuple[str, ...]:
    """Walk back from the first item that ends last, each time to the need that ends last."""
    if not durations:
        return ()
    name = next(name for name in durations if ends[name] == length)
    chain = [name]
    while needs[name]:
        name = max(needs[name], key=lambda need: ends[need])
        chain.append(name)
    return tuple(reversed(chain))
