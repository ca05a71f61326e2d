"""`teamlead outbox`: what waits to be posted and what was given up; never what it says."""

import json
from datetime import datetime
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot import settings as settings_module
from bot.bootstrap import open_database
from bot.cli.terminal import shown
from bot.clock import SystemClock
from bot.services.outbox_repair import OutboxReport, report, retry
from storage.models import OutboxRow

_WIDTH = 100


async def show(*, as_json: bool) -> None:
    """Print depth and age by channel, and dead rows with their reasons. Raises UserFacingError."""
    database = await open_database(settings_module.load())
    try:
        found = await report(database)
    finally:
        await database.close()
    now = SystemClock().now()
    if as_json:
        typer.echo(json.dumps(as_dict(found, now), indent=2))
    else:
        _print(found, now)


async def run_retry(*, row_id: int | None, channel: str | None) -> None:
    """Queue dead rows again and say how many. Raises UserFacingError."""
    database = await open_database(settings_module.load())
    try:
        queued = await retry(database, now=SystemClock().now(), row_id=row_id, channel_id=channel)
    finally:
        await database.close()
    typer.echo(f"{queued} queued again." if queued else "Nothing to retry.")


def as_dict(found: OutboxReport, now: datetime) -> dict[str, Any]:
    """Return the report for `--json`: ages in seconds, moments in UTC."""
    oldest = min((item.oldest for item in found.depths), default=None)
    return {
        "waiting": found.waiting,
        "oldest_seconds": _age(oldest, now) if oldest else None,
        "channels": [
            {
                "workspace_id": item.workspace_id,
                "channel_id": item.channel_id,
                "waiting": item.waiting,
                "oldest_seconds": _age(item.oldest, now),
            }
            for item in found.depths
        ],
        "dead": [_dead(row) for row in found.dead],
    }


def _dead(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "workspace_id": row.workspace_id,
        "channel_id": row.channel_id,
        "task_id": row.task_id,
        "method": row.method,
        "tries": row.attempts,
        "code": row.problem_code,
        "reason": row.problem,
        "created_at": row.created_at.isoformat(),
    }


def _age(moment: datetime, now: datetime) -> int:
    return max(0, round((now - moment).total_seconds()))


def _print(found: OutboxReport, now: datetime) -> None:
    if not found.depths and not found.dead:
        typer.echo("Everything was delivered.")
        return
    console = Console()
    console.width = max(console.width, _WIDTH)
    if found.depths:
        waiting = Table("channel", "waiting", "oldest", title="To be sent", box=SIMPLE_HEAD)
        for item in found.depths:
            waiting.add_row(item.channel_id, str(item.waiting), f"{_age(item.oldest, now)} s")
        console.print(waiting)
    if found.dead:
        dead = Table(
            "id", "channel", "method", "since", "reason", title="Given up", box=SIMPLE_HEAD
        )
        for row in found.dead:
            since = f"{row.created_at:%Y-%m-%d %H:%M} UTC"
            dead.add_row(str(row.id), row.channel_id, row.method, since, shown(row.problem))
        console.print(dead)
        typer.echo("`teamlead outbox retry` sends them again once the reason is gone.")
