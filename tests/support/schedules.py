"""Schedules for tests: a ceremony that counts its slots, and several processes that fire them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from bot.domain.schedule.draft import Draft
from bot.services import schedules
from bot.services.ceremonies import CEREMONIES
from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.services.schedule_firing import Firing
from bot.services.schedules import By, Home
from storage.models import Schedule

COUNTED = "counted"
HOME = Home("T1", "C1")
MADE_ON = date(2026, 3, 2)


class NoStarter:
    """Ceremonies of tests start no durable work."""

    async def start_task(self, task_id: str, workflow_id: str) -> None:
        """Refuse."""
        raise AssertionError(task_id)

    async def start_revision(self, decision_id: str, revision: int) -> None:
        """Refuse."""
        raise AssertionError(decision_id)


class Counted:
    """A ceremony that keeps every slot it was given."""

    def __init__(self) -> None:
        self.ran: Counter[tuple[str, datetime]] = Counter()
        self.slots: list[DueSlot] = []
        self.breaks: BaseException | None = None
        """What the next run raises."""

    async def run(self, _ctx: Context, _starter: Starter, slot: DueSlot) -> None:
        """Count the slot."""
        if self.breaks is not None:
            broken, self.breaks = self.breaks, None
            raise broken
        self.ran[slot.schedule.id, slot.at] += 1
        self.slots.append(slot)


@contextmanager
def counted() -> Iterator[Counted]:
    """Let the kind `counted` be scheduled as long as the block lasts."""
    kept = Counted()
    CEREMONIES[COUNTED] = Ceremony(COUNTED, "Counted", "is counted", 60, kept.run)
    try:
        yield kept
    finally:
        del CEREMONIES[COUNTED]


def firing(ctx: Context, worker: str = "bot-0") -> Firing:
    """Return one process's part in firing."""
    return Firing(ctx, NoStarter(), worker)


def draft(words: str = "weekdays 09:30", **more: Any) -> Draft:
    """Return a draft of something that is counted, in Berlin."""
    given = {"kind": COUNTED, "made_on": MADE_ON, "zones": ("Europe/Berlin",)} | more
    return Draft(words=words, **given)


async def scheduled(
    ctx: Context, words: str = "weekdays 09:30", *, home: Home = HOME, **more: Any
) -> Schedule:
    """Store a schedule."""
    made = await schedules.save(ctx, draft(words, **more), home, By("U1", ""))
    assert made is not None
    return made
