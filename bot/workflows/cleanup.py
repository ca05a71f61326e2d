"""The clean-up: rows, the engine's finished runs and old lock files past their time."""

import fcntl
import os
from datetime import datetime, timedelta
from pathlib import Path

from bot.services import forgetting, lost_calls, retention
from bot.services.context import Context
from bot.settings import Settings
from bot.workflows.records import Records, open_records
from storage.files import database_file, lock_folder
from storage.repositories.retention import RetentionRepository
from storage.uow import Database

_BATCH = 200
"""Runs of one transaction of the library's."""
_LOCK_AGE = timedelta(days=1)
"""Ours: nobody is about to lock a file this old, whose name holds a task's id."""


async def clean_up(ctx: Context, *, now: datetime) -> dict[str, int]:
    """Remove what is past its retention at `now`, and note calls that were lost; returns how many
    of each kind.
    """
    counts = await clean_up_database(ctx.database, ctx.settings, now=now)
    counts["rows_of_deleted_channels"] = await forgetting.forget_deleted(ctx)
    counts["lost_calls"] = await lost_calls.note_lost(ctx)
    return counts


async def clean_up_database(
    database: Database, settings: Settings, *, now: datetime, dry_run: bool = False
) -> dict[str, int]:
    """Remove what is past its retention at `now`, or only count it; by kind."""
    act = retention.count_rows if dry_run else retention.remove_rows
    counts = await act(database, settings.retention, now=now)
    before = now - timedelta(days=settings.retention.engine_days)
    async with open_records(database) as records:
        counts["runs"] = (
            0 if records is None else await _runs(database, records, before, dry_run=dry_run)
        )
    if database.dialect == "sqlite":
        folder = lock_folder(database_file(database.engine.url))
        counts["locks"] = _lock_files(folder, before=now - _LOCK_AGE, dry_run=dry_run)
    return counts


async def _runs(database: Database, records: Records, before: datetime, *, dry_run: bool) -> int:
    found, kept = 0, 0
    while True:
        skip = kept + (found if dry_run else 0)
        ids = await records.over(before=before.isoformat(), limit=_BATCH, offset=skip)
        free = await _not_needed(database, ids)
        if free and not dry_run:
            await records.delete(free)
        found += len(free)
        kept += len(ids) - len(free)
        if len(ids) < _BATCH:
            return found


async def _not_needed(database: Database, workflow_ids: list[str]) -> list[str]:
    """Return the runs whose task has ended, or whose decision does not wait for a redraft."""
    owners = {run: run.split(":")[1] for run in workflow_ids if run.count(":") >= 2}
    ids = set(owners.values())
    async with database.read() as uow:
        needed = await RetentionRepository(uow.session).needed_runs(ids, ids)
    return [run for run in workflow_ids if owners.get(run) not in needed]


def _lock_files(folder: Path, *, before: datetime, dry_run: bool) -> int:
    """Remove the files of `ask` runs that are over; a living one's is locked by the kernel."""
    removed = 0
    for file in folder.glob("ask-*.lock"):
        if file.stat().st_mtime < before.timestamp() and _remove_free(file, dry_run=dry_run):
            removed += 1
    return removed


def _remove_free(file: Path, *, dry_run: bool) -> bool:
    descriptor = os.open(file, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not dry_run:
            file.unlink()
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
