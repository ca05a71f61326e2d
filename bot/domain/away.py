"""Whether a person's status in Slack says that they are away, and on which days."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.days import Span
from bot.domain.zones import known_zone

_EMOJI = frozenset(
    {
        ":palm_tree:",
        ":desert_island:",
        ":beach_with_umbrella:",
        ":umbrella_on_ground:",
        ":face_with_thermometer:",
        ":mask:",
    }
)
"""Slack's own suggestions are a palm tree for "Vacationing", a thermometer for "Out sick"."""
_WORDS = re.compile(
    r"(?<![\w-])(vacation(?:ing)?|holidays?|on leave"
    r"|(?:annual|parental|sick|maternity|paternity) leave"
    r"|out sick|sick day|pto|ooo|out of office|day off|days off|urlaub|krank|elternzeit"
    r"|vacances|vacaciones)(?![\w-])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Status:
    """What Slack's profile says (docs.slack.dev/reference/objects/user-object)."""

    emoji: str = ""
    text: str = ""
    expires_at: datetime | None = None
    """None: it stays until it is changed."""


NO_STATUS = Status()


def says_away(status: Status) -> bool:
    """Return whether the status speaks of vacation or illness; lunch and meetings are neither."""
    return status.emoji in _EMOJI or _WORDS.search(status.text) is not None


def days_of(status: Status, *, now: datetime, timezone: str = "") -> Span | None:
    """Return on which of the person's own days the status says that they are away.

    `timezone` is the person's, by its IANA name. Without an end it counts for today only:
    tomorrow it is read again.
    """
    if not says_away(status):
        return None
    zone = known_zone(timezone) or UTC
    today = now.astimezone(zone).date()
    if status.expires_at is None:
        return Span(today, today)
    if status.expires_at <= now:
        return None
    # One that ends at midnight does not count for the day that begins then.
    last = (status.expires_at - timedelta(seconds=1)).astimezone(zone).date()
    return Span(today, max(today, last))
