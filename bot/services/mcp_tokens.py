"""Tokens of the MCP server: made, listed and revoked by the operator; the secret is shown once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.mcp_token import Agent, check_name, check_scopes, digest_of, end_of, new_token
from bot.errors import NotFound, UserFacingError
from bot.services.context import Context
from storage.models import McpToken
from storage.uow import UnitOfWork

MOST_TOKENS = 100
"""Ours, in one workspace, of those that count: more nobody looks through."""
_MINUTE = timedelta(minutes=1)
_PERSON = re.compile(r"[UW][A-Z0-9]{1,39}")


@dataclass(frozen=True)
class NewToken:
    """A token to be made; `days` 0 is without an end, no scopes are those that read."""

    workspace_id: str
    name: str
    days: int
    by: str
    scopes: tuple[str, ...] = ()
    user_id: str = ""


def check_person(user_id: str) -> None:
    """Raise UserFacingError for what is no Slack id of a person."""
    if not _PERSON.fullmatch(user_id):
        raise UserFacingError(
            f"“{user_id[:40]}” is no person's id.",
            hint="Slack shows it in a profile under “Copy member ID”, e.g. U012AB3CD.",
        )


async def create(ctx: Context, wanted: NewToken) -> tuple[McpToken, str]:
    """Store a token and return it with its secret, which is kept nowhere.

    Raises UserFacingError.
    """
    name, scopes = check_name(wanted.name), check_scopes(wanted.scopes)
    now = ctx.clock.now()
    expires_at = end_of(wanted.days, now=now)
    if wanted.user_id:
        check_person(wanted.user_id)
    if "tasks:write" in scopes and not wanted.user_id:
        raise UserFacingError(
            "A token that may delegate tasks belongs to a person, who answers for them.",
            hint="Add `--user U012AB3CD`.",
        )
    secret = new_token()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(wanted.workspace_id, now=now)
        await uow.channels.lock_workspace(wanted.workspace_id)
        if await uow.mcp_tokens.named(wanted.workspace_id, name) is not None:
            raise UserFacingError(
                f"There is a token {name} already.",
                hint=f"Take another name, or `teamlead mcp-tokens revoke {name}` first.",
            )
        if len(_counting(await uow.mcp_tokens.all(wanted.workspace_id), now)) >= MOST_TOKENS:
            raise UserFacingError(f"There are {MOST_TOKENS} tokens; revoke one first.")
        row = await uow.mcp_tokens.add(
            McpToken(
                workspace_id=wanted.workspace_id,
                name=name,
                digest=digest_of(secret),
                scopes=list(scopes),
                user_id=wanted.user_id,
                created_by=wanted.by,
                created_at=now,
                expires_at=expires_at,
            )
        )
        await _note(ctx, uow, row, by=wanted.by, action="mcp_token.create")
    return row, secret


async def revoke(ctx: Context, workspace_id: str, name: str, *, by: str) -> McpToken:
    """End a token at once. Raises NotFound."""
    async with ctx.database.begin() as uow:
        row = await uow.mcp_tokens.named(workspace_id, name.strip().lower(), lock=True)
        if row is None:
            raise NotFound("token", name, hint="`teamlead mcp-tokens` lists them.")
        row.revoked_at = ctx.clock.now()
        await _note(ctx, uow, row, by=by, action="mcp_token.revoke")
    return row


async def agent_of(ctx: Context, secret: str) -> Agent | None:
    """Return who has this secret; None for one that does not count (any more)."""
    digest = digest_of(secret)
    if not digest:
        return None
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        row = await uow.mcp_tokens.by_digest(digest, now=now)
    if row is None:
        return None
    if row.used_at is None or now - row.used_at > _MINUTE:
        async with ctx.database.begin() as uow:
            await uow.mcp_tokens.used(row.id, now=now)
    return Agent(row.workspace_id, row.name, tuple(row.scopes), user_id=row.user_id)


def _counting(rows: Iterable[McpToken], now: datetime) -> list[McpToken]:
    return [
        row
        for row in rows
        if row.revoked_at is None and (row.expires_at is None or row.expires_at > now)
    ]


async def _note(ctx: Context, uow: UnitOfWork, row: McpToken, *, by: str, action: str) -> None:
    await uow.audit.add(
        row.workspace_id,
        by,
        action=action,
        noun="mcp token",
        noun_id=row.id,
        at=ctx.clock.now(),
        details={"name": row.name, "scopes": list(row.scopes), "user": row.user_id},
    )
