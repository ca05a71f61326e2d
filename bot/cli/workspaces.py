"""`teamlead workspaces`: where the app is installed, and what an operator does about it."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot import settings as settings_module
from bot.bootstrap import Runtime, build, open_database
from bot.cli import logs, terminal
from bot.clock import SystemClock
from bot.errors import NotFound
from bot.services import installation_purge, installations, tool_servers
from bot.services.installation_seal import new_key, seal_from
from bot.services.slack_news import SlackNews
from bot.settings import Settings
from storage.models import Installation

_COLUMNS = ("id", "workspace", "installed by", "installed", "token")
_WIDTH = 100


async def show(*, as_json: bool) -> None:
    """Print them all, no token. Raises UserFacingError for a database that is away."""
    settings = settings_module.load()
    now = SystemClock().now()
    database = await open_database(settings)
    try:
        async with database.read() as uow:
            found = await uow.installations.all()
    finally:
        await database.close()
    if as_json:
        shown = [as_dict(row, name, settings, now) for row, name in found]
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    elif found:
        console = Console()
        console.width = max(console.width, _WIDTH)
        console.print(_table(found, settings, now))
    elif settings.many_workspaces:
        page = settings.http.url.rstrip("/") or "https://YOUR-HOST"
        typer.echo(f"No workspace has installed the app yet. Begin at {page}/slack/install.")
    else:
        typer.echo("No installations are stored: one token in the environment is one workspace.")


def state_of(row: Installation, settings: Settings, now: datetime) -> str:
    """Return what is up with a workspace's token, in a few words."""
    if row.removed_at is not None:
        until = row.removed_at + timedelta(days=settings.retention.uninstalled_days)
        return f"removed {row.removed_at:%Y-%m-%d}; its rows go on {until:%Y-%m-%d}"
    if not row.bot_token:
        return "none: install again"
    if row.problem:
        return f"cannot be renewed ({row.problem}): install again"
    if row.expires_at is None:
        return "works, does not expire"
    if row.expires_at <= now:
        return "expired; renewed at the next use"
    hours = (row.expires_at - now).total_seconds() / 3600
    return f"works for {hours:.0f} h, then renewed"


def as_dict(row: Installation, name: str, settings: Settings, now: datetime) -> dict[str, Any]:
    """Return a workspace for `--json`: moments in UTC, and never a token."""
    moments = {"installed_at": row.installed_at, "expires_at": row.expires_at}
    return {
        "id": row.workspace_id,
        "name": name,
        "installed_by": row.installed_by,
        **{key: moment and moment.isoformat() for key, moment in moments.items()},
        "removed_at": row.removed_at and row.removed_at.isoformat(),
        "removed_reason": row.removed_reason,
        "problem": row.problem,
        "token": state_of(row, settings, now),
    }


def _table(found: Iterable[tuple[Installation, str]], settings: Settings, now: datetime) -> Table:
    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in _COLUMNS:
        shown.add_column(name)
    for row, name in found:
        when = f"{row.installed_at:%Y-%m-%d %H:%M}"
        state = state_of(row, settings, now)
        shown.add_row(row.workspace_id, terminal.shown(name), row.installed_by, when, state)
    return shown


def print_key() -> None:
    """Print a fresh key for TEAMLEAD_SECRETS_KEY."""
    typer.echo(new_key())


async def reseal(*, drop: bool) -> None:
    """Seal every token with the newest key, or forget it; see `installations.reseal`."""
    settings = settings_module.load()
    seal = seal_from(settings.secrets)
    runtime = await _runtime(settings)
    try:
        sealed, dropped = await installations.reseal(runtime.context, seal, drop=drop)
        more = await tool_servers.reseal(runtime.context, seal, drop=drop)
        sealed, dropped = sealed + more[0], dropped + more[1]
    finally:
        await runtime.close()
    typer.echo(f"Tokens sealed with the first key: {sealed}.")
    if dropped:
        typer.echo(f"Tokens that no key opens, now forgotten: {dropped}. Install there again.")


async def remove(workspace_id: str, *, now: bool) -> None:
    """End a workspace's work and forget its tokens, as if it had removed the app itself.

    `now` deletes its rows at once, too. Raises NotFound for a workspace that is not installed.
    """
    settings = settings_module.load()
    runtime = await _runtime(settings)
    ctx, clock = runtime.context, SystemClock()
    try:
        async with ctx.database.read() as uow:
            row = await uow.installations.find(workspace_id)
        if row is None:
            raise NotFound("workspace", workspace_id, hint="`teamlead workspaces` lists them.")
        await installations.remove(ctx, workspace_id, reason="operator", at=clock.now())
        if now:
            moment = clock.now()
            await installation_purge.purge(ctx.database, workspace_id, before=moment, now=moment)
    finally:
        await runtime.close()
    days = settings.retention.uninstalled_days
    after = "All its rows are deleted." if now else f"Its rows are deleted in {days} days."
    typer.echo(f"{workspace_id}: work ended, tokens forgotten. {after}")


async def _runtime(settings: Settings) -> Runtime:
    """Open the database with everything around it; nothing works or posts."""
    logs.set_up(settings.app, least="warning" if settings.app.log_level == "info" else None)
    news = SlackNews(wake=lambda: None)
    runtime = await build(settings, news)
    news.attach(runtime.context)
    return runtime
