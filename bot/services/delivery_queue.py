"""Takes rows for sending: noted, chosen, paced and claimed in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.domain.lanes import COMPLETE, FILE_UPLOAD, POST, UPDATE
from bot.domain.roots import is_provisional
from bot.services.delivery_note import Result, in_doubt, note
from bot.services.delivery_rows import TARGET_DEAD, Claim, Renderer
from bot.services.delivery_send import backoff, hopeless
from bot.settings import OutboxSettings
from bot.slack.rates import Bucket, Paces
from storage.models import OutboxRow, RateBucket
from storage.models.outbox import DOUBT, NOTHING
from storage.repositories.outbox_queue import Head
from storage.uow import Database, UnitOfWork

log = structlog.get_logger(__name__)

_LEASE_TIMEOUTS = 4
"""A row's search, post and joining a channel take three time-outs at most, and then some."""
_NO_THREAD = "The message that starts the thread was never delivered."
Json = dict[str, Any]
BROKEN = "Something broke on my side; the log has the rest."


@dataclass(frozen=True)
class Turn:
    """What one transaction gave."""

    claims: list[Claim]
    later: list[Result]
    """Outcomes that could not be noted now."""
    wait: float | None
    """Seconds until something is due; None when nothing waits for time."""
    more: bool
    """Whether to look again at once: rows that must wait filled the page."""


class Queue:
    """What several processes share; each claims as `worker`."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        settings: OutboxSettings,
        worker: str,
        renderer: Renderer,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._worker = worker
        self._renderer = renderer
        self._paces = Paces(settings.per_channel_seconds, settings.burst)
        self._known: set[str] = set()
        """Buckets that were seen in the database."""
        self._lease_over: datetime | None = None

    @property
    def lease(self) -> timedelta:
        """How long a claim holds."""
        return timedelta(seconds=_LEASE_TIMEOUTS * self._settings.timeout_seconds)

    async def wait(self) -> float | None:
        """Return seconds until something is due (0: now; None: nothing); one query, no lock."""
        async with self._database.read() as uow:
            return await self._wait(uow, self._clock.now())

    async def turn(self, results: Sequence[Result], *, most: int) -> Turn:
        """Note outcomes and claim up to `most` rows, in one transaction."""
        claims: list[Claim] = []
        later: list[Result] = []
        more = False
        async with self._database.begin() as uow:
            # Asked here: to begin may have taken a while.
            now = self._clock.now()
            if results:
                later = await note(uow, results, worker=self._worker, now=now)
            if self._lease_over is not None and self._lease_over <= now:
                for row in await uow.queue.overdue(now):
                    in_doubt(row, now=now)
                await uow.session.flush()
            heads = await uow.queue.heads(now, limit=most) if most > 0 else []
            buckets = await self._buckets(uow, heads, results, now)
            if heads:
                claims = await self._claim(uow, heads, buckets, now)
                more = len(heads) == most and len(claims) < most
            await uow.session.flush()
            wait = await self._wait(uow, now)
        for claim in claims:
            # Not before the end: an edit's content is not kept, it is rendered anew each time.
            claim.row.payload = claim.payload
        return Turn(claims, later, wait, more)

    async def recover(self) -> int:
        """Queue rows again that a dead process left half-sent; returns how many.

        SQLite has one process, so every such row was left behind. Elsewhere only rows of this
        very worker are taken now; those of others when their lease is over.
        """
        mine = None if self._database.dialect == "sqlite" else self._worker
        now = self._clock.now()
        async with self._database.begin() as uow:
            left = await uow.queue.under_way(claimed_by=mine)
            for row in left:
                in_doubt(row, now=now)
            await uow.session.flush()
        return len(left)

    async def _wait(self, uow: UnitOfWork, now: datetime) -> float | None:
        moments = await uow.queue.moments()
        self._lease_over = moments.lease_over
        known = [moment for moment in (moments.due, moments.lease_over) if moment is not None]
        return max(0.0, (min(known) - now).total_seconds()) if known else None

    async def _buckets(
        self,
        uow: UnitOfWork,
        heads: Sequence[Head],
        results: Sequence[Result],
        now: datetime,
    ) -> dict[str, RateBucket]:
        """Lock the buckets of these rows, made when new, and hold those that Slack asked to."""
        holds = [result for result in results if result.outcome.slow_down]
        rows = {head.row.bucket: head.row for head in heads}
        rows |= {result.claim.row.bucket: result.claim.row for result in holds}
        fresh = [row for key, row in rows.items() if key not in self._known]
        await uow.rates.ensure([self._full(row, now) for row in fresh])
        buckets = await uow.rates.lock(rows.keys())
        # Somebody may have cleaned the table up: what is not there is made next time.
        self._known = (self._known - rows.keys()) | buckets.keys()
        for result in holds:
            row, seconds = result.claim.row, result.outcome.wait
            pace = self._paces.of(row.method)
            if (stored := buckets.get(row.bucket)) is not None:
                held = _value(stored).hold(pace, now, seconds=seconds)
                _store(stored, held, free_at=held.free_at(pace))
        return buckets

    def _full(self, row: OutboxRow, now: datetime) -> dict[str, object]:
        full = self._paces.of(row.method).full(now)
        return {
            "key": row.bucket,
            "tokens": full.tokens,
            "since": full.since,
            "held_until": None,
            "free_at": now,
        }

    async def _claim(
        self,
        uow: UnitOfWork,
        heads: Sequence[Head],
        buckets: dict[str, RateBucket],
        now: datetime,
    ) -> list[Claim]:
        """Take the rows that their buckets have tokens for."""
        claims: list[Claim] = []
        values = {key: _value(stored) for key, stored in buckets.items()}
        with uow.session.no_autoflush:
            for head in heads:
                row, value = head.row, values.get(head.row.bucket)
                pace = self._paces.of(row.method)
                if value is None or value.free_at(pace) > now:
                    continue
                payload = await self._shown(uow, head, now)
                if payload is None:
                    continue
                values[row.bucket] = taken = value.take(pace, now)
                _store(buckets[row.bucket], taken, free_at=taken.free_at(pace))
                until = now + self.lease
                row.state, row.claimed_by, row.lease_until = "sending", self._worker, until
                row.attempts += 1
                claims.append(Claim(row, head.target, payload, until))
        return claims

    async def _shown(self, uow: UnitOfWork, head: Head, now: datetime) -> Json | None:
        """Return what a row is to show; None when it cannot be sent, which is noted then."""
        row = head.row
        if not await self._placed(uow, head):
            quiet = head.target is not None and head.target.problem_code == NOTHING
            _end(row, "" if quiet else _NO_THREAD, code=NOTHING if quiet else TARGET_DEAD)
            return None
        if row.view is None or (row.method == POST and row.problem_code == DOUBT and row.payload):
            return row.payload
        try:
            payload = await self._renderer.render(uow, row)
        except Exception as error:
            # One bad row never stops the others.
            log.error("outbox.row_broke", row_id=row.id, task_id=row.task_id, exc_info=error)
            row.attempts += 1
            row.not_before = now + timedelta(seconds=backoff(row.attempts))
            if hopeless(row, attempts=self._settings.attempts, now=now):
                _end(row, BROKEN, code="broken")
            return None
        if payload is None:
            _end(row, "", code=NOTHING)
        elif row.method == POST:
            # Kept, as what was sent is what it is recognised by.
            row.payload = payload
        return payload

    async def _placed(self, uow: UnitOfWork, head: Head) -> bool:
        """Put a message into its thread; False when the thread's root was never posted.

        A task's thread is known by the task; what belongs to none names its own.
        """
        row, root_ts = head.row, head.root_ts or head.row.thread_ts
        if row.method not in (POST, FILE_UPLOAD):
            if row.method in (UPDATE, COMPLETE):
                return True
            return head.target is None or head.target.state == "sent"
        if root_ts is None and row.method == POST and head.target is not None:
            # It belongs into the thread of that message, which may be its first.
            row.thread_ts = head.target.thread_ts or head.target.sent_ts
            return head.target.state == "sent" and bool(row.thread_ts)
        if root_ts is None or is_provisional(row.key):
            return True
        if is_provisional(root_ts):
            root = await uow.outbox.by_key(row.workspace_id, root_ts)
            if root is None or not root.sent_ts:
                return False
            root_ts = root.sent_ts
        row.thread_ts = root_ts
        return True


def _end(row: OutboxRow, problem: str, *, code: str) -> None:
    row.state, row.problem, row.problem_code = "dead", problem, code


def _value(row: RateBucket) -> Bucket:
    return Bucket(tokens=row.tokens, since=row.since, held_until=row.held_until)


def _store(row: RateBucket, value: Bucket, *, free_at: datetime) -> None:
    row.tokens, row.since, row.held_until = value.tokens, value.since, value.held_until
    row.free_at = free_at
