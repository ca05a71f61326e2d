"""Who works on this database: what processes say about themselves, and what that means."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot import __version__, metrics
from bot.errors import DatabaseAway
from bot.services.context import Context
from bot.services.stored_metrics import answers
from storage.models import Worker
from storage.uow import Database

BEAT_SECONDS = 10
"""Ours: three missed ones mean something."""
GONE_AFTER = timedelta(seconds=30)
"""Ours: so long without a heartbeat, and people should look. Locks, not this, start a take-over."""

Command = Literal["run", "serve", "worker", "demo"]
State = Literal["alive", "stopped", "gone"]


@dataclass(frozen=True)
class Seen:
    """A process as it last reported itself."""

    row: Worker
    state: State
    silent: timedelta
    """Since its last heartbeat."""
    age: timedelta
    """Since its start."""


@dataclass
class Presence:
    """This process's own row; it knows its start, so that it never touches a successor's."""

    worker_id: str
    started_at: datetime
    unwritten: str = ""
    """Why the last heartbeat could not be stored; empty while they can be."""

    async def problem(self, database: Database) -> str:
        """Return what is wrong with the database in a few words: a full disk can still be read."""
        await answers(database)
        return f"takes nothing ({self.unwritten})" if self.unwritten else ""

    async def beat(self, ctx: Context, *, running: int) -> None:
        """Say that this process lives and how many tasks it works on."""
        now = ctx.clock.now()
        try:
            async with ctx.database.begin() as uow:
                await uow.workers.beat(
                    self.worker_id, started_at=self.started_at, running=running, now=now
                )
        except DatabaseAway as away:
            self.unwritten = away.kind
            raise
        self.unwritten = ""

    async def stop(self, ctx: Context) -> None:
        """Say that this process ends as it should."""
        async with ctx.database.begin() as uow:
            await uow.workers.stop(self.worker_id, started_at=self.started_at, now=ctx.clock.now())


async def start(ctx: Context, worker_id: str, *, kind: Command) -> Presence:
    """Put this process's row in; `worker_id` is its engine's executor id."""
    # The moment of the lock, not this one: runs that were taken up at once may have calls out.
    now = ctx.caller.since or ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.workers.start(
            worker_id,
            kind=kind,
            host=socket.gethostname()[:200],
            pid=os.getpid(),
            version=__version__,
            now=now,
        )
    metrics.process_started(command=kind, worker=worker_id, version=__version__)
    return Presence(worker_id, now)


async def taken_over(ctx: Context, dead_id: str, *, by: str, runs: int) -> None:
    """Note that process `by` goes on with `runs` runs of a process that died.

    What it was posting need not wait for its whole lease, only until a call that was out when it
    died cannot be on its way any more.
    """
    metrics.runs_taken_over(runs)
    now = ctx.clock.now()
    call = timedelta(seconds=ctx.settings.outbox.timeout_seconds)
    async with ctx.database.begin() as uow:
        await uow.workers.take_over(dead_id, by=by, runs=runs, now=now)
        await uow.queue.shorten_leases(dead_id, until=now + call)


async def seen(database: Database, *, now: datetime) -> list[Seen]:
    """Return every process that ever reported itself under its id, with its state."""
    async with database.read() as uow:
        rows = await uow.workers.all()
    return [
        Seen(row, state_of(row, now=now), now - row.seen_at, now - row.started_at) for row in rows
    ]


def state_of(row: Worker, *, now: datetime) -> State:
    """Return what the row says about its process."""
    if row.stopped_at is not None:
        return "stopped"
    return "alive" if now - row.seen_at < GONE_AFTER else "gone"
