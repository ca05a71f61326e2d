"""An item as steps of planning and models see it, and requirements read as a list."""

import re
from dataclasses import dataclass

from bot.errors import UserFacingError

_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)]|\[[ xX]?\])\s+(?P<text>.+)$")
_LEAD_IN = re.compile(
    r"^\s*(?:please |let'?s )?plan (?:a|an|the|our|this|my)?\s*(?:next |new |coming )?"
    r"(?:(?:two|one|three|four|\d)[- ]weeks? )?sprint\b"
    r"(?:\s+(?:for|with|from|about)\b(?: the)?)?[ \t:,.]*",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"^(?P<service>[a-z][\w-]{1,38}):\s+(?P<title>\S.*)$", re.IGNORECASE)
_TITLE = 120


@dataclass(frozen=True)
class ItemLine:
    """One item by its number."""

    number: int
    title: str
    about: str = ""
    service: str = ""
    specialists: tuple[str, ...] = ()
    needs: tuple[int, ...] = ()
    estimate: float | None = None


def asks_for_sprint(text: str) -> bool:
    """Return whether a message to the bot asks for a sprint to be planned."""
    return _LEAD_IN.match(text) is not None


def without_lead_in(text: str) -> str:
    """Return what a message says behind "plan a sprint for"."""
    return _LEAD_IN.sub("", text, count=1).strip()


def listed(text: str) -> list[tuple[str, str]]:
    """Return (service, title) of each point of a list in a text; nothing where there is no list.

    Points are lines with a bullet or number; without any, two or more short lines are a list.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    points = [match["text"] for line in lines if (match := _BULLET.match(line))]
    if not points and len(lines) > 1 and all(len(line) <= _TITLE for line in lines):
        points = [line.strip() for line in lines if not line.rstrip().endswith(":")]
    found = [_split(point) for point in points]
    return list(dict.fromkeys(found))


def _split(point: str) -> tuple[str, str]:
    said = " ".join(point.split())
    match = _SERVICE.match(said)
    return (match["service"], match["title"]) if match else ("", said)


def read_numbers(text: str) -> list[int]:
    """Return the item numbers in `1, 3 and 4`; none for nothing. Raises UserFacingError."""
    words = re.findall(r"[^\s,;]+", text.strip().strip("."))
    kept = [word.lstrip("#") for word in words if word.lower() not in ("and", "none", "nothing")]
    if any(not word.isascii() or not word.isdigit() or len(word) > 4 for word in kept):
        raise UserFacingError(f"“{text.strip()[:40]}” are no item numbers.", hint="E.g. 1, 3.")
    return [int(word) for word in kept]
