"""Delivers the outbox: rows become calls to Slack, in order, at Slack's pace, each once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog

from bot import metrics, tracing
from bot.clock import Clock
from bot.errors import ExternalError
from bot.services.delivery_queue import Queue, Ready
from bot.services.delivery_rows import UNKNOWN, Lane, lane
from bot.services.delivery_send import Outcome, send
from bot.settings import OutboxSettings
from bot.slack.poster import Poster
from bot.slack.rates import RateBuckets
from storage.models import OutboxRow
from storage.uow import Database

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
"""Ours: how late a row shows whose `wake` got lost, e.g. one of another process."""
MOST_AT_ONCE = 16
"""Ours: calls in flight; Slack's limits are per channel and method, not per connection."""
_LEASE_TIMEOUTS = 4
"""After this many time-outs no living worker can still be at one row."""

PosterFor = Callable[[str], Awaitable[Poster]]


class Delivery:
    """One per process. `run` it as a task, `wake` it when a row was added."""

    def __init__(
        self,
        database: Database,
        poster_for: PosterFor,
        *,
        clock: Clock,
        settings: OutboxSettings,
        worker_id: str,
        buckets: RateBuckets | None = None,
    ) -> None:
        """`poster_for` gives the poster of a workspace id; `worker_id` is this process's own."""
        self._database = database
        self._poster_for = poster_for
        self._clock = clock
        self._settings = settings
        self._worker = worker_id
        self._buckets = buckets or RateBuckets(
            clock, per_channel_seconds=settings.per_channel_seconds, burst=settings.burst
        )
        self._queue = Queue(database, self._buckets, clock)
        self._woken = asyncio.Event()
        self._sending: dict[Lane, asyncio.Task[None]] = {}
        self._seen: dict[tuple[int, int], float] = {}
        """Rows that other workers send, by id and attempt -> since when we see it so."""

    def wake(self) -> None:
        """Say that something was added; costs nothing and never waits."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled; a failing database is tried again, not fatal."""
        try:
            while True:
                self._woken.clear()
                await self._pause(await self._round_or_pause())
        finally:
            await self._abandon()

    async def drain(self) -> None:
        """Send everything that may be sent at this moment of the clock, then return."""
        while True:
            await self._round()
            if not self._sending:
                return
            await asyncio.wait(self._sending.values(), return_when=asyncio.FIRST_COMPLETED)

    async def recover(self) -> int:
        """Take over rows that a dead worker left half-sent; returns how many. Call it at start.

        SQLite has one process, so every such row was left behind. Elsewhere only rows of this
        very worker id are taken now; those of others when their lease is over.
        """
        async with self._database.read() as uow:
            left = await uow.outbox.in_flight()
        alone = self._database.dialect == "sqlite"
        mine = [row for row in left if alone or row.claimed_by == self._worker]
        for row in mine:
            await self._doubt(row)
        return len(mine)

    async def _round_or_pause(self) -> float:
        try:
            return await self._round()
        except Exception as error:
            log.error("outbox.round_failed", kind=type(error).__name__, exc_info=error)
            return POLL_SECONDS

    async def _round(self) -> float:
        """Start sending what may go; returns seconds until it is worth looking again."""
        choice = await self._queue.choose(self._sending, most=MOST_AT_ONCE - len(self._sending))
        await self._take_over(choice.foreign)
        for ready in choice.ready:
            key = lane(ready.row)
            task = asyncio.create_task(self._deliver(ready), name=f"outbox-{ready.row.id}")
            self._sending[key] = task
            task.add_done_callback(partial(self._done, key))
        return POLL_SECONDS if choice.wait is None else min(choice.wait, POLL_SECONDS)

    def _done(self, key: Lane, _: "asyncio.Task[None]") -> None:
        self._sending.pop(key, None)
        self._woken.set()

    async def _pause(self, seconds: float) -> None:
        """Wait for `wake` or for the clock, whichever comes first."""
        waits = (
            asyncio.create_task(self._woken.wait()),
            asyncio.create_task(self._clock.sleep(seconds)),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _abandon(self) -> None:
        """Stop; what is in flight stays `sending` and is looked up at the next start."""
        tasks = list(self._sending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, ready: Ready) -> None:
        """Claim a row, send it, note the outcome; no transaction is open while Slack is asked."""
        try:
            row = await self._claim(ready.row)
            if row is None:
                return
            with tracing.span("outbox.send", row_id=row.id, task_id=row.task_id, method=row.method):
                outcome = await self._send(row, ready.target)
            metrics.post_tried(method=row.method, state=outcome.state)
            await self._note(row, ready.target, outcome)
        except Exception as error:
            # The database failed: the row stays `sending` until its lease is over.
            log.error(
                "outbox.row_failed",
                row_id=ready.row.id,
                task_id=ready.row.task_id,
                kind=type(error).__name__,
                exc_info=error,
            )

    async def _claim(self, row: OutboxRow) -> OutboxRow | None:
        async with self._database.begin() as uow:
            if not await uow.outbox.claim(row.id, version=row.version, worker=self._worker):
                return None
            return await uow.outbox.by_key(row.workspace_id, row.key)

    async def _send(self, row: OutboxRow, target: OutboxRow | None) -> Outcome:
        try:
            poster = await self._poster_for(row.workspace_id)
            return await send(
                poster, row, target, attempts=self._settings.attempts, now=self._clock.now()
            )
        except ExternalError as error:
            return Outcome("dead", problem=error.text)
        except Exception as error:
            # One bad row never stops the others.
            log.error("outbox.row_broke", row_id=row.id, task_id=row.task_id, exc_info=error)
            return Outcome("dead", problem="Something broke on my side; the log has the rest.")

    async def _note(self, row: OutboxRow, target: OutboxRow | None, outcome: Outcome) -> None:
        now = self._clock.now()
        if outcome.slow_down:
            self._buckets.hold(row.workspace_id, row.method, row.channel_id, seconds=outcome.wait)
        async with self._database.begin() as uow:
            if target is not None and outcome.target_ts:
                await uow.outbox.finish(
                    target.id,
                    version=target.version,
                    state="sent",
                    now=now,
                    sent_ts=outcome.target_ts,
                )
            await uow.outbox.finish(
                row.id,
                version=row.version,
                state=outcome.state,
                now=now,
                sent_ts=outcome.ts or None,
                problem=outcome.problem,
                not_before=now + timedelta(seconds=outcome.wait) if outcome.wait else None,
            )
        if outcome.state == "dead":
            log.warning("outbox.dead", row_id=row.id, task_id=row.task_id, problem=outcome.problem)

    async def _take_over(self, foreign: Sequence[OutboxRow]) -> None:
        """Put rows back whose worker cannot be alive any more: it held them too long."""
        now = self._clock.monotonic()
        marks = {(row.id, row.attempts): row for row in foreign}
        self._seen = {mark: self._seen.get(mark, now) for mark in marks}
        lease = _LEASE_TIMEOUTS * self._settings.timeout_seconds
        for mark, since in self._seen.items():
            if now - since > lease:
                await self._doubt(marks[mark])

    async def _doubt(self, row: OutboxRow) -> None:
        """Queue a half-sent row again, to be looked up first."""
        log.info("outbox.recovered", row_id=row.id, task_id=row.task_id)
        now = self._clock.now()
        async with self._database.begin() as uow:
            await uow.outbox.finish(
                row.id,
                version=row.version,
                state="pending",
                now=now,
                problem=UNKNOWN,
                not_before=now,
            )
