"""`teamlead adr import` and `adr export`: decision records from files and to files."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot import settings as settings_module
from bot.adr.folder import read_folder
from bot.adr.git import GitTarget, repository_label
from bot.adr.target import FolderTarget, Target
from bot.bootstrap import open_database
from bot.clock import SystemClock
from bot.errors import UserFacingError
from bot.services.adr_export import ExportReport, export_folder
from bot.services.adr_import import ImportReport, Order, import_folder
from bot.settings import AdrSettings, Settings

CONFLICT = 2
"""The exit code when something was left alone that differs on both sides."""


async def run_import(
    folder: Path,
    *,
    source: str | None,
    workspace: str | None,
    channel: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Import a folder and print what became of it; returns the exit code."""
    read = await asyncio.to_thread(read_folder, folder)
    label = source if source else await asyncio.to_thread(repository_label, folder)
    settings = settings_module.load()
    order = Order(
        read,
        label,
        workspace=workspace,
        channel=channel,
        dry_run=dry_run,
        slack=_has_slack(settings),
    )
    database = await open_database(settings)
    try:
        report = await import_folder(database, SystemClock(), order)
    finally:
        await database.close()
    if as_json:
        typer.echo(json.dumps(_import_json(report, dry_run=dry_run), indent=2))
    else:
        _print_import(report, folder, dry_run=dry_run)
    return CONFLICT if report.by_outcome["conflict"] else 0


async def run_export(
    folder: Path | None,
    *,
    git: Path | None,
    branch: str | None,
    push: bool,
    workspace: str | None,
    channel: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Export into a folder or onto a branch, print what was written; returns the exit code."""
    settings = settings_module.load()
    target = _target(settings.adr, folder, git, branch, push=push)
    database = await open_database(settings)
    try:
        report = await export_folder(
            database,
            SystemClock(),
            target,
            workspace=workspace,
            channel=channel,
            dry_run=dry_run,
            slack=_has_slack(settings),
        )
    finally:
        await database.close()
    if as_json:
        typer.echo(json.dumps(_export_json(report, dry_run=dry_run), indent=2))
    else:
        _print_export(report)
    return CONFLICT if report.by_outcome["conflict"] else 0


def _has_slack(settings: Settings) -> bool:
    return bool(settings.slack.bot_token.get_secret_value() or settings.slack.client_id)


def _target(
    settings: AdrSettings, folder: Path | None, git: Path | None, branch: str | None, *, push: bool
) -> Target:
    """Return the folder that was named; else, or with a repository, a branch of that."""
    if git is None and (folder is None or branch) and settings.repository:
        git = Path(settings.repository).expanduser()
    if git is not None:
        inside = folder.as_posix() if folder else settings.folder
        return GitTarget(git, branch or settings.branch, inside, push=push)
    if folder is None or branch:
        raise UserFacingError(
            "There is no repository to commit in.",
            hint="Name a folder, or `--git REPOSITORY`, or set TEAMLEAD_ADR_REPOSITORY.",
        )
    if push:
        raise UserFacingError("`--push` needs `--git`.", hint="Name the repository to commit in.")
    return FolderTarget(folder)


def _import_json(report: ImportReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "workspace_id": report.scope.workspace_id,
        "channel_id": report.scope.channel_id or None,
        "dry_run": dry_run,
        "by_status": dict(sorted(report.by_status.items())),
        "by_outcome": dict(sorted(report.by_outcome.items())),
        "files": [
            {
                "path": item.file.path,
                "decision": item.public_id,
                "title": item.file.record.title,
                "outcome": item.outcome,
                "status": item.file.status_label,
                "raw_status": item.file.raw_status,
                "date": str(item.file.record.dated or "") or None,
                "raw_date": item.file.body.raw_date,
                "problems": item.problems,
            }
            for item in report.imported
        ],
        "skipped": [{"path": item.path, "why": item.why} for item in report.skipped],
    }


def _export_json(report: ExportReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "workspace_id": report.scope.workspace_id,
        "channel_id": report.scope.channel_id or None,
        "dry_run": dry_run,
        "by_outcome": dict(sorted(report.by_outcome.items())),
        "files": [
            {
                "name": item.name,
                "decision": item.public_id,
                "outcome": item.outcome,
                "problem": item.problem or None,
            }
            for item in report.written
        ],
        "problems": list(report.problems),
        "done": report.done,
    }


def _print_import(report: ImportReport, folder: Path, *, dry_run: bool) -> None:
    place = f", channel {report.scope.channel_id}" if report.scope.channel_id else ""
    typer.echo(f"Records in {folder}, for workspace {report.scope.workspace_id}{place}")
    counts = Table("status", "files", box=SIMPLE_HEAD)
    for status, count in report.by_status.most_common():
        counts.add_row(status, str(count))
    counts.add_row("all", str(len(report.imported)))
    Console().print(counts)
    typer.echo(f"{_outcomes(report.by_outcome)}.{' Nothing was kept.' if dry_run else ''}")
    notes = [
        f"{item.file.path} ({item.public_id}): {problem}"
        for item in report.imported
        for problem in item.problems
    ]
    _list("To look at", notes)
    _list("Not taken", [f"{item.path}: {item.why}" for item in report.skipped])


def _print_export(report: ExportReport) -> None:
    typer.echo(f"{_outcomes(report.by_outcome)}. {report.done}")
    notes = [item.problem for item in report.written if item.problem]
    _list("To look at", [*notes, *report.problems])


def _outcomes(counts: Counter[str]) -> str:
    words = [f"{counts[name]} {name}" for name in ("created", "updated", "unchanged")]
    if conflicts := counts["conflict"]:
        words.append(f"{conflicts} in conflict")
    return ", ".join(words)


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        typer.echo(f"\n{title} ({len(lines)})")
        for line in lines:
            typer.echo(f"  {line}")
