"""One report of a thing in another system, in the shape in which reports can be merged.

Reports come in any order and more than once. What is kept of them must not depend on that: a
moment of `firsts` is the earliest that any report says, a value of `most` the greatest, and
`newest` belongs to the report with the greatest `version`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

Value = str | int | float | bool | datetime | None


class FactKind(StrEnum):
    """What a fact is of: the names of the tables."""

    DEPLOYMENT = "deployment"
    PULL_REQUEST = "pull_request"
    INCIDENT = "incident_fact"
    WORK_ITEM = "work_item"
    WORKFLOW_RUN = "workflow_run"
    BRANCH_START = "branch_start"


@dataclass(frozen=True)
class Fact:
    """What one report says of one thing. `changed_at` is the source's own moment of it."""

    kind: FactKind
    source: str
    key: str
    origin: str
    changed_at: datetime
    newest: Mapping[str, Value]
    firsts: Mapping[str, datetime] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    rank: int = 0
    """How far the thing is: decides between two reports of one moment."""

    @cached_property
    def version(self) -> str:
        """Digits that are greater for a newer report; a digest decides what nothing else does."""
        said = repr(sorted((name, str(value)) for name, value in self.newest.items()))
        digest = int(hashlib.sha256(f"{self.origin} {said}".encode()).hexdigest()[:12], 16)
        return f"{self.changed_at:%Y%m%d%H%M%S%f}{self.rank:02d}{digest:015d}"


@dataclass(frozen=True)
class Origin:
    """A place of a source, and when something of it was heard."""

    source: str
    name: str
    seen_at: datetime


@dataclass(frozen=True)
class Heard:
    """What a request says: facts, and places of which nothing else is kept."""

    facts: tuple[Fact, ...] = ()
    places: tuple[Origin, ...] = ()

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Every place once, with its latest moment, in the order of their names.

        Rows are locked in this order, so that two requests never wait for each other.
        """
        found: dict[tuple[str, str], Origin] = {}
        for place in (*self.places, *map(_place, self.facts)):
            known = found.get((place.source, place.name))
            if place.name and (known is None or known.seen_at < place.seen_at):
                found[place.source, place.name] = place
        return tuple(found[key] for key in sorted(found))


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Return facts in the order in which their rows are locked."""
    return sorted(facts, key=lambda fact: (fact.kind, fact.source, fact.key, fact.version))


def _place(fact: Fact) -> Origin:
    return Origin(fact.source, fact.origin, fact.changed_at)
