"""Ends worktrees whose round is over: hands the patch over, makes the branch, removes folders.

All of it follows from rows, so a killed process leaves nothing undone and nothing is done twice.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import structlog

from bot.domain.task import ENDED
from bot.domain.worktree import WorktreeState, branch_name
from bot.errors import NotFound, UserFacingError
from bot.services import repositories
from bot.services.context import Context
from bot.services.sweeps import stops_no_other
from bot.services.worktree_news import hand_over, tell_branch
from bot.tools.repository import Outside
from bot.tools.sandbox.branch import make_branch
from storage.models import Task, Worktree

log = structlog.get_logger(__name__)

BATCH = 20
MOST_TRIES = 5
"""Ours: with the pauses between them a quarter of an hour; then the thread is told why."""
_LEASE = timedelta(minutes=20)
"""Ours: longer than a branch and its push take at most; then another process may try."""
_BROKE_OFF = "each try broke off; the log says at what."


async def sweep(ctx: Context) -> int:
    """Do what is due; returns how many worktrees were closed or became branches."""
    async with ctx.database.read() as uow:
        over = await uow.worktrees.over(limit=BATCH)
        due = await uow.worktrees.branches_due(now=ctx.clock.now(), limit=BATCH)
    done = 0
    for act, rows in ((_close, over), (_branch, due)):
        for workspace_id, worktree_id in rows:
            with stops_no_other("worktree.broken", worktree_id=worktree_id):
                done += await act(ctx, workspace_id, worktree_id)
    await _remove_folders(ctx)
    await _try_machine(ctx)
    return done


async def _try_machine(ctx: Context) -> None:
    """Find out whether there can be sandboxes here before a specialist's step asks: all other
    writers of the database would wait with it.
    """
    if ctx.sandbox is None or ctx.sandbox.was_tried:
        return
    async with ctx.database.read() as uow:
        wanted = await uow.code_repositories.any_writable()
    if wanted:
        await ctx.sandbox.problem()


async def _close(ctx: Context, workspace_id: str, worktree_id: str) -> bool:
    """Hand over what a round changed, in one transaction with closing its worktree."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        try:
            row = await uow.worktrees.get(workspace_id, worktree_id)
            task = await uow.tasks.get(row.task_id, lock=True)
            row = await uow.worktrees.get(workspace_id, worktree_id, lock=True)
        except NotFound:  # its channel was forgotten
            return False
        if row.state is not WorktreeState.OPEN or not _is_over(row, task):
            return False
        row.state, row.closed_at = WorktreeState.CLOSED, now
        if await hand_over(ctx, uow, row, task) and ctx.settings.sandbox.branch != "off":
            row.branch_at = now
    log.info("worktree.closed", worktree_id=worktree_id, task_id=row.task_id)
    return True


def _is_over(row: Worktree, task: Task) -> bool:
    return task.state in ENDED or task.round != row.round


async def _branch(ctx: Context, workspace_id: str, worktree_id: str) -> bool:
    """Make one branch, unless another process is at it; a failure is tried again."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        try:
            row = await uow.worktrees.get(workspace_id, worktree_id, lock=True)
        except NotFound:
            return False
        if row.branch_at is None or row.branch_at > now:
            return False
        if row.tries >= MOST_TRIES:  # killed, or something nobody thought of
            row.problem, row.branch_at = _BROKE_OFF, None
            await tell_branch(ctx, uow, row)
            return False
        row.branch_at, row.tries = now + _LEASE, row.tries + 1
        task = await uow.tasks.get(row.task_id)
        repository = await uow.code_repositories.named(workspace_id, row.repository)
        name = branch_name(task.number, row.round)
    problem = ""
    try:
        if repository is None or not repository.writable:
            raise UserFacingError("the repository may not be changed any more.")
        await _commit(ctx, row, Path(repository.path), name, message=f"Changes of {task.public_id}")
    except (UserFacingError, Outside) as refused:
        problem = refused.text if isinstance(refused, UserFacingError) else f"{refused}."
    except OSError as error:
        problem = f"The machine says: {error.strerror}."
    async with ctx.database.begin() as uow:
        try:
            row = await uow.worktrees.get(workspace_id, worktree_id, lock=True)
        except NotFound:  # its channel was forgotten meanwhile
            return False
        row.problem = problem
        if problem and row.tries < MOST_TRIES:
            row.branch_at = ctx.clock.now() + timedelta(minutes=row.tries)
            return False
        row.branch, row.branch_at = "" if problem else name, None
        await tell_branch(ctx, uow, row)
    return not problem


async def _commit(ctx: Context, row: Worktree, folder: Path, name: str, *, message: str) -> None:
    if row.patch is None or row.closed_at is None:
        raise UserFacingError("the patch is past its retention.")
    await make_branch(
        folder, name, base=row.base, patch=row.patch, message=message, at=row.closed_at
    )
    if ctx.settings.sandbox.branch == "push":
        await repositories.push(folder, name)


async def _remove_folders(ctx: Context) -> None:
    """Remove this machine's folders of worktrees that are not open, whoever made them."""
    if ctx.sandbox is None:
        return
    found = await asyncio.to_thread(_folders, ctx.sandbox.folder)
    for workspace_id, ids in found.items():
        async with ctx.database.read() as uow:
            still = await uow.worktrees.open_among(workspace_id, ids)
        for worktree_id in ids - still:
            await ctx.sandbox.remove_unless_busy(workspace_id, worktree_id)


def _folders(root: Path) -> dict[str, set[str]]:
    if not root.is_dir():
        return {}
    return {
        place.name: {each.name.partition(".")[0] for each in place.iterdir()}
        for place in root.iterdir()
        if place.is_dir() and not place.name.startswith(".")
    }
