"""Public holidays by region, and working calendars that know them.

The library is loaded when a day is first asked for: most places observe no holidays.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.domain.escalation import Calendar, WorkHours
from bot.errors import UserFacingError

if TYPE_CHECKING:
    from holidays import HolidayBase


def is_holiday(region: str, day: date) -> bool:
    """Return whether a day is a public holiday in a region such as `DE` or `DE-BY`."""
    try:
        return day in _days(region)
    except NotImplementedError:  # a region that a newer library does not know any more
        return False


def holiday_name(region: str, day: date) -> str:
    """Return how a day's public holiday is called in English where the library can; else ""."""
    try:
        return str(_days(region).get(day) or "")
    except NotImplementedError:
        return ""


def holidays_between(region: str, first: date, last: date) -> dict[date, str]:
    """Return the public holidays of a region by day, both days included."""
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return {day: holiday_name(region, day) for day in days if is_holiday(region, day)}


def check_region(region: str) -> None:
    """Raise UserFacingError for a region whose holidays are not known."""
    try:
        _days(region)
    except NotImplementedError:
        raise UserFacingError(
            f"I know no holidays of `{region}`.", hint="Give a country, e.g. DE, or DE-BY."
        ) from None


@lru_cache(maxsize=1_000)
def calendar_of(hours: WorkHours) -> Calendar:
    """Return the calendar of working hours; made once, as it remembers the days it looked at."""
    return Calendar(hours, is_holiday)


@lru_cache(maxsize=300)
def _days(region: str) -> "HolidayBase":
    from holidays import country_holidays

    country, _, part = region.partition("-")
    language = "en_US" if "en_US" in _languages(country) else None
    return country_holidays(country, subdiv=part or None, language=language)


def _languages(country: str) -> tuple[str, ...]:
    """Return in which languages the library names a country's holidays."""
    from holidays import list_localized_countries

    return tuple(list_localized_countries().get(country, ()))
