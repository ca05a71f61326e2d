"""What a ceremony gives the schedules, and what its runner is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.context import Context, Starter
from bot.slack.post import Post
from storage.models import Schedule


@dataclass(frozen=True)
class DueSlot:
    """One firing of one schedule."""

    schedule: Schedule
    """Its row as it was when the slot was taken; no longer part of any transaction."""
    at: datetime
    """The scheduled moment, in UTC: with the schedule's id it names this firing for ever."""
    zones: tuple[str, ...]
    """For which of the schedule's zones it is that time now; those with a holiday are left out."""
    by: str = ""
    """Who ran it by hand; empty: its time had come."""

    @property
    def key(self) -> str:
        """The firing's name, for outbox keys and ids of workflows."""
        return f"schedule:{self.schedule.id}:{self.at:%Y-%m-%dT%H:%M:%S.%fZ}"

    @property
    def closes_at(self) -> datetime:
        """When the window that opens now closes."""
        return self.at + timedelta(minutes=self.schedule.window_minutes)


Runner = Callable[[Context, Starter, DueSlot], Awaitable[None]]
"""Opens the ceremony. It may run twice for one slot, as its process may die in it: what it stores
is unique by (schedule id, slot). It takes seconds: longer work is started, and is durable."""


Previewer = Callable[[Context, Schedule], Awaitable[Post]]
"""Makes what would open now, for one person's eyes; it stores and posts nothing."""


@dataclass(frozen=True)
class Ceremony:
    """One kind of what can be scheduled."""

    kind: str
    title: str
    about: str
    """What happens at its time, in half a sentence."""
    window_minutes: int
    """How long it is open unless somebody says otherwise; 0: it has no window."""
    run: Runner
    preview: Previewer | None = None
    """None: its next times are all that can be shown before."""
