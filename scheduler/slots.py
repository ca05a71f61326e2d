"""Runs each slot of a cron schedule once, whatever the number of processes and restarts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import structlog
from apscheduler.triggers.cron import CronTrigger

from bot.clock import Clock
from bot.errors import DatabaseAway
from storage.repositories.schedules import ScheduleRepository
from storage.uow import Database

log = structlog.get_logger(__name__)

_INSTANT = timedelta(microseconds=1)
_WINDOWS = tuple(timedelta(hours=hours) for hours in (1, 24, 24 * 8, 24 * 32, 24 * 400))
"""How far back a slot is looked for, nearest first: a yearly schedule has one in the last."""


@dataclass(frozen=True)
class Schedule:
    """What runs when. `run` gets the slot and may run twice for one: its process may die in it."""

    id: str
    trigger: CronTrigger
    run: Callable[[datetime], Awaitable[None]]
    missed: Literal["run_latest", "skip"] = "run_latest"
    """What happens to slots that passed while no process was up; `run_latest` runs the last."""
    take_over_after: timedelta = timedelta(minutes=15)
    """A run of this age is given to another process even if nothing says that its own is gone."""


def latest_slot(trigger: CronTrigger, *, after: datetime, until: datetime) -> datetime | None:
    """Return the last moment of the schedule later than `after`, up to `until`; None for none."""
    for window in _WINDOWS:
        start = max(after, until - window)
        found: datetime | None = None
        moment: datetime | None = trigger.get_next_fire_time(None, start + _INSTANT)
        while moment is not None and moment <= until:
            found = moment
            moment = trigger.get_next_fire_time(found, found + _INSTANT)
        if found is not None:
            return found.astimezone(UTC)
        if start == after:
            return None
    return None


class Slots:
    """The schedules of one process."""

    def __init__(
        self, database: Database, clock: Clock, *, worker: str, schedules: tuple[Schedule, ...]
    ) -> None:
        """`worker` is this process's executor id, which only one living process has."""
        self._database = database
        self._clock = clock
        self._worker = worker
        self.schedules = schedules
        self._since = clock.now()
        self._at_work: set[tuple[str, datetime]] = set()

    def turned_back(self) -> None:
        """Have missed nothing up to now: this process began by a clock that was ahead."""
        self._since = min(self._since, self._clock.now())

    async def catch_up(self) -> int:
        """Run what is due or was left behind by a dead process; returns how many runs."""
        ran = 0
        for schedule in self.schedules:
            ran += await self.take_over(schedule)
            ran += await self.fire(schedule)
        return ran

    async def fire(self, schedule: Schedule) -> bool:
        """Run the schedule's latest slot unless any process has had it; returns whether it ran.

        Slots between that one and the last that ran are dropped: several missed runs are one.
        """
        now = self._clock.now()
        async with self._database.read() as uow:
            last = await ScheduleRepository(uow.session).latest(schedule.id, until=now)
        # A schedule that never ran has missed nothing.
        after = self._since if last is None else last
        if schedule.missed == "skip":
            after = max(after, self._since)
        slot = latest_slot(schedule.trigger, after=after, until=now)
        if slot is None:
            return False
        async with self._database.begin() as uow:
            mine = await ScheduleRepository(uow.session).claim(
                schedule.id, slot, worker=self._worker, now=now
            )
        if mine:
            await self._run(schedule, slot, started_at=now)
        return mine

    async def take_over(self, schedule: Schedule) -> int:
        """Run the slots that a dead process had begun; returns how many."""
        now = self._clock.now()
        before = now - schedule.take_over_after
        taken: list[datetime] = []
        async with self._database.read() as uow:
            left = await ScheduleRepository(uow.session).left_behind(schedule.id, before=before)
        for run in left:
            if (run.schedule, run.slot) in self._at_work:
                continue
            async with self._database.begin() as uow:
                if await ScheduleRepository(uow.session).take_over(
                    run, worker=self._worker, now=now
                ):
                    taken.append(run.slot)
        for slot in taken:
            log.warning("schedule.taken_over", schedule=schedule.id, slot=slot.isoformat())
            await self._run(schedule, slot, started_at=now)
        return len(taken)

    async def _run(self, schedule: Schedule, slot: datetime, *, started_at: datetime) -> None:
        problem = ""
        self._at_work.add((schedule.id, slot))
        try:
            await schedule.run(slot)
        except DatabaseAway:
            # It is not over: `take_over` finds it begun.
            log.warning("schedule.put_off", schedule=schedule.id, slot=slot.isoformat())
            return
        except Exception as error:
            # The next slot comes; a person reads this one's row and the log.
            problem = type(error).__name__
            log.exception("schedule.failed", schedule=schedule.id, slot=slot.isoformat())
        finally:
            self._at_work.discard((schedule.id, slot))
        async with self._database.begin() as uow:
            await ScheduleRepository(uow.session).end(
                schedule.id,
                slot,
                worker=self._worker,
                started_at=started_at,
                problem=problem,
                now=self._clock.now(),
            )
