"""Says slots, windows and work days as people read them."""

from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.days import DAY_NAMES, day_words
from bot.domain.schedule.rule import WORK_DAYS
from bot.domain.schedule.timetable import BY_HAND, Slot

_YEAR = timedelta(days=364)
_SHORT = tuple(name[:3].capitalize() for name in DAY_NAMES)


def window_words(minutes: int) -> str:
    """Return "45 min", "2 h", "1 day"."""
    if minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return f"{days} day{'s' if days > 1 else ''}"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def work_day_words(days: tuple[int, ...]) -> str:
    """Return "Mon-Fri", or the days one by one."""
    return "Mon-Fri" if tuple(days) == WORK_DAYS else ", ".join(_SHORT[day] for day in days)


def slot_words(slot: Slot, *, zones: int = 1, with_year: bool = False) -> str:
    """Return the local time, and where that is when the schedule has several zones."""
    local = slot.at.astimezone(ZoneInfo(slot.zones[0]))
    where = f" {', '.join(map(city, slot.zones))}" if zones > 1 else ""
    year = f" {local:%Y}" if with_year else ""
    return f"{day_words(local, weekday=True)}{year} {local:%H:%M}{where}"


def coming_words(slots: list[Slot], *, zones: int = 1) -> list[str]:
    """Return a line for each slot that fires, and one for all skipped in a row for one reason.

    Where they lie a year and more apart, each has its year: the days alone look alike.
    """
    apart = bool(slots) and slots[-1].at - slots[0].at >= _YEAR
    lines: list[str] = []
    for reason, group in groupby(slots, key=lambda slot: slot.skipped):
        run = list(group)
        if not reason:
            lines += [slot_words(slot, zones=zones, with_year=apart) for slot in run]
            continue
        days = list(dict.fromkeys(_day(slot) for slot in run))
        span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        lines.append(f"{span}: {reason}" if reason == BY_HAND else f"{span}: {reason}, skipped")
    return lines


def city(zone: str) -> str:
    """Return "Berlin" of "Europe/Berlin"."""
    return zone.rpartition("/")[2].replace("_", " ")


def _day(slot: Slot) -> str:
    local = slot.at.astimezone(ZoneInfo(slot.zones[0]))
    return day_words(local, weekday=True)
