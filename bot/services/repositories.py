"""Repositories that specialists may read: the operator's folders, and clones that we keep."""

import asyncio
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.domain.repository import check_repository_name, is_clone_url
from bot.errors import NotFound, UserFacingError
from bot.services.context import Context
from storage.models import CodeRepository

CLONE_SECONDS = 600.0
"""Ours: a larger repository is cloned by hand and named as a folder."""
BY_OPERATOR = "operator"
"""Who acts at the command line, in the audit log."""


@dataclass(frozen=True)
class NewRepository:
    """A repository to be read; `channel_id` keeps it to one channel's tasks."""

    workspace_id: str
    name: str
    source: str
    channel_id: str = ""


async def add(ctx: Context, wanted: NewRepository) -> CodeRepository:
    """Store a repository; an address is cloned first. Raises UserFacingError."""
    name, now = check_repository_name(wanted.name), ctx.clock.now()
    async with ctx.database.read() as uow:
        if await uow.code_repositories.named(wanted.workspace_id, name):
            raise UserFacingError(f"There is a repository {name} already.")
    if is_clone_url(wanted.source):
        path, url = _folder(ctx, wanted.workspace_id, name), wanted.source
        await _clone(url, path)
    else:
        path, url = await asyncio.to_thread(_existing, wanted.source), ""
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(wanted.workspace_id, now=now)
        row = await uow.code_repositories.add(
            CodeRepository(
                workspace_id=wanted.workspace_id,
                name=name,
                path=str(path),
                url=url,
                channel_id=wanted.channel_id,
                fetched_at=now if url else None,
                created_at=now,
            )
        )
        await uow.audit.add(
            wanted.workspace_id,
            BY_OPERATOR,
            action="repository.add",
            noun="repository",
            noun_id=row.id,
            at=now,
            details={"name": name},
        )
    return row


async def refresh(ctx: Context, workspace_id: str, name: str) -> CodeRepository:
    """Fetch what is new into a clone; what went wrong stands in the row. Raises NotFound."""
    async with ctx.database.read() as uow:
        row = await uow.code_repositories.named(workspace_id, name)
    if row is None:
        raise NotFound("repository", name, hint="`teamlead repositories` lists them.")
    problem = ""
    if row.url:
        try:
            await _git("-C", row.path, "fetch", "--quiet", "--prune", "--no-tags", "origin")
            await _git("-C", row.path, "reset", "--quiet", "--hard", "origin/HEAD")
        except UserFacingError as failed:
            problem = failed.text
    async with ctx.database.begin() as uow:
        found = await uow.code_repositories.named(workspace_id, name)
        if found is not None:
            found.problem = problem
            if row.url and not problem:
                found.fetched_at = ctx.clock.now()
    return found or row


async def remove(ctx: Context, workspace_id: str, name: str) -> None:
    """Take a repository away, with the clone if it is ours. Raises NotFound."""
    async with ctx.database.begin() as uow:
        row = await uow.code_repositories.named(workspace_id, name)
        if row is None:
            raise NotFound("repository", name, hint="`teamlead repositories` lists them.")
        await uow.audit.add(
            workspace_id,
            BY_OPERATOR,
            action="repository.remove",
            noun="repository",
            noun_id=row.id,
            at=ctx.clock.now(),
            details={"name": name},
        )
        await uow.code_repositories.remove(row)
    if row.url:
        folder = _folder(ctx, workspace_id, name)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def allow(ctx: Context, workspace_id: str, name: str, *, change: bool) -> CodeRepository:
    """Say whether specialists may ask to change a repository's code. Raises NotFound."""
    async with ctx.database.begin() as uow:
        row = await uow.code_repositories.named(workspace_id, name)
        if row is None:
            raise NotFound("repository", name, hint="`teamlead repositories` lists them.")
        if row.writable != change:
            row.writable = change
            await uow.audit.add(
                workspace_id,
                BY_OPERATOR,
                action="repository.allow" if change else "repository.forbid",
                noun="repository",
                noun_id=row.id,
                at=ctx.clock.now(),
                details={"name": name},
            )
    return row


async def push(folder: Path, branch: str) -> None:
    """Push a branch to where the repository comes from; raises UserFacingError."""
    ref = f"refs/heads/{branch}"
    await _git("-C", str(folder), "push", "--quiet", "--no-verify", "origin", f"{ref}:{ref}")


def _folder(ctx: Context, workspace_id: str, name: str) -> Path:
    return ctx.settings.app.home / "repositories" / workspace_id / name


def _existing(source: str) -> Path:
    try:
        path = Path(source).expanduser().resolve(strict=True)
    except OSError:
        path = None
    if path is None or not path.is_dir():
        raise UserFacingError(
            f"There is no folder {source[:200]}.",
            hint="Name a folder, or an https, ssh or file address to clone from.",
        )
    return path


async def _clone(url: str, path: Path) -> None:
    """Clone into a new folder; one that a killed clone left behind is replaced."""
    await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)
    await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
    # Links become small files: nothing in the clone leads out of it.
    await _git(
        "-c", "core.symlinks=false", "clone", "--quiet", "--no-tags", "--single-branch",
        "--no-recurse-submodules", "--", url, str(path),
    )  # fmt: skip


async def _git(*args: str) -> None:
    """Run Git as the operator, whose keys it needs; raises UserFacingError with its last words."""
    process = await asyncio.create_subprocess_exec(
        "git",
        "-c",
        "core.hooksPath=/dev/null",
        *args,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "https:ssh:file"},
    )
    try:
        async with asyncio.timeout(CLONE_SECONDS):
            _, said = await process.communicate()
    except TimeoutError:
        raise UserFacingError(f"Git took longer than {CLONE_SECONDS:.0f} s.") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        words = said.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        raise UserFacingError(f"Git says: {words[-1][:200]}.")
