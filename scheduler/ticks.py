"""The regular ticks of a process: APScheduler calls, one sweep each, nothing kept in the job."""

from functools import partial

import structlog
from apscheduler.events import EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import metrics
from bot.clock import SystemClock
from bot.services.context import Context
from bot.services.schedule_firing import Firing
from bot.services.workers import BEAT_SECONDS, Presence
from bot.workflows.engine import Engine
from scheduler.slots import Schedule, Slots
from scheduler.table import Sweep, schedules, sweeps

log = structlog.get_logger(__name__)

SCHEDULE_SECONDS = 5
"""How often due schedules of channels are looked for; one query of an index."""
CATCH_UP_SECONDS = 60
"""How often slots that were missed, or left behind by a dead process, are looked for."""


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
        # Defaults of APScheduler 3: a late job is dropped after 1 s and missed runs pile up.
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "misfire_grace_time": 60, "max_instances": 1},
            timezone="UTC",
        )

    @property
    def names(self) -> frozenset[str]:
        """Everything that runs by time in this process."""
        return frozenset(self._sweeps) | {schedule.id for schedule in self._slots.schedules}

    def start(self) -> None:
        """Begin ticking on the running loop; what was missed is caught up at once."""
        now = SystemClock().now()  # which the scheduler lives by, whatever tests do to ours
        for sweep in self._sweeps.values():
            self._scheduler.add_job(
                partial(self.run, sweep.id),
                IntervalTrigger(seconds=sweep.seconds, timezone="UTC"),
                id=sweep.id,
                max_instances=sweep.at_once,
                **({"next_run_time": now} if sweep.first else {}),
            )
        for schedule in self._slots.schedules:
            self._scheduler.add_job(partial(self._fire, schedule), schedule.trigger, id=schedule.id)
        self._scheduler.add_listener(self._measure, EVENT_JOB_SUBMITTED)
        self._scheduler.start()

    def stop(self) -> None:
        """End ticking."""
        self._scheduler.shutdown(wait=False)

    async def run(self, name: str) -> object:
        """Run a sweep now and return what it returns; None when it failed: the next tries again."""
        try:
            return await self._sweeps[name].run()
        except Exception:
            log.exception("tick.failed", job=name)
            return None

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
