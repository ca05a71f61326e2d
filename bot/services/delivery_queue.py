"""Chooses which waiting rows may go now: first of their lane, target there, rate allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.services.delivery_rows import UPDATE, Lane, lane
from bot.slack.rates import RateBuckets
from storage.models import OutboxRow
from storage.uow import Database, UnitOfWork

HORIZON = timedelta(days=1)
"""Rows whose moment lies this far ahead still count: they hold back later ones of their lane."""
_PAGE, _MOST = 100, 6_400


@dataclass(frozen=True)
class Ready:
    """A row that may be sent now, with the row whose message it edits."""

    row: OutboxRow
    target: OutboxRow | None


@dataclass(frozen=True)
class Choice:
    """Rows to send, and after how many seconds more may be due (None: nobody knows)."""

    ready: list[Ready]
    wait: float | None
    foreign: list[OutboxRow]
    """Rows that somebody else is sending, or was when it died."""


class Queue:
    """Reads the outbox; it decides, sends nothing and changes nothing."""

    def __init__(self, database: Database, buckets: RateBuckets, clock: Clock) -> None:
        self._database = database
        self._buckets = buckets
        self._clock = clock

    async def choose(self, busy: Iterable[Lane], *, most: int) -> Choice:
        """Return up to `most` rows; lanes in `busy` and those of other workers are left alone.

        A full page of rows that must all wait is followed by a larger one, so that a flood in
        one channel does not hold up the others.
        """
        limit, own = _PAGE, set(busy)
        async with self._database.read() as uow:
            foreign = [row for row in await uow.outbox.in_flight() if lane(row) not in own]
            taken = own | {lane(row) for row in foreign}
            while True:
                rows = await uow.outbox.due(self._clock.now() + HORIZON, limit=limit)
                ready, wait = await self._choose(uow, rows, taken, most=most)
                if ready or len(rows) < limit or limit >= _MOST:
                    return Choice(ready, wait, foreign)
                limit *= 4

    async def _choose(
        self, uow: UnitOfWork, rows: Sequence[OutboxRow], taken: set[Lane], *, most: int
    ) -> tuple[list[Ready], float | None]:
        ready: list[Ready] = []
        waits: list[float] = []
        now = self._clock.now()
        for row in _first_of_lanes(rows, taken):
            wait = self._wait(row, now)
            if wait > 0:
                waits.append(wait)
            if wait > 0 or len(ready) >= most:
                continue
            target = await _target(uow, row)
            if target is not None and target.state in ("pending", "sending"):
                continue
            ready.append(Ready(row, target))
            # Counted at once: the next row chosen here must see that this one goes.
            self._buckets.take(row.workspace_id, row.method, row.channel_id)
        return ready, min(waits, default=None)

    def _wait(self, row: OutboxRow, now: datetime) -> float:
        paced = self._buckets.delay(row.workspace_id, row.method, row.channel_id)
        return max((row.not_before - now).total_seconds(), paced)


def _first_of_lanes(rows: Sequence[OutboxRow], taken: set[Lane]) -> Iterable[OutboxRow]:
    seen = set(taken)
    for row in rows:
        if (queue := lane(row)) not in seen:
            seen.add(queue)
            yield row


async def _target(uow: UnitOfWork, row: OutboxRow) -> OutboxRow | None:
    if row.method != UPDATE or row.target_key is None:
        return None
    return await uow.outbox.by_key(row.workspace_id, row.target_key)
