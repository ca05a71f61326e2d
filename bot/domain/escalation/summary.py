"""What a case's timeline says once it is resolved: durations, people, counts; nothing invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from bot.domain.escalation.case import EscalationState, Kind


class Line(Protocol):
    """One line of a timeline."""

    @property
    def kind(self) -> Kind: ...
    @property
    def at(self) -> datetime: ...
    @property
    def state(self) -> EscalationState: ...
    @property
    def level(self) -> int: ...
    @property
    def by_id(self) -> str: ...
    @property
    def owner_id(self) -> str: ...
    @property
    def late_seconds(self) -> int: ...


@dataclass(frozen=True)
class Summary:
    """`levels` and `states` hold how long the case was there, in the order they were reached."""

    took: timedelta
    acknowledged_after: timedelta | None
    acknowledged_by: str
    levels: dict[int, timedelta]
    states: dict[EscalationState, timedelta]
    owners: tuple[str, ...]
    counts: dict[Kind, int]
    late: int
    """Timers that went off more than the auditor's patience after their time."""


def summarise(lines: Sequence[Line], *, late_seconds: int) -> Summary:
    """Return what the lines say, from the first to the last."""
    levels: dict[int, timedelta] = {}
    states: dict[EscalationState, timedelta] = {}
    for line, following in pairwise(lines):
        spell = following.at - line.at
        levels[line.level] = levels.get(line.level, timedelta()) + spell
        states[line.state] = states.get(line.state, timedelta()) + spell
    levels.setdefault(lines[-1].level, timedelta())
    counts: dict[Kind, int] = {}
    for line in lines:
        counts[line.kind] = counts.get(line.kind, 0) + 1
    first = next((line for line in lines if line.kind is Kind.ACKNOWLEDGED), None)
    return Summary(
        took=lines[-1].at - lines[0].at,
        acknowledged_after=first.at - lines[0].at if first else None,
        acknowledged_by=first.by_id if first else "",
        levels=levels,
        states=states,
        owners=tuple(dict.fromkeys(line.owner_id for line in lines if line.owner_id)),
        counts=counts,
        late=sum(line.late_seconds > late_seconds for line in lines),
    )
