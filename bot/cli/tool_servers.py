"""`teamlead tools`: the operator's way to tool servers; only here a command may be given."""

import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import typer

from bot import settings as settings_module
from bot.bootstrap import build
from bot.cli.terminal import shown
from bot.errors import NotFound, UserFacingError
from bot.services import tool_servers
from bot.services.adr_scope import scope_of
from bot.services.context import Context
from bot.services.repositories import BY_OPERATOR
from bot.services.slack_news import SlackNews
from bot.services.tool_servers import Change, NewServer, changes_of, permissions_of
from storage.models import ToolServer


@dataclass(frozen=True)
class Added:
    """What was typed after `tools add`."""

    name: str
    command: tuple[str, ...]
    url: str
    token_env: str
    env: tuple[str, ...]
    private: bool


@asynccontextmanager
async def office(workspace: str | None) -> AsyncIterator[tuple[Context, str]]:
    """Yield a context and the workspace that was named, or the only one."""
    settings = settings_module.load()
    runtime = await build(settings, SlackNews())
    ctx = runtime.context
    slack = bool(settings.slack.bot_token.get_secret_value() or settings.slack.client_id)
    try:
        async with ctx.database.begin() as uow:
            found = await scope_of(
                uow, workspace=workspace, channel=None, now=ctx.clock.now(), slack=slack
            )
        yield ctx, found.workspace_id
    finally:
        await runtime.close()


async def show(*, workspace: str | None, as_json: bool) -> None:
    """Print every server."""
    async with office(workspace) as (ctx, workspace_id), ctx.database.read() as uow:
        rows = await uow.tool_servers.all(workspace_id)
    if as_json:
        typer.echo(json.dumps([as_dict(row) for row in rows], indent=2))
    elif not rows:
        typer.echo("No tool server yet. `teamlead tools add NAME -- COMMAND` adds one.")
    for row in () if as_json else rows:
        _print(row)


async def add(wanted: Added, *, workspace: str | None) -> int:
    """Add a server and look at it; returns 1 when it is there but does not answer."""
    if bool(wanted.command) == bool(wanted.url):
        raise UserFacingError(
            "Give a command or an address.",
            hint="`teamlead tools add memory -- npx -y PACKAGE`, or `--url https://…`.",
        )
    token = os.environ.get(wanted.token_env, "") if wanted.token_env else ""
    if wanted.token_env and not token:
        raise UserFacingError(f"The environment variable {wanted.token_env} is not set.")
    async with office(workspace) as (ctx, workspace_id):
        row = await tool_servers.add(
            ctx,
            NewServer(
                workspace_id=workspace_id,
                name=wanted.name,
                by=BY_OPERATOR,
                command=wanted.command,
                env=wanted.env,
                url=wanted.url,
                token=token,
                private=wanted.private,
            ),
        )
        row = await tool_servers.check(ctx, row)
    _print(row)
    return 1 if row.problem else 0


async def check(name: str | None, *, workspace: str | None) -> int:
    """Look at one server or all; returns 1 when one does not answer."""
    async with office(workspace) as (ctx, workspace_id):
        rows = await _rows(ctx, workspace_id, name)
        seen = [await tool_servers.check(ctx, row) for row in rows]
    for row in seen:
        _print(row)
    return 1 if any(row.problem for row in seen) else 0


async def allow(name: str, choices: Sequence[str], *, workspace: str | None) -> None:
    """Change what tools may do."""
    given = dict(choice.rpartition("=")[::2] for choice in choices)
    async with office(workspace) as (ctx, workspace_id):
        (row,) = await _rows(ctx, workspace_id, name)
        row = await tool_servers.change(ctx, row, Change(by=BY_OPERATOR, permissions=given))
    _print(row)


async def remove(name: str, *, workspace: str | None) -> None:
    """Remove a server."""
    async with office(workspace) as (ctx, workspace_id):
        (row,) = await _rows(ctx, workspace_id, name)
        await tool_servers.remove(ctx, row, by=BY_OPERATOR)
    typer.echo(f"{row.name} is removed.")


async def _rows(ctx: Context, workspace_id: str, name: str | None) -> Sequence[ToolServer]:
    async with ctx.database.read() as uow:
        if name is None:
            return await uow.tool_servers.all(workspace_id)
        row = await uow.tool_servers.named(workspace_id, name)
    if row is None:
        raise NotFound("tool server", name, hint="`teamlead tools` lists them.")
    return [row]


def as_dict(row: ToolServer) -> dict[str, object]:
    """Return a server for `--json`; tokens are in none of it."""
    return {
        "name": row.name,
        "command": row.command,
        "env": row.env,
        "url": row.url,
        "has_token": bool(row.token),
        "private": row.private,
        "permissions": permissions_of(row),
        "changed": changes_of(row),
        "seen_at": row.seen_at.isoformat() if row.seen_at else None,
        "problem": row.problem,
    }


def _print(row: ToolServer) -> None:
    reached = " ".join(row.command) if row.command else row.url
    seen = f"seen {row.seen_at:%Y-%m-%d %H:%M} UTC" if row.seen_at else "never seen"
    typer.echo(shown(f"{row.problem or f'{row.name} answers.'} ({seen}) · {reached}"))
    changed = changes_of(row)
    for tool, permission in permissions_of(row).items():
        why = "  changed since it was permitted" if tool in changed else ""
        typer.echo(shown(f"  {permission:5} {tool}{why}"))
