"""The regular ticks of a process: APScheduler calls, one sweep each, nothing kept in the job."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from math import inf

import structlog
from apscheduler.events import EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import metrics
from bot.clock import SystemClock
from bot.errors import DatabaseAway
from bot.services import outbox_repair
from bot.services.context import Context
from bot.services.schedule_firing import Firing
from bot.services.workers import BEAT_SECONDS, Presence
from bot.workflows.engine import Engine
from scheduler.clock_watch import ClockWatch
from scheduler.slots import Schedule, Slots
from scheduler.table import Sweep, looked_for, schedules, sweeps
from storage.repositories.due import DueRepository

log = structlog.get_logger(__name__)

SCHEDULE_SECONDS = 5
"""How often schedules of channels are fired that are due."""
CATCH_UP_SECONDS = 60
"""How often slots that were missed, or left behind by a dead process, are looked for."""
LOOK_SECONDS = 2
"""How often it is looked whether anything is due: one question for all sweeps that rest until then.
"""
REST_SECONDS = 120
"""Ours: the longest that a sweep rests; what no row says, e.g. a folder left behind, waits so long.
"""


class Ticks:
    """Starts and stops the scheduler of this process."""

    def __init__(self, ctx: Context, engine: Engine, presence: Presence) -> None:
        """`presence` is the process's own row, which its heartbeat keeps young."""
        self._ctx = ctx
        self._slots = Slots(
            ctx.database, ctx.clock, worker=presence.worker_id, schedules=schedules(ctx)
        )
        self._firing = Firing(ctx, engine, presence.worker_id)

        async def beat() -> None:
            await presence.beat(ctx, running=engine.running)

        own = (
            Sweep("heartbeat", BEAT_SECONDS, beat),
            Sweep("schedules", SCHEDULE_SECONDS, self._firing.fire_due),
            Sweep("catch-up", CATCH_UP_SECONDS, self._catch_up, first=True),
        )
        self._sweeps = {sweep.id: sweep for sweep in (*own, *sweeps(ctx, engine))}
        self._resting = looked_for(ctx)
        self._begun: dict[str, float] = {}
        """When each of those that rest ran last, by the monotonic clock."""
        # Defaults of APScheduler 3: a late job is dropped after 1 s and missed runs pile up.
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "misfire_grace_time": 60, "max_instances": 1},
            timezone="UTC",
        )

        self._clock_watch = ClockWatch(SystemClock(), self.turned_back)
        self._stopped = False

    @property
    def names(self) -> frozenset[str]:
        """Everything that runs by time in this process."""
        return frozenset(self._sweeps) | {schedule.id for schedule in self._slots.schedules}

    def start(self) -> None:
        """Begin ticking on the running loop; what was missed is caught up at once."""
        now = SystemClock().now()  # which the scheduler lives by, whatever tests do to ours
        self._scheduler.add_job(
            partial(self._till_stop, self._look_and_run),
            IntervalTrigger(seconds=LOOK_SECONDS, timezone="UTC"),
            id="look",
            next_run_time=now,
        )
        for sweep in self._sweeps.values():
            if sweep.id in self._resting:
                continue
            self._scheduler.add_job(
                partial(self._till_stop, partial(self.run, sweep.id)),
                IntervalTrigger(seconds=sweep.seconds, timezone="UTC"),
                id=sweep.id,
                max_instances=sweep.at_once,
                **({"next_run_time": now} if sweep.first else {}),
            )
        for schedule in self._slots.schedules:
            work = partial(self._till_stop, partial(self._fire, schedule))
            self._scheduler.add_job(work, schedule.trigger, id=schedule.id)
        self._scheduler.add_listener(self._measure, EVENT_JOB_SUBMITTED)
        self._scheduler.start()
        self._clock_watch.start()

    async def turned_back(self) -> None:
        """Tick on after the machine's clock was turned back: APScheduler waits for it to catch up.

        What comes at a time of day comes at its next one; no slot that was taken runs again.
        """
        now = SystemClock().now()
        for job in self._scheduler.get_jobs():
            daily = isinstance(job.trigger, CronTrigger)
            job.modify(next_run_time=job.trigger.get_next_fire_time(None, now) if daily else now)
        self._slots.turned_back()
        await self._firing.turned_back()
        await outbox_repair.turn_back(self._ctx.database, now=self._ctx.clock.now())

    async def _till_stop(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do a job, which the end cancels: the scheduler would log that as a failure."""
        try:
            await work()
        except asyncio.CancelledError:
            if not self._stopped:
                raise

    def stop(self) -> None:
        """End ticking."""
        self._stopped = True
        self._clock_watch.stop()
        self._scheduler.shutdown(wait=False)

    async def run(self, name: str) -> object:
        """Run a sweep now and return what it returns; None when it failed: the next tries again."""
        try:
            return await self._sweeps[name].run()
        except DatabaseAway as away:  # where it stands says nothing, and it comes every few seconds
            log.error("tick.database_away", job=name, kind=away.kind)
        except Exception:
            log.exception("tick.failed", job=name)
        return None

    async def look(self) -> list[Sweep]:
        """Return the sweeps to be run now: something is due for them, or they rested for long."""
        now = self._ctx.clock.monotonic()
        if not self._begun:  # the start: those that need not run at once do so one after the other
            rests = sorted(name for name in self._resting if not self._sweeps[name].first)
            step = REST_SECONDS / max(1, len(rests))
            self._begun = {name: now - place * step for place, name in enumerate(rests)}
        async with self._ctx.database.read() as uow:
            due = await DueRepository(uow.session).names(self._ctx.clock.now())
        found = [
            sweep
            for name in sorted(self._resting)
            if (sweep := self._sweeps[name])
            and now - self._begun.get(name, -inf)
            >= (sweep.seconds if name in due else max(sweep.seconds, REST_SECONDS))
        ]
        self._begun |= {sweep.id: now for sweep in found}
        return found

    async def _look_and_run(self) -> None:
        """Hand what is due to the scheduler, which knows what is still under way."""
        try:
            found = await self.look()
        except DatabaseAway as away:
            log.error("tick.database_away", job="look", kind=away.kind)
            return
        except Exception:
            log.exception("tick.failed", job="look")
            return
        for sweep in found:
            self._scheduler.add_job(
                partial(self._till_stop, partial(self.run, sweep.id)),
                id=sweep.id,
                max_instances=sweep.at_once,
                replace_existing=True,
            )

    async def _fire(self, schedule: Schedule) -> None:
        """Run a schedule's slot, unless another process has it."""
        try:
            await self._slots.fire(schedule)
        except Exception:
            log.exception("tick.failed", job=schedule.id)  # the catch-up tries again

    async def _catch_up(self) -> None:
        """Run the slots that were missed or left behind."""
        await self._slots.catch_up()
        await self._firing.take_over()

    def _measure(self, event: JobSubmissionEvent) -> None:
        late = self._ctx.clock.now() - event.scheduled_run_times[-1]
        metrics.tick_started(late_seconds=late.total_seconds())
