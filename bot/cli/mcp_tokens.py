"""`teamlead mcp-tokens`: the operator's way to let other programs in."""

import json
from collections.abc import Sequence
from datetime import datetime

import typer

from bot.cli.tool_servers import office
from bot.services import mcp_tokens
from bot.services.mcp_tokens import NewToken
from bot.services.repositories import BY_OPERATOR
from storage.models import McpToken


async def show(*, workspace: str | None, as_json: bool) -> None:
    """Print every token, without its secret."""
    async with office(workspace) as (ctx, workspace_id), ctx.database.read() as uow:
        rows, now = await uow.mcp_tokens.all(workspace_id), ctx.clock.now()
    if as_json:
        typer.echo(json.dumps([_as_dict(row, now) for row in rows], indent=2))
    elif not rows:
        typer.echo("No token yet. `teamlead mcp-tokens create NAME` makes one.")
    for row in () if as_json else rows:
        used = f"last used {row.used_at:%Y-%m-%d %H:%M} UTC" if row.used_at else "never used"
        typer.echo(f"{row.name}: {_state(row, now)}, {used}, {_whose(row)}")
        typer.echo(f"  {' '.join(row.scopes)}")


async def create(
    name: str,
    scopes: Sequence[str],
    *,
    user: str,
    days: int | None,
    workspace: str | None,
) -> None:
    """Make a token; the secret alone goes to stdout, so that it can be piped on."""
    async with office(workspace) as (ctx, workspace_id):
        row, secret = await mcp_tokens.create(
            ctx,
            NewToken(
                workspace_id=workspace_id,
                name=name,
                days=ctx.settings.mcp.token_days if days is None else days,
                by=BY_OPERATOR,
                scopes=tuple(scopes),
                user_id=user,
            ),
        )
        state = _state(row, ctx.clock.now())
    typer.echo(f"{row.name}: {' '.join(row.scopes)}; {state}, {_whose(row)}.", err=True)
    typer.echo("This is shown once:", err=True)
    typer.echo(secret)


async def revoke(name: str, *, workspace: str | None) -> None:
    """End a token."""
    async with office(workspace) as (ctx, workspace_id):
        row = await mcp_tokens.revoke(ctx, workspace_id, name, by=BY_OPERATOR)
    typer.echo(f"{row.name} is revoked.")


def _whose(row: McpToken) -> str:
    return f"of {row.user_id}" if row.user_id else "the workspace's"


def _state(row: McpToken, now: datetime) -> str:
    if row.revoked_at is not None:
        return f"revoked {row.revoked_at:%Y-%m-%d}"
    if row.expires_at is None:
        return "without an end"
    word = "counts until" if row.expires_at > now else "ended"
    return f"{word} {row.expires_at:%Y-%m-%d}"


def _as_dict(row: McpToken, now: datetime) -> dict[str, object]:
    moments = {
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "used_at": row.used_at,
        "revoked_at": row.revoked_at,
    }
    ended = row.revoked_at or (row.expires_at is not None and row.expires_at <= now)
    return {
        "name": row.name,
        "user": row.user_id,
        "scopes": row.scopes,
        "counts": not ended,
        **{key: value.isoformat() if value else None for key, value in moments.items()},
    }
