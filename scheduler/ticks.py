"""The regular ticks of a process: APScheduler calls, one sweep each, nothing kept in the job."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

import structlog
from apscheduler.events import EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import metrics
from bot.clock import SystemClock
from bot.services import (
    adr_commits,
    architecture_reviews,
    conflict_notes,
    decision_dues,
    embeddings,
    escalation_audit,
    escalation_offers,
    escalation_sweep,
    forgetting,
    hand_off_news,
    installation_purge,
    measure_samples,
    memory_records,
    retrospective_sweep,
    sprint_sweep,
    standup_sweep,
    surveys,
    tasks,
    team_report,
    tool_servers,
    worktree_sweep,
)
from bot.services.context import Context
from bot.services.schedule_firing import Firing
from bot.services.workers import BEAT_SECONDS, Presence
from bot.workflows import cleanup
from bot.workflows.engine import Engine
from scheduler.slots import Schedule, Slots

log = structlog.get_logger(__name__)

RESUME_SECONDS = 15
"""How often paused tasks are looked at; they wait for minutes."""
SWEEP_SECONDS = 5
"""How often lost runs are looked for: a dead process's work goes on within 10 s."""
CATCH_UP_SECONDS = 60
"""How often slots that were missed, or left behind by a dead process, are looked for."""
PURGE_SECONDS = 60
"""How often workspaces whose grace is over are looked for; one small query."""
ESCALATION_SECONDS = 5
"""How often due timers of escalations are looked for; one query of an index."""
OFFERS = CronTrigger(hour=8, minute=10, timezone="UTC")
"""When decisions that nobody answers are spoken of; a channel's quiet hours hold it up further."""
AUDIT_SECONDS = 60
"""How often the auditor looks whether timers went off."""
SCHEDULE_SECONDS = 5
"""How often due schedules of channels are looked for; one query of an index."""
STANDUP_SECONDS = 5
"""How often standups are looked for that must be reminded of or closed; one query of an index."""
REVIEW_SECONDS = 5
"""How often architecture reviews are looked for that must open or be summed up; as standups."""
FORGETTING_SECONDS = 2
"""How often wishes to forget are looked for: somebody waits; one query of an index."""
RETROSPECTIVE_SECONDS = 10
"""How often retrospectives and what came of them are looked for; three queries of indexes."""
SURVEY_SECONDS = 30
"""How often surveys are looked for that must remind or close; one query of an index."""
SPRINT_SECONDS = 60
"""How often sprints are looked for whose last day has passed; they wait for days."""
MEMORY_SECONDS = 15
"""How often rows are looked for that are to be remembered; four queries, mostly of nothing."""
HAND_OFF_SECONDS = 60
"""How often hand-offs are looked for that somebody must be reminded of; they wait for days."""
CONFLICT_SECONDS = 30
"""How often it is looked for what several tasks want; two small queries where nothing is open."""
COMMIT_SECONDS = 30
"""How often decisions are looked for that must be committed; one query of an index."""
TOOL_SERVER_SECONDS = 10
"""How often tool servers are looked for whose health is to be asked; one query of an index."""
WORKTREE_SECONDS = 5
"""How often worktrees are looked for whose task has ended; two queries of indexes."""
DUE_SECONDS = 60
"""How often decisions that came up are looked for; their moments are days."""
SAMPLES = CronTrigger(minute=7, timezone="UTC")
"""When Prometheus is asked: past the full hour, when everybody else asks."""
CLEAN_UP = CronTrigger(hour=3, minute=30, timezone="UTC")
"""Ours: when few people of the European and American day wait for the database."""


class Tick(NamedTuple):
    """One entry of the table: `run` is called when `trigger` says so, in this process."""

    id: str
    trigger: BaseTrigger
    run: Callable[[], Awaitable[object]]
    at_once: int = 1
    """How many may be under way in this process; one more is left out, with a warning."""


class Ticks:
    """Starts and stops the scheduler of this process."""

    def __init__(self, ctx: Context, engine: Engine, presence: Presence) -> None:
        """`presence` is the process's own row, which its heartbeat keeps young."""
        self._ctx = ctx
        self._engine = engine
        self._presence = presence
        # Once for all processes: see Slots. Every other tick is each process's own.
        schedules = (
            Schedule("clean-up", CLEAN_UP, self.clean_up),
            Schedule(measure_samples.SCHEDULE, SAMPLES, self.sample),
            Schedule("escalation-offers", OFFERS, self.offer_escalations),
            Schedule(
                team_report.SCHEDULE, _report_time(ctx.settings.teams.report_hour), self.report
            ),
        )
        self._slots = Slots(ctx.database, ctx.clock, worker=presence.worker_id, schedules=schedules)
        self._firing = Firing(ctx, engine, presence.worker_id)
        # Defaults of APScheduler 3: a late job is dropped after 1 s and missed runs pile up.
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "misfire_grace_time": 60, "max_instances": 1},
            timezone="UTC",
        )

    @property
    def table(self) -> tuple[Tick, ...]:
        """Everything that runs by time in this process."""
        return (
            Tick("resume-due", _every(RESUME_SECONDS), self.resume_due),
            Tick("sweep", _every(SWEEP_SECONDS), self.sweep),
            Tick("heartbeat", _every(BEAT_SECONDS), self.beat),
            Tick("catch-up", _every(CATCH_UP_SECONDS), self.catch_up),
            Tick("schedules", _every(SCHEDULE_SECONDS), self.fire_schedules),
            Tick("standups", _every(STANDUP_SECONDS), self.move_standups),
            Tick("sprints", _every(SPRINT_SECONDS), self.tell_sprints),
            Tick("surveys", _every(SURVEY_SECONDS), self.move_surveys),
            Tick("retrospectives", _every(RETROSPECTIVE_SECONDS), self.look_back),
            Tick("architecture-reviews", _every(REVIEW_SECONDS), self.move_reviews),
            Tick("decisions-due", _every(DUE_SECONDS), self.tell_due),
            # One person's may take minutes; others' wishes go on beside it.
            Tick("forgetting", _every(FORGETTING_SECONDS), self.forget, at_once=3),
            Tick("decision-files", _every(COMMIT_SECONDS), self.commit_decisions),
            Tick("conflicts", _every(CONFLICT_SECONDS), self.tell_conflicts),
            Tick("memory", _every(MEMORY_SECONDS), self.remember),
            Tick("hand-offs", _every(HAND_OFF_SECONDS), self.remind),
            Tick("tool-servers", _every(TOOL_SERVER_SECONDS), self.check_tool_servers),
            Tick("worktrees", _every(WORKTREE_SECONDS), self.end_worktrees),
            Tick("purge", _every(PURGE_SECONDS), self.purge),
            Tick("escalations", _every(ESCALATION_SECONDS), self.sweep_escalations),
            Tick("escalation-audit", _every(AUDIT_SECONDS), self.audit_escalations),
            *(
                Tick(schedule.id, schedule.trigger, partial(self.fire, schedule))
                for schedule in self._slots.schedules
            ),
        )

    def start(self) -> None:
        """Begin ticking on the running loop; what was missed is caught up at once."""
        now = SystemClock().now()  # which the scheduler lives by, whatever tests do to ours
        for tick in self.table:
            more = {"next_run_time": now} if tick.id in ("catch-up", "escalations") else {}
            self._scheduler.add_job(
                tick.run,
                tick.trigger,
                id=tick.id,
                replace_existing=True,
                max_instances=tick.at_once,
                **more,
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

    async def fire(self, schedule: Schedule) -> None:
        """Run a schedule's slot, unless another process has it."""
        try:
            await self._slots.fire(schedule)
        except Exception:
            log.exception("tick.failed", job=schedule.id)  # the catch-up tries again

    async def catch_up(self) -> None:
        """Run the slots that were missed or left behind."""
        try:
            await self._slots.catch_up()
            await self._firing.take_over()
        except Exception:
            log.exception("tick.failed", job="catch-up")

    async def fire_schedules(self) -> int:
        """Run what is due of the channels' schedules; returns how many slots."""
        try:
            return await self._firing.fire_due()
        except Exception:
            log.exception("tick.failed", job="schedules")  # the next tick tries again
            return 0

    async def remember(self) -> int:
        """Remember what rows say that are new or moved, make missing vectors; returns how many."""
        try:
            return await memory_records.sweep(self._ctx) + await embeddings.sweep(self._ctx)
        except Exception:
            log.exception("tick.failed", job="memory")  # the next tick tries again
            return 0

    async def remind(self) -> int:
        """Remind teams of hand-offs; returns of how many."""
        try:
            return await hand_off_news.remind_due(self._ctx)
        except Exception:
            log.exception("tick.failed", job="hand-offs")  # the next tick tries again
            return 0

    async def forget(self) -> int:
        """Forget people and channels, tell who asked; returns how many wishes were due."""
        try:
            return await forgetting.sweep(self._ctx)
        except Exception:
            log.exception("tick.failed", job="forgetting")  # the next tick tries again
            return 0

    async def tell_conflicts(self) -> int:
        """Tell threads that others want the same; returns how many were told."""
        try:
            return await conflict_notes.tell(self._ctx)
        except Exception:
            log.exception("tick.failed", job="conflicts")  # the next tick tries again
            return 0

    async def commit_decisions(self) -> int:
        """Commit decisions to the repository of records; returns of how many workspaces."""
        try:
            return await adr_commits.commit_due(self._ctx)
        except Exception:
            log.exception("tick.failed", job="decision-files")  # the next tick tries again
            return 0

    async def move_standups(self) -> int:
        """Remind of standups and close them; returns how many were due."""
        try:
            return await standup_sweep.sweep(self._ctx)
        except Exception:
            log.exception("tick.failed", job="standups")  # the next tick tries again
            return 0

    async def look_back(self) -> int:
        """Take retrospectives, actions and learning further; returns how many were due."""
        try:
            return await retrospective_sweep.sweep(self._ctx)
        except Exception:
            log.exception("tick.failed", job="retrospectives")  # the next tick tries again
            return 0

    async def move_surveys(self) -> int:
        """Remind of surveys and close them; returns how many were due."""
        try:
            return await surveys.sweep(self._ctx)
        except Exception:
            log.exception("tick.failed", job="surveys")  # the next tick tries again
            return 0

    async def move_reviews(self) -> int:
        """Open architecture reviews and sum them up; returns how many were due."""
        try:
            return await architecture_reviews.sweep(self._ctx, self._engine)
        except Exception:
            log.exception("tick.failed", job="architecture-reviews")  # the next tick tries again
            return 0

    async def tell_sprints(self) -> int:
        """Say of sprints that their last day has passed; returns of how many."""
        try:
            return await sprint_sweep.sweep(self._ctx)
        except Exception:
            log.exception("tick.failed", job="sprints")  # the next tick tries again
            return 0

    async def check_tool_servers(self) -> int:
        """Ask tool servers what they have; returns how many."""
        try:
            return await tool_servers.check_due(self._ctx)
        except Exception:
            log.exception("tick.failed", job="tool-servers")  # the next tick tries again
            return 0

    async def end_worktrees(self) -> int:
        """Hand over what tasks changed in worktrees, and remove them; returns how many."""
        try:
            return await worktree_sweep.sweep(self._ctx)
        except Exception:
            log.exception("tick.failed", job="worktrees")  # the next tick tries again
            return 0

    async def report(self, slot: datetime) -> None:
        """Send the daily report of `slot`."""
        log.info("team_report.sent", workspaces=await team_report.send_all(self._ctx, slot))

    async def sample(self, slot: datetime) -> None:
        """Ask Prometheus of `slot`."""
        await measure_samples.sample(self._ctx, slot)

    async def clean_up(self, slot: datetime) -> None:
        """Remove what is past its retention at `slot`."""
        counts = await cleanup.clean_up(self._ctx, now=slot)
        log.info("cleanup.done", **counts)

    async def purge(self) -> None:
        """Delete the rows of workspaces that removed the app and whose grace is over."""
        ctx = self._ctx
        try:
            await installation_purge.purge_due(
                ctx.database, ctx.settings.retention, now=ctx.clock.now()
            )
        except Exception:
            log.exception("tick.failed", job="purge")  # the next tick goes on

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

    async def tell_due(self) -> int:
        """Speak of decisions that came up; returns of how many."""
        try:
            return await decision_dues.tell_due(self._ctx)
        except Exception:
            log.exception("tick.failed", job="decisions-due")  # the next tick tries again
            return 0

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

    async def sweep_escalations(self) -> int:
        """Let the timers of escalations go off; returns how many did."""
        try:
            return await escalation_sweep.sweep(self._ctx)
        except Exception:
            log.exception("tick.failed", job="escalations")  # the next tick tries again
            return 0

    async def offer_escalations(self, slot: datetime) -> None:
        """Offer to escalate decisions that nobody answered by `slot`."""
        await escalation_offers.offer(self._ctx, at=slot)

    async def audit_escalations(self) -> None:
        """Look whether timers went off."""
        try:
            await escalation_audit.audit(self._ctx)
        except Exception:
            log.exception("tick.failed", job="escalation-audit")

    def stop(self) -> None:
        """End ticking."""
        self._scheduler.shutdown(wait=False)


def _report_time(hour: int) -> CronTrigger:
    return CronTrigger(day_of_week="mon-fri", hour=hour, minute=0, timezone="UTC")


def _every(seconds: int) -> IntervalTrigger:
    return IntervalTrigger(seconds=seconds, timezone="UTC")
