"""Commits decisions to the repository of records by itself, some time after they were settled."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.adr.git import GitTarget
from bot.errors import DatabaseAway, UserFacingError
from bot.services.adr_export import ExportReport, export_folder
from bot.services.adr_scope import TERMINAL
from bot.services.context import Context
from bot.settings import Settings
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

_LEASE = timedelta(minutes=15)
"""Ours: longer than Git's commands may take together; then another process may try."""
_LONGEST_PAUSE = 60
"""Minutes between two tries of what keeps failing, at most."""


def is_committed(settings: Settings, workspace_id: str) -> bool:
    """Return whether the operator named a repository for a workspace's decisions.

    It has one set of files, so of many workspaces only the one that is named has them.
    """
    adr = settings.adr
    if not adr.repository or workspace_id == TERMINAL:
        return False
    return workspace_id == adr.workspace or not (adr.workspace or settings.many_workspaces)


async def want(ctx: Context, uow: UnitOfWork, workspace_id: str) -> None:
    """Note, in the transaction of `uow`, that the files are behind the decisions."""
    if is_committed(ctx.settings, workspace_id):
        await uow.decision_exports.want(workspace_id, now=ctx.clock.now())


async def commit_due(ctx: Context) -> int:
    """Commit what is wanted; returns for how many workspaces it was done.

    Safe in several processes and when one is killed on the way: a process claims the row for a
    while, and a commit that stands already is not made again.
    """
    if not ctx.settings.adr.repository:
        return 0
    async with ctx.database.read() as uow:
        due = await uow.decision_exports.due(now=ctx.clock.now())
    done = 0
    for workspace_id in due:
        if is_committed(ctx.settings, workspace_id):
            done += await _commit(ctx, workspace_id)
    return done


async def _commit(ctx: Context, workspace_id: str) -> bool:
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.decision_exports.claim(workspace_id, now=now, until=now + _LEASE)
        if row is None:
            return False
        wanted_at, tries = row.wanted_at, row.tries
    try:
        report = await _export(ctx, workspace_id)
    except DatabaseAway:
        raise
    except UserFacingError as refused:
        await _failed(ctx, workspace_id, tries, refused.sentence())
        return False
    except Exception:  # it is noted, and tried again later
        log.exception("adr.commit_broke", workspace_id=workspace_id)
        await _failed(ctx, workspace_id, tries, "Something broke on my side.")
        return False
    problem = _left_alone(report)
    async with ctx.database.begin() as uow:
        await uow.decision_exports.done(workspace_id, wanted_at=wanted_at, problem=problem)
    log.info("adr.committed", workspace_id=workspace_id, **report.by_outcome)
    if problem:
        log.warning("adr.left_alone", workspace_id=workspace_id, problem=problem)
    return True


async def _export(ctx: Context, workspace_id: str) -> ExportReport:
    target = await asyncio.to_thread(_target, ctx.settings)
    return await export_folder(ctx.database, ctx.clock, target, workspace=workspace_id, slack=True)


def _target(settings: Settings) -> GitTarget:
    adr = settings.adr
    place = Path(adr.repository).expanduser()
    return GitTarget(place, adr.branch, adr.folder, push=adr.push)


async def _failed(ctx: Context, workspace_id: str, tries: int, problem: str) -> None:
    pause = timedelta(minutes=min(_LONGEST_PAUSE, 2 ** min(tries, 10)))
    again: datetime = ctx.clock.now() + pause
    async with ctx.database.begin() as uow:
        await uow.decision_exports.failed(workspace_id, again_at=again, problem=problem)
    log.warning("adr.not_committed", workspace_id=workspace_id, tries=tries, problem=problem)


def _left_alone(report: ExportReport) -> str:
    """Return what a person has to look at; empty for nothing."""
    edited = [item.name for item in report.written if item.outcome == "conflict"]
    if not edited:
        return ""
    names = ", ".join(edited[:3]) + (f" and {len(edited) - 3} more" if len(edited) > 3 else "")
    return f"Edited since they were written: {names}. `teamlead adr import` takes them in."
