"""Writes down what became of rows: once, by whoever holds the claim, newer content kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.roots import is_provisional
from bot.services.delivery_rows import UNKNOWN, Claim
from bot.services.delivery_send import Outcome
from storage.models import OutboxRow
from storage.models.outbox import DOUBT
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Result:
    """A claim and what became of it."""

    claim: Claim
    outcome: Outcome


async def note(
    uow: UnitOfWork, results: Sequence[Result], *, worker: str, now: datetime
) -> list[Result]:
    """Write down outcomes; returns those whose rows somebody has locked, to be noted later.

    Locks are never waited for: who announces news holds several rows at once, and two that wait
    for each other's would both be stuck. An outcome whose claim is over is dropped: the row has a
    new owner, who looked before sending.
    """
    wanted = {result.claim.row.id for result in results}
    wanted |= {t.id for r in results if r.outcome.target_ts and (t := r.claim.target)}
    rows = await uow.queue.held(wanted)
    later: list[Result] = []
    for result in results:
        row, target = rows.get(result.claim.row.id), None
        if result.outcome.target_ts and result.claim.target is not None:
            target = rows.get(result.claim.target.id)
            if target is None:
                row = None
        if row is None:
            later.append(result)
        elif _is_ours(row, result.claim, worker):
            _apply(row, result, now=now)
            if target is not None:
                target.state, target.sent_ts = "sent", result.outcome.target_ts
            await _settle_thread(uow, row)
    await uow.session.flush()
    return [result for result in later if result.claim.until > now]


def _is_ours(row: OutboxRow, claim: Claim, worker: str) -> bool:
    ours = row.state == "sending" and row.claimed_by == worker
    return ours and row.lease_until == claim.until


def _apply(row: OutboxRow, result: Result, *, now: datetime) -> None:
    outcome = result.outcome
    row.claimed_by = row.lease_until = None
    row.problem, row.problem_code = outcome.problem, outcome.code
    if outcome.ts:
        row.sent_ts = outcome.ts
    if outcome.state == "sent":
        row.sent_at = now
    row.state = outcome.state
    if not outcome.tried:
        # Or one lost answer after a storm of 429 would hold a channel up for minutes.
        row.attempts = max(0, row.attempts - 1)
    if outcome.wait:
        row.not_before = now + timedelta(seconds=outcome.wait)
    newer = row.version != result.claim.row.version and outcome.state != "pending"
    moved = row.channel_id != result.claim.row.channel_id and outcome.state == "dead"
    if newer or moved:
        # Newer content came while the older was sent, or its channel got another id: it follows.
        row.state, row.not_before, row.attempts = "pending", now, 0
    if row.state == "dead":
        log.warning("outbox.dead", row_id=row.id, task_id=row.task_id, code=outcome.code)


async def _settle_thread(uow: UnitOfWork, row: OutboxRow) -> None:
    """The message that starts a thread was posted: now the thread has its place."""
    if row.sent_ts and is_provisional(row.key):
        await uow.threads.settle_root(row.workspace_id, row.channel_id, row.key, ts=row.sent_ts)


def in_doubt(row: OutboxRow, *, now: datetime) -> None:
    """Queue a half-sent row again, to be looked up first."""
    log.info("outbox.recovered", row_id=row.id, task_id=row.task_id)
    row.state, row.not_before = "pending", now
    row.claimed_by = row.lease_until = None
    row.problem, row.problem_code = UNKNOWN, DOUBT
