"""What is kept for how long: removes rows that are past their time, batch by batch."""

from datetime import datetime, timedelta

from bot.settings import RetentionSettings
from storage.repositories import retention
from storage.repositories.measure_retention import facts
from storage.repositories.retention import RetentionRepository, Stale
from storage.repositories.retrospective_retention import retrospectives
from storage.repositories.sprint_retention import sprint_votes
from storage.repositories.standup_retention import standups
from storage.uow import Database

BATCH = 500
"""Rows of one transaction: milliseconds, so that nobody waits for the write lock."""
_PAGE = 10_000
"""Keys looked up at once, in a transaction that only reads."""
_SCHEDULE_DAYS = 30
"""Ours: long enough to see what ran last month."""


def stale_rows(settings: RetentionSettings, *, now: datetime) -> dict[str, Stale]:
    """Return what is past its time at `now`, by the name that people see."""

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    found = {
        "posts": retention.sent_posts(ago(settings.outbox_days)),
        "receipts": retention.receipts(ago(settings.receipt_days)),
        "forgettings": retention.forgettings(ago(_SCHEDULE_DAYS)),
        "conflict_notes": retention.conflict_notes(ago(_SCHEDULE_DAYS)),
        "absences": retention.absences(ago(_SCHEDULE_DAYS)),
        "schedule_runs": retention.schedule_runs(ago(_SCHEDULE_DAYS)),
    }
    if settings.message_days:
        found["messages"] = retention.message_texts(ago(settings.message_days))
        found["attachments"] = retention.attachment_texts(ago(settings.message_days))
        found["tool_results"] = retention.tool_results(ago(settings.message_days))
        found["worktree_patches"] = retention.worktree_patches(ago(settings.message_days))
        found["wishes"] = retention.task_texts(ago(settings.message_days))
    if settings.standup_days:
        found |= standups(ago(settings.standup_days))
    if settings.retrospective_days:
        found |= retrospectives(ago(settings.retrospective_days))
    if settings.sprint_days:
        found["sprint_votes"] = sprint_votes(ago(settings.sprint_days))
    if settings.measure_days:
        found |= facts(ago(settings.measure_days))
    if settings.audit_days:
        found["audit"] = retention.audit(ago(settings.audit_days))
    return found


async def count_rows(
    database: Database, settings: RetentionSettings, *, now: datetime
) -> dict[str, int]:
    """Return how many rows of each kind `remove_rows` would touch."""
    async with database.read() as uow:
        repository = RetentionRepository(uow.session)
        return {
            name: await repository.count(stale)
            for name, stale in stale_rows(settings, now=now).items()
        }


async def remove_rows(
    database: Database, settings: RetentionSettings, *, now: datetime, batch: int = BATCH
) -> dict[str, int]:
    """Remove them, `batch` rows a transaction, and return how many of each kind."""
    return {
        name: await _remove(database, stale, batch=batch)
        for name, stale in stale_rows(settings, now=now).items()
    }


async def _remove(database: Database, stale: Stale, *, batch: int) -> int:
    removed = 0
    while True:
        async with database.read() as uow:
            keys = await RetentionRepository(uow.session).keys(stale, limit=_PAGE)
        before = removed
        for start in range(0, len(keys), batch):
            async with database.begin() as uow:
                removed += await RetentionRepository(uow.session).remove(
                    stale, keys[start : start + batch]
                )
        if len(keys) < _PAGE or removed == before:
            return removed
