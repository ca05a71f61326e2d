"""Fires schedules: each slot once, whatever the number of processes, restarts and deaths.

A due schedule is locked, its slot is claimed and its next one set in one transaction; then its
ceremony runs. What a dead process had begun is taken over. A sweep without due schedules is one
query, however many there are.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.domain.schedule import Slot
from bot.errors import DatabaseAway
from bot.services import sharing
from bot.services.ceremonies import CEREMONIES
from bot.services.ceremony import DueSlot
from bot.services.context import Context, Starter
from bot.services.holiday_calendar import holiday_name
from bot.services.schedules import By, note, timetable_of
from storage.models import Schedule, ScheduleRun
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 200
"""Ours: a transaction of this size takes a fraction of a second."""
IN_TIME = timedelta(minutes=10)
"""Ours: so late is not missed yet; a restart takes less."""
TAKE_OVER_AFTER = timedelta(minutes=15)
"""A run of this age is given to another process even if nothing says that its own is gone."""
_MOST_MISSED = 20
"""Of the slots that passed while nobody was up, so many are noted; the older ones are dropped."""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Firing:
    """One process's part in it; `worker` is its executor id, which only one living process has."""

    ctx: Context
    starter: Starter
    worker: str

    async def fire_due(self) -> int:
        """Run every slot that is due now; returns how many ran."""
        ran = 0
        while True:
            now = self.ctx.clock.now()
            async with self.ctx.database.read() as uow:
                if not await uow.schedules.any_due(now):
                    return ran
            async with self.ctx.database.begin() as uow:
                rows = await uow.schedules.due(now, limit=BATCH)
                slots = [slot for row in rows if (slot := await self._claim(uow, row, now))]
            for slot in slots:
                await self.run(slot, started_at=now)
            ran += len(slots)
            if len(rows) < BATCH:
                return ran

    async def turned_back(self) -> None:
        """Let schedules fire that a clock which was ahead had put off; none runs a slot twice."""
        now, past = self.ctx.clock.now(), ""
        async with self.ctx.database.begin() as uow:
            await uow.schedule_runs.forget_missed(after=now)
        while True:
            async with self.ctx.database.begin() as uow:
                rows = await uow.schedules.ahead(now, past=past, limit=BATCH)
                for row in rows:
                    row.next_slot_at = self._soonest(row, now)
            if len(rows) < BATCH:
                return
            past = rows[-1].id

    def _soonest(self, row: Schedule, now: datetime) -> datetime | None:
        try:
            soonest = timetable_of(row).next_slot(now, holiday=holiday_name)
        except Exception:  # one row keeps no other waiting
            log.exception("schedule.broken", schedule=row.id)
            return row.next_slot_at
        return soonest if soonest is None else min(soonest, row.next_slot_at or soonest)

    async def take_over(self) -> int:
        """Run what dead processes had begun; returns how many runs."""
        now, taken = self.ctx.clock.now(), list[DueSlot]()
        async with self.ctx.database.read() as uow:
            left = await uow.schedule_runs.left_behind(None, before=now - TAKE_OVER_AFTER)
            rows = await uow.schedules.by_ids({run.schedule for run in left})
        for run in left:
            async with self.ctx.database.begin() as uow:
                if not await uow.schedule_runs.take_over(run, worker=self.worker, now=now):
                    continue
                if run.schedule not in rows:
                    await self._end(uow, run.schedule, run.slot, now, problem="removed")
                    continue
            log.warning("schedule.taken_over", schedule=run.schedule, slot=run.slot.isoformat())
            taken.append(_again(rows[run.schedule], run))
        for slot in taken:
            await self.run(slot, started_at=now)
        return len(taken)

    async def run_now(self, row: Schedule, by: By) -> bool:
        """Run a schedule at once, whatever its times; False when this act did it before."""
        now = self.ctx.clock.now()
        async with self.ctx.database.begin() as uow:
            row = await uow.schedules.get(row.workspace_id, row.id, lock=True)
            if not await uow.receipts.is_new(row.workspace_id, by.receipt, now=now):
                return False
            if not await self._take(uow, row, now, now):
                return False
            await note(uow, row, by.user_id, "run", now=now)
        await self.run(DueSlot(row, now, tuple(row.zones), by=by.user_id), started_at=now)
        return True

    async def run(self, slot: DueSlot, *, started_at: datetime) -> None:
        """Run a claimed slot and note how it ended; what it raises is noted and logged.

        One whose database went away is not over: it is taken over later.
        """
        row, problem = slot.schedule, ""
        metrics.schedule_fired(kind=row.kind, late_seconds=(started_at - slot.at).total_seconds())
        try:
            # What it tells depends on who reads there, and nobody may have spoken to us for hours.
            await sharing.is_shared(self.ctx, row.workspace_id, row.channel_id)
            await CEREMONIES[row.kind].run(self.ctx, self.starter, slot)
        except DatabaseAway:
            log.warning("schedule.put_off", schedule=row.id, slot=slot.at.isoformat())
            return
        except Exception as error:
            # The next slot comes; a person reads this one's row and the log.
            problem = type(error).__name__
            log.exception("schedule.failed", schedule=row.id, slot=slot.at.isoformat())
        async with self.ctx.database.begin() as uow:
            await self._end(uow, row.id, slot.at, started_at, problem=problem)

    async def _claim(self, uow: UnitOfWork, row: Schedule, now: datetime) -> DueSlot | None:
        """Take the latest slot that passed and set the next; one broken row stops no other."""
        try:
            passed = _passed(row, now)
            row.next_slot_at = timetable_of(row).next_slot(now, holiday=holiday_name)
        except Exception:  # one row keeps no other waiting
            log.exception("schedule.broken", schedule=row.id)
            row.next_slot_at = None
            return None
        if not passed:  # its times were changed by a new list of holidays or of zones
            return None
        *older, latest = passed
        for slot in older:
            await self._miss(uow, row, slot, now)
        if now - latest.at > max(IN_TIME, timedelta(hours=row.missed_hours)):
            await self._miss(uow, row, latest, now)
            return None
        mine = await self._take(uow, row, latest.at, now)
        return DueSlot(row, latest.at, latest.zones) if mine else None

    async def _take(self, uow: UnitOfWork, row: Schedule, at: datetime, now: datetime) -> bool:
        return await uow.schedule_runs.claim(
            row.id, at, worker=self.worker, now=now, workspace_id=row.workspace_id
        )

    async def _miss(self, uow: UnitOfWork, row: Schedule, slot: Slot, now: datetime) -> None:
        await uow.schedule_runs.claim(
            row.id,
            slot.at,
            worker=self.worker,
            now=now,
            workspace_id=row.workspace_id,
            state="missed",
        )
        log.warning("schedule.missed", schedule=row.id, slot=slot.at.isoformat())

    async def _end(
        self,
        uow: UnitOfWork,
        schedule: str,
        at: datetime,
        started_at: datetime,
        *,
        problem: str,
    ) -> None:
        await uow.schedule_runs.end(
            schedule,
            at,
            worker=self.worker,
            started_at=started_at,
            problem=problem,
            now=self.ctx.clock.now(),
        )


def _passed(row: Schedule, now: datetime) -> list[Slot]:
    """Return the newest slots from the one that was next up to now, without skipped ones."""
    if row.next_slot_at is None:
        return []
    found: deque[Slot] = deque(maxlen=_MOST_MISSED)
    for slot in timetable_of(row).slots(row.next_slot_at - _TICK, holiday=holiday_name):
        if slot.at > now:
            break
        if not slot.skipped:
            found.append(slot)
    return list(found)


def _again(row: Schedule, run: ScheduleRun) -> DueSlot:
    """Return the slot of a run that was begun: for the same zones as then."""
    slots = timetable_of(row).slots(run.slot - _TICK, holiday=holiday_name)
    slot = next(slots, None)
    zones = slot.zones if slot is not None and slot.at == run.slot else tuple(row.zones)
    return DueSlot(row, run.slot, zones)
