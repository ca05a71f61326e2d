"""`teamlead repositories`: which code specialists may read; the operator's alone."""

import json

import typer

from bot.cli.tool_servers import office
from bot.services import repositories
from bot.services.repositories import NewRepository
from storage.models import CodeRepository


async def show(*, workspace: str | None, as_json: bool) -> None:
    """Print every repository."""
    async with office(workspace) as (ctx, workspace_id), ctx.database.read() as uow:
        rows = await uow.code_repositories.all(workspace_id)
    if as_json:
        typer.echo(json.dumps([as_dict(row) for row in rows], indent=2))
    elif not rows:
        typer.echo("No repository yet. `teamlead repositories add NAME FOLDER` adds one.")
    for row in () if as_json else rows:
        _print(row)


async def add(name: str, source: str, *, channel: str, workspace: str | None) -> None:
    """Add a folder or a clone."""
    async with office(workspace) as (ctx, workspace_id):
        row = await repositories.add(ctx, NewRepository(workspace_id, name, source, channel))
    _print(row)


async def refresh(name: str | None, *, workspace: str | None) -> int:
    """Fetch into one clone or all; returns 1 when one could not be fetched."""
    async with office(workspace) as (ctx, workspace_id):
        async with ctx.database.read() as uow:
            names = [row.name for row in await uow.code_repositories.all(workspace_id)]
        wanted = names if name is None else [name]
        rows = [await repositories.refresh(ctx, workspace_id, each) for each in wanted]
    for row in rows:
        _print(row)
    return 1 if any(row.problem for row in rows) else 0


async def allow(name: str, *, change: bool, workspace: str | None) -> None:
    """Say whether specialists may ask to change one."""
    async with office(workspace) as (ctx, workspace_id):
        _print(await repositories.allow(ctx, workspace_id, name, change=change))


async def remove(name: str, *, workspace: str | None) -> None:
    """Take one away."""
    async with office(workspace) as (ctx, workspace_id):
        await repositories.remove(ctx, workspace_id, name)
    typer.echo(f"{name} is removed.")


def as_dict(row: CodeRepository) -> dict[str, object]:
    """Return a repository for `--json`."""
    return {
        "name": row.name,
        "path": row.path,
        "url": row.url,
        "channel": row.channel_id or None,
        "writable": row.writable,
        "fetched_at": row.fetched_at.isoformat() if row.fetched_at else None,
        "problem": row.problem,
    }


def _print(row: CodeRepository) -> None:
    where = f" · only {row.channel_id}" if row.channel_id else ""
    fetched = f" · fetched {row.fetched_at:%Y-%m-%d %H:%M} UTC" if row.fetched_at else ""
    problem = f" · {row.problem}" if row.problem else ""
    where += " · may be changed in worktrees" if row.writable else ""
    typer.echo(f"{row.name}: {row.url or row.path}{where}{fetched}{problem}")
