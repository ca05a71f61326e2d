"""Time zones as people type them: `europe/berlin`, `Berlin`, `UTC`."""

import difflib
from collections import Counter
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import UserFacingError

_EXAMPLE = "E.g. Europe/Berlin or UTC."


def known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of an IANA name in any case, or of a city that only one zone is named for."""
    wanted = name.strip().lower().replace(" ", "_")
    found = _zones().get(wanted) or _cities().get(wanted)
    return ZoneInfo(found) if found else None


def find_zone(name: str) -> ZoneInfo:
    """Return the zone of a name; raises UserFacingError with what was probably meant."""
    zone = known_zone(name)
    if zone is not None:
        return zone
    near = difflib.get_close_matches(name.strip().lower(), _zones(), n=1, cutoff=0.8)
    hint = f"Did you mean {_zones()[near[0]]}?" if near else _EXAMPLE
    raise UserFacingError(f"I know no time zone “{name.strip()[:40]}”.", hint=hint)


@cache
def _zones() -> dict[str, str]:
    """Return the known zones by their names in small letters."""
    return {name.lower(): name for name in available_timezones()}


@cache
def _cities() -> dict[str, str]:
    """Return zones by their last part, where no other zone has the same."""
    places = [name for name in available_timezones() if name.count("/") == 1 and name[:3] != "Etc"]
    counted = Counter(name.rpartition("/")[2].lower() for name in places)
    return {city: name for name in places if counted[city := name.rpartition("/")[2].lower()] == 1}
