"""The regular ticks of a process: APScheduler calls, one sweep each, nothing kept in the job."""

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.services import tasks
from bot.services.context import Context, Starter

log = structlog.get_logger(__name__)

RESUME_SECONDS = 15
"""How often paused tasks are looked at; they wait for minutes."""


class Ticks:
    """Starts and stops the scheduler of this process."""

    def __init__(self, ctx: Context, starter: Starter) -> None:
        self._ctx = ctx
        self._starter = starter
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
        self._scheduler.start()

    async def resume_due(self) -> int:
        """Start the paused tasks whose moment has come; returns how many."""
        try:
            due = await tasks.resume_due(self._ctx)
            for task in due:
                await self._starter.start_task(task.id, task.workflow_id)
        except Exception:
            log.exception("tick.failed", job="resume-due")  # the next tick tries again
            return 0
        return len(due)

    def stop(self) -> None:
        """End ticking."""
        self._scheduler.shutdown(wait=False)
