"""Removes everything of a workspace that removed the app, once its grace is over."""

from datetime import datetime, timedelta

import structlog

from bot.settings import RetentionSettings
from storage.repositories.installation_purge import InstallationPurgeRepository, tables
from storage.uow import Database, UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 500
"""Rows of one transaction: milliseconds, so that nobody waits for the write lock."""


async def purge_due(
    database: Database, settings: RetentionSettings, *, now: datetime, batch: int = BATCH
) -> int:
    """Purge every workspace that was left so long ago; returns how many."""
    before = now - timedelta(days=settings.uninstalled_days)
    async with database.read() as uow:
        due = await uow.installations.due_for_purge(before)
    return sum([await purge(database, each, before=before, now=now, batch=batch) for each in due])


async def purge(
    database: Database, workspace_id: str, *, before: datetime, now: datetime, batch: int = BATCH
) -> bool:
    """Delete a workspace's rows, batch by batch; False when it was installed again meanwhile.

    It may be cut off at any point and begun again: the installation's row goes last.
    """
    free, rest = tables()
    for table in (table for table in free if table.name != "installation"):
        while True:
            async with database.begin() as uow:
                if not await _is_due(uow, workspace_id, before):
                    return False
                purges = InstallationPurgeRepository(uow.session)
                gone = await purges.delete(table, workspace_id, now=now, most=batch)
            if gone < batch:
                break
    async with database.begin() as uow:
        if not await _is_due(uow, workspace_id, before):
            return False
        purges = InstallationPurgeRepository(uow.session)
        for table in (*free, *rest):
            await purges.delete(table, workspace_id, now=now)
    log.info("installation.purged", team_id=workspace_id)
    return True


async def _is_due(uow: UnitOfWork, workspace_id: str, before: datetime) -> bool:
    row = await uow.installations.find(workspace_id, lock=True)
    return row is not None and row.removed_at is not None and row.removed_at <= before
