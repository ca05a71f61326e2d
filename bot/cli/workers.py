"""`teamlead workers`: the processes on this database, as they last reported themselves."""

import json
from datetime import timedelta
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot import settings as settings_module
from bot.bootstrap import open_database
from bot.clock import SystemClock
from bot.services.workers import Seen, seen

_COLUMNS = (
    "id", "command", "host", "pid", "version", "started", "last seen", "running", "state",
)  # fmt: skip

_WIDTH = 100
"""Less would cut ids; a narrower terminal wraps the lines."""


async def run(*, as_json: bool) -> None:
    """Print them all. Raises UserFacingError for wrong settings or a database that is away."""
    database = await open_database(settings_module.load())
    try:
        found = await seen(database, now=SystemClock().now())
    finally:
        await database.close()
    if as_json:
        typer.echo(json.dumps([as_dict(item) for item in found], indent=2))
    elif found:
        console = Console()
        console.width = max(console.width, _WIDTH)
        console.print(table(found))
    else:
        typer.echo("No process has ever worked on this database.")


def as_dict(item: Seen) -> dict[str, Any]:
    """Return a process for `--json`: moments in UTC, `silent_seconds` since its last heartbeat."""
    row = item.row
    return {
        "id": row.id,
        "command": row.kind,
        "host": row.host,
        "pid": row.pid,
        "version": row.version,
        "started_at": row.started_at.isoformat(),
        "seen_at": row.seen_at.isoformat(),
        "stopped_at": row.stopped_at.isoformat() if row.stopped_at else None,
        "silent_seconds": round(item.silent.total_seconds()),
        "running": row.running,
        "took_over": row.took_over,
        "state": item.state,
    }


def table(found: list[Seen]) -> Table:
    """Return the table for people."""
    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in _COLUMNS:
        shown.add_column(
            name, justify="right" if name in ("pid", "running") else "left", no_wrap=True
        )
    for item in found:
        row = item.row
        shown.add_row(
            row.id,
            row.kind,
            row.host,
            str(row.pid),
            row.version,
            ago(item.age),
            ago(item.silent),
            str(row.running),
            item.state,
        )
    return shown


def ago(silent: timedelta) -> str:
    """Return how long ago, in the largest whole unit: `3 s ago`, `5 min ago`, `2 h ago`."""
    seconds = max(0, round(silent.total_seconds()))
    if seconds < 60:
        return f"{seconds} s ago"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    return f"{seconds // 3600} h ago" if seconds < 48 * 3600 else f"{seconds // 86400} d ago"
