"""When a standup is open for whom: each zone of the schedule has its own window of the same day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.schedule import Timetable
from bot.domain.schedule.timetable import HolidayName
from bot.domain.zones import known_zone

REMIND_AT = 0.8
"""Of the window (standup-raven's rule, FEATURES.md C 26)."""
_FARTHEST = timedelta(hours=27)
"""The same local time is at most 26 hours apart (UTC-12 to UTC+14)."""
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Window:
    """From when to when people of a zone answer."""

    zone: str
    opens_at: datetime
    closes_at: datetime
    missed: bool = False
    """It passed while nobody was there to open it."""

    @property
    def remind_at(self) -> datetime:
        """When those who are missing are reminded."""
        return self.opens_at + REMIND_AT * (self.closes_at - self.opens_at)


def slot_key(local: datetime) -> str:
    """Return the name of a local day and time: one standup has the same in all its zones."""
    return f"{local:%Y-%m-%d %H:%M}"


def key_of(table: Timetable, at: datetime, zone: str, *, holiday: HolidayName) -> str:
    """Return the key of the slot at a moment, by one of its zones.

    By the rule, as the clocks of one zone may skip what the others have; by the clock for a moment
    that the rule does not know any more.
    """
    slot = next(table.slots(at - _INSTANT, holiday=holiday), None)
    if slot is not None and slot.at == at and zone in slot.zones:
        return slot_key(slot.local[slot.zones.index(zone)])
    return slot_key(at.astimezone(ZoneInfo(zone)))


def windows_of(
    table: Timetable, key: str, at: datetime, *, minutes: int, holiday: HolidayName
) -> dict[str, Window]:
    """Return the window of each zone that has the slot `key`; zones with a day off are left out.

    `at` is one of its moments.
    """
    found: dict[str, Window] = {}
    for slot in table.slots(at - _FARTHEST, holiday=holiday):
        if slot.at > at + _FARTHEST:
            break
        if slot.skipped:
            continue
        for zone, local in zip(slot.zones, slot.local, strict=True):
            if slot_key(local) == key:
                found[zone] = Window(zone, slot.at, slot.at + timedelta(minutes=minutes))
    return found


def opened_at(
    windows: Mapping[str, Window], now: datetime, *, within: timedelta
) -> dict[str, Window]:
    """Return the windows of a run that is opened at `now`, maybe late.

    Ours: one of which more than half is gone begins now and is as long as ever, up to `within`
    after its time; a later one is missed.
    """
    return {zone: _opened(window, now, within) for zone, window in windows.items()}


def _opened(window: Window, now: datetime, within: timedelta) -> Window:
    length, late = window.closes_at - window.opens_at, now - window.opens_at
    if late * 2 <= length:
        return window
    if late > within:
        return replace(window, missed=window.closes_at <= now)
    return replace(window, opens_at=now, closes_at=now + length)


def zone_for(timezone: str, zones: tuple[str, ...], *, at: datetime) -> str:
    """Return the schedule's zone that a person belongs to: their own, else the nearest clock."""
    if len(zones) == 1 or timezone in zones:
        return timezone if timezone in zones else zones[0]
    zone = known_zone(timezone) if timezone else None
    if zone is None:
        return zones[0]
    own = at.astimezone(zone).utcoffset() or timedelta()

    def distance(name: str) -> timedelta:
        return abs((at.astimezone(ZoneInfo(name)).utcoffset() or timedelta()) - own)

    return min(zones, key=distance)
