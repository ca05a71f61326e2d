"""Whose rows a KPI counts: a workspace's, of a time, that may be seen from somewhere."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Scope:
    """A window, and what may be counted in it. Rows of private channels that are not in `rooms`
    are left out, whoever asks.
    """

    workspace_id: str
    since: datetime
    until: datetime
    rooms: frozenset[str] = frozenset()
    """Channels, private ones too, whose rows may be counted besides those of public channels."""
    channel_id: str = ""
    """Only this channel's rows; it must be among `rooms` if it is private."""
    apart: bool = False
    """Asked where others than this company read: nothing counts but that channel's rows."""
    service: str = ""
    """Only this service's rows, by its key; only KPIs with `by_service` know it."""
    team: frozenset[str] = frozenset()
    """The specialists that there are, by name."""
    point_days: float = 1.0
    """What one story point counts for where days are counted."""
    main_branches: frozenset[str] = frozenset()
    """What the branch is called, in lower case, whose reports count before those of others."""

    def before(self) -> "Scope":
        """Return the window that ended when this one began, as long as it."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)
