"""A quantity read from a request, and a set of them with one value per name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

FactName = Literal[
    "rps", "p95_ms", "p99_ms", "data_gb", "rows", "users", "tenants", "instances", "payload_kb",
    "retention_days", "availability_pct", "events_per_s", "connections", "downtime_min", "hold_ms",
    "p50_ms", "latency_ms", "growth_pct_year", "growth_gb_month",
]  # fmt: skip
"""The first fifteen are those of `bot/team/playbooks/README.md`; cards may use no others."""
CARD_FACTS: tuple[FactName, ...] = get_args(FactName)[:15]

_LOWER_WINS = frozenset({"p95_ms", "p99_ms", "p50_ms", "latency_ms", "downtime_min"})
"""Of two latencies in one message the lower is the target ("p95 is 900 ms, must be under 200")."""

_BOUND = re.compile(
    r"under|below|within|unter|less|<|≤|max|menor|menos|moins|debajo"
    r"|abaixo|targ|ziel|objeti|objecti|obiettiv|meta|cel|goal|目標|目标",
    re.I,
)


@dataclass(frozen=True)
class Fact:
    """One quantity in its unit; `words` is what the person wrote, `at` where."""

    name: FactName
    value: float
    words: str
    at: int = 0


def is_bound(fact: Fact) -> bool:
    """Return whether the person wrote it as a limit or a target."""
    return _BOUND.search(fact.words) is not None


@dataclass(frozen=True)
class Facts:
    """Quantities in the order of the text."""

    items: tuple[Fact, ...] = ()

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.items)

    def __bool__(self) -> bool:
        return bool(self.items)

    def fact(self, name: FactName) -> Fact | None:
        """Return the fact that counts for that name: the target of a latency, else the largest."""
        found = [item for item in self.items if item.name == name]
        if not found:
            return None
        if name not in _LOWER_WINS:
            return max(found, key=lambda item: item.value)
        bounds = [item for item in found if is_bound(item)]
        return min(bounds or found, key=lambda item: item.value)

    def get(self, name: FactName) -> float | None:
        """Return the value for that name, or None when the request does not say."""
        found = self.fact(name)
        return None if found is None else found.value

    def known(self) -> dict[str, float]:
        """Return name -> value of everything known."""
        names = dict.fromkeys(item.name for item in self.items)
        return {name: value for name in names if (value := self.get(name)) is not None}

    def updated(self, later: "Facts") -> "Facts":
        """Return these facts with `later` ones in place of those of the same name."""
        new = {item.name for item in later}
        return Facts((*(item for item in self.items if item.name not in new), *later.items))


def collect(items: Iterable[Fact]) -> Facts:
    """Return the facts in the order of the text, without repetitions."""
    unique = {(item.name, item.value): item for item in sorted(items, key=lambda f: -f.at)}
    return Facts(tuple(sorted(unique.values(), key=lambda f: (f.at, f.name))))
