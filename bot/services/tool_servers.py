"""Tool servers of a workspace: added, changed, removed, and looked at whether they answer.

A command is the operator's alone, as it runs on the bot's machine; an address may be given by
whoever may configure the workspace, and leads to the public internet only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.domain.tool_pin import changed_tools, chosen_pins, mark_of_all, seen_pins
from bot.domain.tool_server import (
    Permission,
    Tool,
    check_name,
    check_url,
    chosen_permissions,
)
from bot.errors import NotFound, SettingInvalid, UserFacingError
from bot.services.context import Context
from bot.services.installation_seal import Seal, seal_from
from bot.services.tasks import LEAD_USER
from bot.services.tool_calls import cleaned
from bot.services.tool_news import say_changed
from bot.services.tool_offers import permission_for, tools_of
from bot.services.tool_reach import target_of
from bot.tools.port import ToolFailed
from storage.models import ToolServer
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

MOST_SERVERS = 20
"""Ours, in one workspace: each is a process or a connection."""
BATCH = 20
CHECK_SECONDS = 30.0
"""Ours: a server that needs longer to say what it has is of no use in a conversation."""


@dataclass(frozen=True)
class NewServer:
    """A server to be added: `command` word by word, or a `url`; `receipt` names the act."""

    workspace_id: str
    name: str
    by: str
    command: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    url: str = ""
    token: str = ""
    private: bool = False
    receipt: str = ""


async def add(ctx: Context, wanted: NewServer) -> ToolServer:
    """Store a server; what it has is asked at once by the tick. Raises UserFacingError."""
    name, now = check_name(wanted.name), ctx.clock.now()
    plain = ctx.settings.tools.private_addresses
    url = "" if wanted.command else check_url(wanted.url, plain=plain)
    token = _sealed(ctx, wanted.workspace_id, wanted.token)
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(wanted.workspace_id, now=now)
        await uow.channels.lock_workspace(wanted.workspace_id)
        there = await uow.tool_servers.named(wanted.workspace_id, name)
        if not await uow.receipts.is_new(wanted.workspace_id, wanted.receipt, now=now) and there:
            return there
        if there is not None:
            raise UserFacingError(
                f"There is a tool server {name} already.", hint="Take another name, or change it."
            )
        if len(await uow.tool_servers.all(wanted.workspace_id)) >= MOST_SERVERS:
            raise UserFacingError(f"There are {MOST_SERVERS} tool servers; remove one first.")
        row = await uow.tool_servers.add(
            ToolServer(
                workspace_id=wanted.workspace_id,
                name=name,
                command=list(wanted.command) or None,
                env=list(wanted.env),
                url=url,
                token=token,
                private=wanted.private,
                permissions={},
                pins={},
                permitted_by=wanted.by,
                tools=[],
                check_at=now,
                created_by=wanted.by,
                created_at=now,
                updated_at=now,
            )
        )
        await _note(ctx, uow, row, wanted.by, "tool_server.add")
    return row


@dataclass(frozen=True)
class Change:
    """What becomes of a server; None leaves it. `permissions` is by tool, all that were chosen."""

    by: str
    receipt: str = ""
    permissions: Mapping[str, str] | None = None
    shown: str = ""
    """A mark of the tools that the person chose for; empty for the tools as they are."""
    private: bool | None = None
    token: str | None = None


async def change(ctx: Context, row: ToolServer, wanted: Change) -> ToolServer:
    """Change a server; returns it.

    Raises NotFound, UserFacingError for a tool it does not have, or tools that changed meanwhile.
    """
    now = ctx.clock.now()
    token = None if wanted.token is None else _sealed(ctx, row.workspace_id, wanted.token)
    async with ctx.database.begin() as uow:
        row = await uow.tool_servers.get(row.workspace_id, row.id, lock=True)
        if not await uow.receipts.is_new(row.workspace_id, wanted.receipt, now=now):
            return row
        if wanted.permissions is not None:
            _permit(row, wanted)
        if wanted.private is not None:
            row.private = wanted.private
        if token is not None:
            row.token, row.updated_at, row.check_at = token, now, now
        await _note(ctx, uow, row, wanted.by, "tool_server.change")
    return row


def _permit(row: ToolServer, wanted: Change) -> None:
    """Keep what was chosen, for the tools as they are now."""
    tools = tools_of(row)
    if wanted.shown and wanted.shown != mark_of_all(tools):
        raise UserFacingError(
            f"The tools of {row.name} changed while the form was open.", hint="Open it again."
        )
    given = chosen_permissions(wanted.permissions or {}, [tool.name for tool in tools])
    row.permissions = row.permissions | given
    row.pins = chosen_pins(row.pins, given, tools)
    row.permitted_by = wanted.by


async def remove(ctx: Context, row: ToolServer, *, by: str, receipt: str = "") -> None:
    """Remove a server; calls that wait for it fail with a sentence. Raises NotFound."""
    async with ctx.database.begin() as uow:
        if not await uow.receipts.is_new(row.workspace_id, receipt, now=ctx.clock.now()):
            return
        row = await uow.tool_servers.get(row.workspace_id, row.id, lock=True)
        await _note(ctx, uow, row, by, "tool_server.remove")
        await uow.tool_servers.remove(row)


async def check(ctx: Context, row: ToolServer) -> ToolServer:
    """Ask a server what it has, and note whether it answered; returns it as it is then."""
    problem, tools = "", None
    if ctx.tools is not None:
        try:
            tools = await ctx.tools.list(target_of(ctx, row), seconds=CHECK_SECONDS)
        except ToolFailed as failed:
            problem = failed.sentence
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        found = await uow.tool_servers.named(row.workspace_id, row.name, lock=True)
        if found is None or found.id != row.id:
            return row
        found.check_at = now + timedelta(minutes=ctx.settings.tools.check_minutes)
        found.problem = problem
        if tools is not None:
            found.seen_at = now
            # What it says of them goes to the model with each call, like what a call brings.
            kept = [
                tool.model_copy(update=cleaned(ctx, tool.model_dump(exclude={"name"})))
                for tool in tools
            ]
            await _seen(ctx, uow, found, kept)
    if problem:
        log.info("tool_server.away", server_id=row.id)
    return found


async def _seen(ctx: Context, uow: UnitOfWork, row: ToolServer, tools: Sequence[Tool]) -> None:
    """Store what a server has now; a tool that is not as it was permitted asks, which is told."""
    before = tools_of(row)
    was = changed_tools(row.permissions, row.pins, before)
    row.pins = seen_pins(row.permissions, row.pins, before=before, now=tools)
    row.tools = [tool.model_dump() for tool in tools]
    changed = [name for name in changes_of(row) if name not in was]
    if changed:
        log.warning("tool_server.changed", server_id=row.id, tools=len(changed))
        await _note(ctx, uow, row, LEAD_USER, "tool_server.tools_changed", tools=changed)
        await say_changed(ctx, uow, row, changed)


async def check_due(ctx: Context) -> int:
    """Look at the servers whose moment has come; returns how many.

    The moment is moved on before, so that several processes do not look at once.
    """
    if ctx.tools is None or not ctx.settings.tools.enabled:
        return 0
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        due = await uow.tool_servers.due(now=now, limit=BATCH)
    looked = 0
    for workspace_id, server_id in due:
        try:
            async with ctx.database.begin() as uow:
                row = await uow.tool_servers.get(workspace_id, server_id, lock=True)
                if row.check_at > now:
                    continue
                row.check_at = now + timedelta(minutes=ctx.settings.tools.check_minutes)
        except NotFound:  # removed meanwhile
            continue
        await check(ctx, row)
        looked += 1
    return looked


async def check_soon(ctx: Context, row: ToolServer) -> None:
    """Have a server looked at by the next tick. Raises NotFound."""
    async with ctx.database.begin() as uow:
        found = await uow.tool_servers.get(row.workspace_id, row.id, lock=True)
        found.check_at = ctx.clock.now()


async def reseal(ctx: Context, seal: Seal, *, drop: bool = False) -> tuple[int, int]:
    """Seal every server's token with the newest key; returns how many were sealed and dropped.

    Raises SettingInvalid for one that no key opens, or with `drop` forgets it.
    """
    sealed = dropped = 0
    async with ctx.database.begin() as uow:
        for workspace_id in await uow.channels.workspace_ids():
            for row in await uow.tool_servers.all(workspace_id):
                if not row.token:
                    continue
                try:
                    row.token = seal.close(workspace_id, seal.open(workspace_id, row.token))
                    sealed += 1
                except SettingInvalid:
                    if not drop:
                        raise
                    row.token, dropped = "", dropped + 1
    return sealed, dropped


def permissions_of(row: ToolServer) -> dict[str, Permission]:
    """Return what each of a server's tools may do."""
    return {tool.name: permission_for(row, tool.name) for tool in tools_of(row)}


def changes_of(row: ToolServer) -> list[str]:
    """Return the tools that ask because they changed since they were permitted."""
    return changed_tools(row.permissions, row.pins, tools_of(row))


def _sealed(ctx: Context, workspace_id: str, token: str) -> str:
    if not token.strip():
        return ""
    try:
        return seal_from(ctx.settings.secrets).close(workspace_id, token.strip())
    except SettingInvalid:
        raise UserFacingError(
            "I cannot keep a token: I have no key to seal it with.",
            hint="The operator sets TEAMLEAD_SECRETS_KEY (docs/tools.md).",
        ) from None


async def _note(
    ctx: Context,
    uow: UnitOfWork,
    row: ToolServer,
    by: str,
    action: str,
    *,
    tools: Sequence[str] = (),
) -> None:
    named = {"tools": ", ".join(tools)} if tools else {}
    await uow.audit.add(
        row.workspace_id,
        by,
        action=action,
        noun="tool server",
        noun_id=row.id,
        at=ctx.clock.now(),
        details={"name": row.name} | named,
    )
