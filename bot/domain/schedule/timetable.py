"""The next moments of a schedule, in one or several zones, without holidays and days off.

A time that the clocks skip moves forward by what they skip; one that they repeat counts once, the
first time. What several zones call the same moment is one slot.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.days import Span
from bot.domain.schedule.rule import WORK_DAYS, Rule

HolidayName = Callable[[str, date], str]
"""How a day's public holiday in a region such as `DE-BY` is called; empty for none."""

BY_HAND = "skipped by hand"
_DAY = timedelta(days=1)
_LOOK_AHEAD = 366 * 9
"""Days: between two 29ths of February there can be eight years."""


@dataclass(frozen=True)
class Place:
    """A zone, and the region whose public holidays count there; empty: none."""

    zone: str
    region: str = ""


@dataclass(frozen=True)
class Slot:
    """One moment, in UTC, with the zones for which it is; `skipped` says why nothing happens."""

    at: datetime
    zones: tuple[str, ...]
    skipped: str = ""
    local: tuple[datetime, ...] = field(default=(), compare=False)
    """What the rule says in each of the zones; where the clocks skip that, they say something else
    at the moment: 03:30 for 02:30.
    """


@dataclass(frozen=True)
class Timetable:
    """A rule where it counts."""

    rule: Rule
    places: tuple[Place, ...]
    work_days: tuple[int, ...] = WORK_DAYS
    days_off: tuple[Span, ...] = ()
    skip_until: datetime | None = None
    """Slots up to this one are left out because somebody said so."""

    def slots(self, after: datetime, *, holiday: HolidayName) -> Iterator[Slot]:
        """Yield every slot later than `after`, skipped ones too, in order, for nine years."""
        day = after.astimezone(UTC).date()
        for _ in range(_LOOK_AHEAD):
            for slot in self._of(day, holiday):
                if slot.at > after:
                    yield slot
            day += _DAY

    def next_slot(self, after: datetime, *, holiday: HolidayName) -> datetime | None:
        """Return the next slot in which something happens; None when there is none."""
        return next(
            (slot.at for slot in self.slots(after, holiday=holiday) if not slot.skipped), None
        )

    def end_of_next(self, after: datetime, *, holiday: HolidayName) -> datetime | None:
        """Return the last slot of the next local time in all its zones; None when there is none.

        What another local time comes between ends before that.
        """
        last: datetime | None = None
        local: datetime | None = None
        for slot in self.slots(after, holiday=holiday):
            if slot.skipped:
                continue
            own = slot.local[0]
            if local is not None and own != local:
                break
            last, local = slot.at, own
        return last

    def _of(self, day: date, holiday: HolidayName) -> list[Slot]:
        """Return the slots of one day of UTC."""
        found: dict[datetime, list[tuple[Place, datetime]]] = {}
        for place in self.places:
            for at, local in self._moments(place, day):
                found.setdefault(at, []).append((place, local))
        return [self._slot(at, found[at], holiday) for at in sorted(found)]

    def _moments(self, place: Place, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield moments of a day of UTC with what the rule says there: zones are up to a day away,
        and a time moves by up to a day more where the clocks skip a whole one.
        """
        zone = ZoneInfo(place.zone)
        for local in (day + _DAY * ahead for ahead in (-2, -1, 0, 1)):
            if not self.rule.on(local, work_days=self.work_days):
                continue
            times = [datetime.combine(local, clock) for clock in sorted(self.rule.times)]
            # Of two that are one moment, as the clocks skip the first, that one counts.
            for at, own in {_moment(time, zone): time for time in reversed(times)}.items():
                if at.date() == day:
                    yield at, own

    def _slot(
        self, at: datetime, where: list[tuple[Place, datetime]], holiday: HolidayName
    ) -> Slot:
        own = {place.zone: local for place, local in where}
        reasons = {place.zone: self._reason(place, local.date(), holiday) for place, local in where}
        free = tuple(zone for zone, reason in reasons.items() if not reason)
        if self.skip_until is not None and at <= self.skip_until:
            return Slot(at, tuple(reasons), BY_HAND, tuple(own.values()))
        if free:
            return Slot(at, free, local=tuple(own[zone] for zone in free))
        return Slot(at, tuple(reasons), next(iter(reasons.values())), tuple(own.values()))

    def _reason(self, place: Place, day: date, holiday: HolidayName) -> str:
        if any(day in span for span in self.days_off):
            return "day off"
        return holiday(place.region, day) if place.region else ""


def _moment(local: datetime, zone: ZoneInfo) -> datetime:
    """Return what a local clock means, in UTC: before a change for what is repeated (PEP 495)."""
    return local.replace(tzinfo=zone).astimezone(UTC)
