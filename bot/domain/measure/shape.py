"""Reads the bodies that other systems send: what is missing is empty, what cannot be is refused."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import UserFacingError

Json = Mapping[str, Any]

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Ours: nothing that a team measures is older."""
AHEAD = timedelta(days=1)
"""Ours: how far a source's clock may be ahead."""
_ZONE = re.compile(r"\s*(?:UTC|Z|(?P<sign>[+-]\d\d):?(?P<minutes>\d\d))$")
_NEVER = ("0001-01-01", "0000-")
"""How Go writes a moment that there is not."""


def part(item: Json, name: str) -> Json:
    """Return an object in an object; empty when it is not there."""
    found = item.get(name)
    return found if isinstance(found, Mapping) else {}


def parts(item: Json, name: str) -> list[Json]:
    """Return the objects of a list."""
    found = item.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def text(item: Json, name: str, *, most: int = 140) -> str:
    """Return a text or a number as a text, without what no database stores, cut to `most`."""
    found = item.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return _clean(str(found))[:most]


def required(item: Json, name: str, *, of: str, most: int = 140) -> str:
    """Return such a text; raises UserFacingError when it is missing or too long."""
    found = text(item, name, most=most + 1)
    if not found:
        raise UserFacingError(f"The {of} has no {name}.")
    if len(found) > most:
        raise UserFacingError(f"The {name} of the {of} has more than {most} characters.")
    return found


def moment(item: Json, name: str, *, now: datetime) -> datetime | None:
    """Return a moment as ISO 8601 or as GitLab writes it; None when there is none.

    Raises UserFacingError for what is no moment, is ancient or has not come yet.
    """
    found = text(item, name, most=40)
    if not found or found.startswith(_NEVER):
        return None
    return read_moment(found, name, now=now)


def read_moment(said: str, name: str, *, now: datetime) -> datetime:
    """Return the moment that a text says; raises UserFacingError, as above."""
    try:
        at = datetime.fromisoformat(_ZONE.sub(_offset, said))
    except ValueError:
        raise UserFacingError(f"{name} is no moment: “{said[:40]}”.") from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    if not EARLIEST <= at <= now + AHEAD:
        raise UserFacingError(f"{name} is {said[:40]}: before 2000, or not yet.")
    return at.astimezone(UTC)


def must_be(at: datetime | None, name: str, *, of: str) -> datetime:
    """Return a moment that must be there; raises UserFacingError."""
    if at is None:
        raise UserFacingError(f"The {of} has no {name}.")
    return at


def firsts(**moments: datetime | None) -> dict[str, datetime]:
    """Return the moments that are known."""
    return {name: at for name, at in moments.items() if at is not None}


def number(value: object, name: str) -> float:
    """Return a number from zero on that can be stored; raises UserFacingError."""
    try:
        found = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if not 0 <= found <= 1e15:  # not a number is neither
        raise UserFacingError(f"{name} is no number that I can keep.")
    return found


def names(item: Json, name: str, *, of: str = "name") -> list[str]:
    """Return the names of objects or plain texts in a list, e.g. labels."""
    found = item.get(name)
    every = found if isinstance(found, list) else []
    plain = [{of: each} if isinstance(each, str) else each for each in every]
    return [text(each, of) for each in plain if isinstance(each, Mapping)]


def _offset(found: re.Match[str]) -> str:
    return f"{found['sign']}:{found['minutes']}" if found["sign"] else "+00:00"


def _clean(said: str) -> str:
    return said.replace("\x00", "").encode("utf-8", "replace").decode().strip()
