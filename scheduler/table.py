"""What runs by time: every sweep with its pace, and what runs once for all processes.

The paces are ours. Where somebody looks at the clock, or waits, a sweep comes every few seconds,
where things wait for days, once a minute.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

import structlog
from apscheduler.triggers.cron import CronTrigger

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
    sharing,
    sprint_sweep,
    standup_sweep,
    surveys,
    tasks,
    team_report,
    tool_servers,
    worktree_sweep,
)
from bot.services.context import Context
from bot.services.sweeps import stops_no_other
from bot.workflows import cleanup
from bot.workflows.engine import Engine
from scheduler.slots import Schedule
from storage.repositories.due import LOOKED_FOR

log = structlog.get_logger(__name__)

CLEAN_UP = CronTrigger(hour=3, minute=30, timezone="UTC")
"""When few people of the European and American day wait for the database."""
OFFERS = CronTrigger(day_of_week="mon-fri", hour=8, minute=10, timezone="UTC")
"""When decisions that nobody answers are spoken of: nobody does on a Sunday; a channel's quiet
hours hold it up further.
"""
SAMPLES = CronTrigger(minute=7, timezone="UTC")
"""When Prometheus is asked: past the full hour, when everybody else asks."""


class Sweep(NamedTuple):
    """`run` is called every so many `seconds`, in each process; what it returns is for tests.

    One that is looked for (`looked_for`) is called so often at most, while there is something due.
    """

    id: str
    seconds: int
    run: Callable[[], Awaitable[object]]
    at_once: int = 1
    """How many may be under way in this process; one more is left out, with a warning."""
    first: bool = False
    """Whether it runs at the start, too: what was missed cannot wait."""


def sweeps(ctx: Context, engine: Engine) -> tuple[Sweep, ...]:
    """Return the sweeps of rows that are due; several processes leave each other's rows out."""
    return (
        Sweep("resume-due", 15, partial(_resume_due, ctx, engine)),
        # A dead process's work goes on within 10 s.
        Sweep("sweep", 5, partial(_lost_runs, engine)),
        Sweep("escalations", 5, partial(escalation_sweep.sweep, ctx), first=True),
        Sweep("escalation-audit", 60, partial(escalation_audit.audit, ctx)),
        Sweep("standups", 5, partial(standup_sweep.sweep, ctx)),
        Sweep("architecture-reviews", 5, partial(architecture_reviews.sweep, ctx, engine)),
        Sweep("retrospectives", 10, partial(retrospective_sweep.sweep, ctx)),
        Sweep("surveys", 30, partial(surveys.sweep, ctx)),
        Sweep("sprints", 60, partial(sprint_sweep.sweep, ctx)),
        Sweep("decisions-due", 60, partial(decision_dues.tell_due, ctx)),
        Sweep("decision-files", 30, partial(adr_commits.commit_due, ctx)),
        Sweep("conflicts", 30, partial(conflict_notes.tell, ctx)),
        Sweep("hand-offs", 60, partial(hand_off_news.remind_due, ctx)),
        Sweep("memory", 15, partial(_remember, ctx, memory_records.Looked())),
        Sweep("tool-servers", 10, partial(tool_servers.check_due, ctx)),
        Sweep("channel-readers", 60, partial(sharing.sweep, ctx), first=True),
        Sweep("worktrees", 5, partial(worktree_sweep.sweep, ctx)),
        # One person's may take minutes; others' wishes go on beside it.
        Sweep("forgetting", 2, partial(forgetting.sweep, ctx), at_once=3),
        Sweep("purge", 60, partial(_purge, ctx)),
    )


def looked_for(ctx: Context) -> frozenset[str]:
    """Return the sweeps that rest until one look at the rows finds something due for them."""
    # On PostgreSQL other processes may die, which no row says.
    by_locks = frozenset() if ctx.database.dialect == "sqlite" else frozenset({"sweep"})
    return LOOKED_FOR - by_locks


def schedules(ctx: Context) -> tuple[Schedule, ...]:
    """Return what runs once for all processes at each of its moments."""
    hour = ctx.settings.teams.report_hour
    reports = CronTrigger(day_of_week="mon-fri", hour=hour, minute=0, timezone="UTC")
    return (
        Schedule("clean-up", CLEAN_UP, partial(_clean_up, ctx)),
        Schedule("escalation-offers", OFFERS, partial(_offer, ctx)),
        Schedule(measure_samples.SCHEDULE, SAMPLES, partial(_sample, ctx)),
        Schedule(team_report.SCHEDULE, reports, partial(_report, ctx)),
    )


async def _resume_due(ctx: Context, engine: Engine) -> int:
    """Start the paused tasks whose moment has come; returns how many."""
    due = await tasks.resume_due(ctx)
    for task in due:
        with stops_no_other("tick.start_failed", task_id=task.id):  # another sweep starts it
            await engine.start_task(task.id, task.workflow_id)
    return len(due)


async def _lost_runs(engine: Engine) -> int:
    """Start what lost its run, take over what lost its process; returns how many runs."""
    taken = await engine.take_over()
    started = await engine.sweep(surface="slack")
    if taken or started:
        log.info("tick.swept", taken_over=taken, started=started)
    return taken + started


async def _remember(ctx: Context, looked: memory_records.Looked) -> int:
    """Remember what rows say that are new or moved, make missing vectors; returns how many."""
    return await memory_records.sweep(ctx, looked=looked) + await embeddings.sweep(ctx)


async def _purge(ctx: Context) -> None:
    """Delete the rows of workspaces that removed the app and whose grace is over."""
    now = ctx.clock.now()
    await installation_purge.purge_due(ctx.database, ctx.settings.retention, now=now)


async def _clean_up(ctx: Context, slot: datetime) -> None:
    log.info("cleanup.done", **await cleanup.clean_up(ctx, now=slot))


async def _offer(ctx: Context, slot: datetime) -> None:
    await escalation_offers.offer(ctx, at=slot)


async def _sample(ctx: Context, slot: datetime) -> None:
    await measure_samples.sample(ctx, slot)


async def _report(ctx: Context, slot: datetime) -> None:
    log.info("team_report.sent", workspaces=await team_report.send_all(ctx, slot))
