"""The regular ticks of a process: APScheduler calls, one sweep each, nothing kept in the job."""

import structlog
from apscheduler.events import EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import metrics
from bot.services import tasks
from bot.services.context import Context
from bot.services.workers import BEAT_SECONDS, Presence
from bot.workflows.engine import Engine

log = structlog.get_logger(__name__)

RESUME_SECONDS = 15
"""How often paused tasks are looked at; they wait for minutes."""
SWEEP_SECONDS = 5
"""How often lost runs are looked for: a dead process's work goes on within 10 s."""


class Ticks:
    """Starts and stops the scheduler of this process."""

    def __init__(self, ctx: Context, engine: Engine, presence: Presence) -> None:
        """`presence` is the process's own row, which its heartbeat keeps young."""
        self._ctx = ctx
        self._engine = engine
        self._presence = presence
        # Defaults of APScheduler 3: a late job is dropped after 1 s and missed runs pile up.
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "misfire_grace_time": 60, "max_instances": 1},
            timezone="UTC",
        )

    def start(self) -> None:
        """Begin ticking on the running loop."""
        self._scheduler.add_job(
            self.resume_due,
            "interval",
            seconds=RESUME_SECONDS,
            id="resume-due",
            replace_existing=True,
        )
        self._scheduler.add_job(
            self.sweep, "interval", seconds=SWEEP_SECONDS, id="sweep", replace_existing=True
        )
        self._scheduler.add_job(
            self.beat, "interval", seconds=BEAT_SECONDS, id="heartbeat", replace_existing=True
        )
        self._scheduler.add_listener(self._measure, EVENT_JOB_SUBMITTED)
        self._scheduler.start()

    def _measure(self, event: JobSubmissionEvent) -> None:
        late = self._ctx.clock.now() - event.scheduled_run_times[-1]
        metrics.tick_started(late_seconds=late.total_seconds())

    async def beat(self) -> None:
        """Say that this process lives."""
        try:
            await self._presence.beat(self._ctx, running=self._engine.running)
        except Exception:
            log.exception("tick.failed", job="heartbeat")

    async def resume_due(self) -> int:
        """Start the paused tasks whose moment has come; returns how many."""
        try:
            due = await tasks.resume_due(self._ctx)
        except Exception:
            log.exception("tick.failed", job="resume-due")  # the next tick tries again
            return 0
        for task in due:
            try:
                await self._engine.start_task(task.id, task.workflow_id)
            except Exception:
                log.exception("tick.start_failed", task_id=task.id)  # the sweep starts it
        return len(due)

    async def sweep(self) -> int:
        """Start what lost its run, take over what lost its process; returns how many runs."""
        try:
            taken = await self._engine.take_over()
            started = await self._engine.sweep(surface="slack")
        except Exception:
            log.exception("tick.failed", job="sweep")
            return 0
        if taken or started:
            log.info("tick.swept", taken_over=taken, started=started)
        return taken + started

    def stop(self) -> None:
        """End ticking."""
        self._scheduler.shutdown(wait=False)
