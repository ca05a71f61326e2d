"""A schedule as somebody wants it, before it is stored; buttons and forms carry it."""

from datetime import date, datetime
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from bot.domain.days import Span
from bot.domain.schedule.rule import WORK_DAYS, Rule
from bot.domain.schedule.timetable import Place, Timetable
from bot.domain.schedule.words import read_rule

MOST_DAYS_OFF = 16
"""Ours: what a button can carry."""
MOST_NAME = 200
LONGEST_WINDOW = 7 * 24 * 60
SHORTEST_WINDOW = 5
MOST_MISSED_HOURS = 72


class Draft(BaseModel):
    """Everything that a person chooses; `made_on` is the day that its words were said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    words: str
    made_on: date
    name: str = ""
    zones: tuple[str, ...] = ("UTC",)
    regions: tuple[str, ...] = ()
    work_days: tuple[int, ...] = WORK_DAYS
    days_off: tuple[Span, ...] = ()
    window_minutes: int = 60
    missed_hours: int = 2
    schedule_id: str = ""
    """Which schedule it changes; empty: a new one."""
    revision: int = 0
    """Of that schedule, as it was seen."""

    @property
    def rule(self) -> Rule:
        """What the words mean; raises UserFacingError."""
        return read_rule(self.words, today=self.made_on)

    def timetable(self) -> Timetable:
        """Return when it would fire; raises UserFacingError."""
        return Timetable(
            rule=self.rule,
            places=places(self.zones, self.regions),
            work_days=self.work_days,
            days_off=self.days_off,
        )


def places(zones: tuple[str, ...], regions: tuple[str, ...]) -> tuple[Place, ...]:
    """Return each zone with its region: none, one for all, or one for each."""
    each = regions if len(regions) == len(zones) else (regions[:1] or ("",)) * len(zones)
    return tuple(Place(zone, region) for zone, region in zip(zones, each, strict=True))


def shortest_gap(moments: list[datetime]) -> int | None:
    """Return the minutes between the two moments that are nearest to each other."""
    gaps = [int((b - a).total_seconds() // 60) for a, b in pairwise(moments)]
    return min(gaps, default=None)
