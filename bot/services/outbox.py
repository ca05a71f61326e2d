"""Delivers the outbox: rows become calls to Slack, in order, at Slack's pace, each once."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bot import metrics, tracing
from bot.clock import Clock
from bot.errors import DatabaseAway, ExternalError
from bot.services.delivery_courtesy import Lacks
from bot.services.delivery_lease import Leased
from bot.services.delivery_note import Result
from bot.services.delivery_queue import BROKEN, Queue
from bot.services.delivery_rows import UNKNOWN, Claim, Renderer
from bot.services.delivery_send import Outcome, backoff, send
from bot.services.delivery_stream import Streams
from bot.services.directory import Directory
from bot.services.outbox_repair import revive
from bot.services.people_names import Named
from bot.settings import OutboxSettings
from bot.slack.poster import Poster
from storage.models.outbox import DOUBT
from storage.uow import Database

log = structlog.get_logger(__name__)

POLL_SECONDS = {"sqlite": 2.0, "postgresql": 0.5}
"""Ours: how late a row shows that nobody told of by `wake`. On PostgreSQL other processes add some;
on SQLite there is one process, which tells."""
GATHER_SECONDS = 0.05
"""Ours: the least time between two looks, so that many small news become one transaction."""
MOST_AT_ONCE = 16
"""Ours: calls in flight; Slack's limits are per channel and method, not per connection."""
_SHARE_OF_LEASE = 0.9
"""A row whose sending takes longer is left alone before somebody else may take it."""

PosterFor = Callable[[str], Awaitable[Poster]]


class Delivery:
    """One per process, any number per database. `run` it as a task, `wake` it for new rows."""

    def __init__(
        self,
        database: Database,
        poster_for: PosterFor,
        *,
        clock: Clock,
        settings: OutboxSettings,
        worker_id: str,
        renderer: Renderer,
        directory_for: Callable[[str], Awaitable[Directory]] | None = None,
    ) -> None:
        """`poster_for` and `directory_for` give the poster and the people of a workspace id, who
        show as ids without; `worker_id` is this process's own.
        """
        self._database = database
        self._poster_for = poster_for
        self._directory_for = directory_for
        self._clock = clock
        self._attempts = settings.attempts
        self._streams = Streams(clock, Lacks())
        self._queue = Queue(
            database, clock=clock, settings=settings, worker=worker_id, renderer=renderer
        )
        self._poll = POLL_SECONDS[database.dialect]
        self._woken = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._results: list[Result] = []
        self._stopping = False

    def wake(self) -> None:
        """Say that something was added; costs nothing and never waits."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled; a failing database is tried again, not fatal."""
        try:
            while True:
                self._woken.clear()
                await self._pause(await self._step())
        finally:
            await self._abandon()

    async def drain(self) -> None:
        """Send everything that may be sent at this moment of the clock, then return."""
        while True:
            more = await self._turn() == 0
            if self._sending:
                await asyncio.wait(self._sending.values(), return_when=asyncio.FIRST_COMPLETED)
            elif not self._results and not more:
                return

    async def recover(self) -> int:
        """Take over what a dead process left half-sent; returns how many. Call it at start.

        Who starts has logged in: what an unusable token held up is sent, too.
        """
        await revive(self._database, "token", now=self._clock.now())
        return await self._queue.recover()

    async def finish(self, *, seconds: float) -> None:
        """Take no more rows and let calls in flight end, at most so long; then cancel `run`."""
        self._stopping = True
        if self._sending:
            await asyncio.wait(self._sending.values(), timeout=seconds)
        await self._note_rest()

    async def _step(self) -> float:
        """Do what is to be done; returns seconds until it is worth looking again."""
        try:
            if not self._results:
                wait = await self._queue.wait()
                if wait is None or wait > 0:
                    return self._poll if wait is None else min(wait, self._poll)
            wait = await self._turn()
            return min(max(wait, GATHER_SECONDS), self._poll)
        except Exception as error:  # delivery goes on as long as the process lives
            log.error("outbox.round_failed", kind=type(error).__name__, exc_info=error)
            return POLL_SECONDS["postgresql"]

    async def _turn(self) -> float:
        """Note what is done and start sending what may go; returns seconds until more is due.

        0 means at once: rows that must wait were in the way of others.
        """
        results, self._results = self._results, []
        free = 0 if self._stopping else MOST_AT_ONCE - len(self._sending)
        try:
            turn = await self._queue.turn(results, most=free)
        except BaseException:  # also cancelled: what was sent is noted later
            self._results = results + self._results
            raise
        self._results += turn.later
        for claim in turn.claims:
            task = asyncio.create_task(self._deliver(claim), name=f"outbox-{claim.row.id}")
            self._sending[claim.row.id] = task
            task.add_done_callback(partial(self._done, claim.row.id))
        if turn.more:
            return 0
        return self._poll if turn.wait is None else max(turn.wait, GATHER_SECONDS)

    def _done(self, row_id: int, _: "asyncio.Task[None]") -> None:
        self._sending.pop(row_id, None)
        self._woken.set()

    async def _pause(self, seconds: float) -> None:
        """Wait for `wake` or for the clock, whichever comes first."""
        # Real time, not the clock's: this is about sparing the machine.
        await asyncio.sleep(GATHER_SECONDS)
        waits = (
            asyncio.create_task(self._woken.wait()),
            asyncio.create_task(self._clock.sleep(seconds - GATHER_SECONDS)),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _abandon(self) -> None:
        """Stop; what is in flight stays `sending` and is looked up by whoever takes it over."""
        tasks = list(self._sending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._note_rest()

    async def _note_rest(self) -> None:
        self._stopping = True
        if self._results:
            try:
                await self._turn()
            except Exception as error:  # the process ends; leases run out
                log.error("outbox.round_failed", kind=type(error).__name__, exc_info=error)

    async def _deliver(self, claim: Claim) -> None:
        """Send a row; no transaction is open while Slack is asked."""
        row = claim.row
        with tracing.span("outbox.send", row_id=row.id, task_id=row.task_id, method=row.method):
            outcome = await self._send(claim)
        metrics.post_tried(method=row.method, state=outcome.state)
        self._results.append(Result(claim, outcome))

    async def _send(self, claim: Claim) -> Outcome:
        row, now = claim.row, self._clock.now()
        seconds = (claim.until - now).total_seconds() * _SHARE_OF_LEASE
        try:
            poster = await self._poster_for(row.workspace_id)
            leased: Poster = Leased(poster, self._clock, until=claim.until)
            if self._directory_for is not None:  # before the look at the clock
                leased = Named(leased, partial(self._directory_for, row.workspace_id))
            async with asyncio.timeout(seconds):
                return await send(
                    leased,
                    row,
                    claim.target,
                    attempts=self._attempts,
                    now=now,
                    streams=self._streams,
                )
        except (TimeoutError, DatabaseAway):  # the token of each call is looked up
            return Outcome("pending", problem=UNKNOWN, code=DOUBT, wait=backoff(row.attempts))
        except ExternalError as error:
            return Outcome("dead", problem=error.text, code="external")
        except Exception as error:
            # One bad row never stops the others.
            log.error("outbox.row_broke", row_id=row.id, task_id=row.task_id, exc_info=error)
            return Outcome("dead", problem=BROKEN, code="broken")
