"""When parts of a sprint are tested together: after what meets there, before the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.sprint.critical_path import Planned


@dataclass(frozen=True)
class Part:
    """An item as the schedule of tests sees it."""

    id: str
    title: str
    service: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class IntegrationSlot:
    """One test: what meets, on which day, which items must be done before."""

    title: str
    on_day: date
    items: tuple[str, ...]


def integration_slots(
    parts: Sequence[Part], planned: Mapping[str, Planned], *, length: float, days: Sequence[date]
) -> list[IntegrationSlot]:
    """Return a slot for each pair of services that meet, then one for all together.

    `days` are the sprint's work days; the plan's length is laid over all but the last of them, on
    which everything is tested together. One that would fall behind is put on that day too.
    """
    if len(parts) < 2 or not days:
        return []
    by_id = {part.id: part for part in parts}
    meet: dict[tuple[str, str], set[str]] = {}
    for part in parts:
        for need in (by_id[name] for name in part.needs if name in by_id):
            pair = (need.service, part.service)
            if all(pair) and pair[0] != pair[1]:
                meet.setdefault(pair, set()).update((need.id, part.id))
    found = [
        IntegrationSlot(
            f"{one} with {other}",
            _day(max(planned[name].end for name in names), length, days),
            tuple(part.id for part in parts if part.id in names),
        )
        for (one, other), names in meet.items()
    ]
    found.sort(key=lambda slot: slot.on_day)
    return [*found, IntegrationSlot("Everything together", days[-1], tuple(by_id))]


def _day(end: float, length: float, days: Sequence[date]) -> date:
    """Return the work day that follows a moment of the plan."""
    building = max(1, len(days) - 1)
    share = end / length if length else 1.0
    return days[min(len(days) - 1, round(share * building))]
