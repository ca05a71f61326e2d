"""Throw-away worktrees of tasks: opened by a person's yes, worked in, kept as a patch.

After each call the patch is stored, so a worktree whose folder is gone, because its process is, is
laid out again from commit and patch. The folder is never what is handed over.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.redaction import Options
from bot.domain.task import ENDED
from bot.domain.worktree import WorktreeState
from bot.errors import NotFound
from bot.services.context import Context
from bot.services.workspace_settings import effective
from bot.slack.text import count
from bot.tools.port import Told, ToolFailed
from bot.tools.repository import Outside
from bot.tools.sandbox import Sandbox
from bot.tools.sandbox.tools import Asked, Opening, WorktreeTools, read_arguments
from bot.tools.sandbox.worktree import Patch, head_of
from bot.tools.sandbox.worktree import Worktree as Folder
from storage.models import CodeRepository, Task, ToolCall, Worktree, new_id
from storage.uow import UnitOfWork

LOOK_SECONDS = 1.0
"""How often it is looked whether a task was stopped, while a command of it runs."""
_NONE = "There is no open worktree here; ask for one first."


async def writable(
    ctx: Context, uow: UnitOfWork, workspace_id: str, *, seen_from: str
) -> Sequence[CodeRepository]:
    """Return the repositories that a channel's tasks may change; none where it is switched off."""
    if ctx.sandbox is None:
        return ()
    rows = await uow.code_repositories.all(workspace_id, seen_from=seen_from)
    found = [row for row in rows if row.writable]
    if not found or not (await effective(ctx, uow, workspace_id)).is_on("sandbox"):
        return ()
    return found


async def call(ctx: Context, row: ToolCall, arguments: Mapping[str, Any]) -> Told:
    """Make a call of a sandbox's tool for a task; raises ToolFailed."""
    sandbox = ctx.sandbox
    if sandbox is None:
        raise ToolFailed("There are no sandboxes here.")
    if problem := await sandbox.problem():
        raise ToolFailed(problem)
    try:
        asked = read_arguments(row.tool, arguments)
        if isinstance(asked, Opening):
            return await _open(ctx, sandbox, row, asked)
        place = await _find(ctx, row, asked.repository)
        async with sandbox.alone(place.tree.id):
            work = _work(ctx, sandbox, place, asked, tool=row.tool)
            return await _unless_stopped(ctx, row.task_id, work)
    except Outside as refused:
        return Told(f"Refused: {refused}.", failed=True)
    except OSError as error:
        raise ToolFailed(f"the worktree cannot be used ({error.strerror}).") from None


async def _unless_stopped(ctx: Context, task_id: str, work: Coroutine[Any, Any, Told]) -> Told:
    """Await `work`, but end it when somebody stops the task; raises ToolFailed then."""
    job = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({job}, timeout=LOOK_SECONDS))[0]:
            async with ctx.database.read() as uow:
                task = await uow.tasks.get(task_id)
            if task.stop_requested_by is not None:
                raise ToolFailed("The task was stopped meanwhile.")
        return job.result()
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


@dataclass(frozen=True)
class _Place:
    """An open worktree, its repository's folder, and folders that nothing in it may see."""

    tree: Worktree
    folder: Path
    hidden: tuple[Path, ...]


async def _open(ctx: Context, sandbox: Sandbox, row: ToolCall, asked: Opening) -> Told:
    """Store the worktree that somebody said yes to, and lay it out; safe to do again."""
    async with ctx.database.read() as uow:
        task = await uow.tasks.get(row.task_id)
        repository = _named(
            await writable(ctx, uow, task.workspace_id, seen_from=task.channel_id), asked
        )
        last = await uow.worktrees.before(task.id, repository.name, task.round)
    base = last.base if last is not None else await head_of(Path(repository.path))
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(row.task_id, lock=True)
        if row.answered_by is None or task.state in ENDED:
            raise Outside("nobody said yes to it, or the task has ended")
        values = _new(task, repository, row.answered_by, base=base, now=ctx.clock.now())
        if last is not None:
            values |= {name: getattr(last, name) for name in ("patch", "files", "added", "removed")}
        if await uow.worktrees.add(values):
            await uow.audit.add(
                task.workspace_id,
                row.answered_by,
                action="worktree.open",
                noun="worktree",
                noun_id=str(values["id"]),
                at=ctx.clock.now(),
                details={"repository": repository.name, "task": task.public_id},
            )
    place = await _find(ctx, row, repository.name)
    async with sandbox.alone(place.tree.id):
        await _lay_out(sandbox, place)
    again = " with what an earlier round changed" if last is not None else ""
    return Told(
        f"A worktree of {repository.name} at {place.tree.base[:10]}{again} is open until this task"
        f" ends. Use read_file, edit_file, write_file, run and diff."
    )


def _named(rows: Sequence[CodeRepository], asked: Opening) -> CodeRepository:
    found = [row for row in rows if asked.repository == row.name]
    if len(found) != 1:
        known = ", ".join(row.name for row in rows) or "none"
        raise Outside(f"name one of the repositories that may be changed: {known}")
    return found[0]


def _new(
    task: Task, repository: CodeRepository, by: str, *, base: str, now: datetime
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "workspace_id": task.workspace_id,
        "channel_id": task.channel_id,
        "task_id": task.id,
        "round": task.round,
        "repository": repository.name,
        "base": base,
        "state": WorktreeState.OPEN,
        "approved_by": by,
        "patch": None,
        "files": 0,
        "added": 0,
        "removed": 0,
        "branch": "",
        "branch_at": None,
        "tries": 0,
        "problem": "",
        "opened_at": now,
        "closed_at": None,
    }


async def _find(ctx: Context, row: ToolCall, repository: str) -> _Place:
    """Return the open worktree that a call means; raises ToolFailed."""
    async with ctx.database.read() as uow:
        task = await uow.tasks.get(row.task_id)
        rows = await writable(ctx, uow, task.workspace_id, seen_from=task.channel_id)
        all_of_them = await uow.code_repositories.all(task.workspace_id)
        open_ones = [
            tree
            for tree in await uow.worktrees.of_round(task.id, task.round)
            if tree.state is WorktreeState.OPEN and repository in ("", tree.repository)
        ]
    folders = {each.name: Path(each.path) for each in rows}
    if task.state in ENDED or len(open_ones) != 1 or open_ones[0].repository not in folders:
        raise ToolFailed(_NONE if len(open_ones) < 2 else "Name the repository that you mean.")
    hidden = tuple(Path(each.path) for each in all_of_them)
    return _Place(open_ones[0], folders[open_ones[0].repository], hidden)


async def _work(ctx: Context, sandbox: Sandbox, place: _Place, asked: Asked, *, tool: str) -> Told:
    """Do one call in a worktree and keep what it changed, also when it failed."""
    own = await _lay_out(sandbox, place)
    if tool == "diff":
        return await _diff(ctx, place)
    options = Options(**ctx.settings.redaction.model_dump())
    try:
        told = await WorktreeTools(sandbox, own, options, place.hidden).call(asked)
    finally:
        note = await _keep(ctx, sandbox, place) if tool != "read_file" else ""
    return Told(f"{told.text}\n{note}".rstrip(), failed=told.failed)


async def _lay_out(sandbox: Sandbox, place: _Place) -> Folder:
    tree = sandbox.worktree(place.tree.workspace_id, place.tree.id)
    if not tree.is_there:
        await tree.make(place.folder, place.tree.base, patch=place.tree.patch or b"")
    return tree


async def _keep(ctx: Context, sandbox: Sandbox, place: _Place) -> str:
    """Store the patch; returns what it comes to, for the model."""
    tree = sandbox.worktree(place.tree.workspace_id, place.tree.id)
    most = ctx.settings.sandbox.patch_kb * 1_000
    found = await tree.patch(place.tree.base, most=most)
    async with ctx.database.begin() as uow:
        try:
            row = await uow.worktrees.get(place.tree.workspace_id, place.tree.id, lock=True)
        except NotFound:  # its channel was forgotten meanwhile
            return "The worktree is gone."
        if row.state is not WorktreeState.OPEN:
            return "The task has ended meanwhile; this change is not kept."
        row.patch = found.data or None
        row.files, row.added, row.removed = found.files, found.added, found.removed
    return _says(found, most)


def _says(found: Patch, most: int) -> str:
    if found.is_empty:
        return "[nothing is changed]"
    if found.data is None:
        return f"[changed: more than {most // 1_000:,} kB, which is not kept; take some of it back]"
    return f"[changed: {count(found.files, 'file')}, +{found.added} −{found.removed} lines]"


async def _diff(ctx: Context, place: _Place) -> Told:
    async with ctx.database.read() as uow:
        row = await uow.worktrees.get(place.tree.workspace_id, place.tree.id)
    if not row.files:
        return Told("Nothing is changed.")
    if row.patch is None:
        return Told("The changes are too large to be kept; take some of them back.", failed=True)
    return Told(row.patch.decode("utf-8", "replace"))
