"""`teamlead ingest`: reports of tools and exports of trackers from files."""

import json
from dataclasses import dataclass
from pathlib import Path

import typer

from bot.cli.tool_servers import office
from bot.errors import UserFacingError
from bot.services import measurements
from bot.services.context import Context
from bot.services.measurements import About, Ingested


@dataclass(frozen=True)
class Asked:
    """What was typed after `teamlead ingest`."""

    files: tuple[Path, ...]
    service: str = ""
    repository: str = ""
    commit: str = ""
    branch: str = ""
    at: str = ""
    workspace: str | None = None


async def run(asked: Asked, *, as_json: bool) -> int:
    """Store each file whole or not at all and print what became of it.

    Returns 0, or 2 when a file was refused; raises UserFacingError for anything else.
    """
    told: list[dict[str, object]] = []
    async with office(asked.workspace) as (ctx, workspace_id):
        what = _about(ctx, asked)
        for file in asked.files:
            try:
                kept = await _keep(ctx, workspace_id, file, what)
            except UserFacingError as refused:
                told.append({"file": str(file), "error": refused.sentence()})
                if not as_json:
                    typer.echo(f"{file}: {refused.sentence()} Nothing of it is stored.", err=True)
                continue
            told.append({"file": str(file), **kept.said()})
            if not as_json:
                typer.echo(f"{file}: {kept.words()}.")
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    return 2 if any("error" in each for each in told) else 0


def _about(ctx: Context, asked: Asked) -> About:
    return measurements.about(
        service=asked.service,
        repository=asked.repository,
        commit=asked.commit,
        branch=asked.branch,
        at=asked.at,
        now=ctx.clock.now(),
    )


async def _keep(ctx: Context, workspace_id: str, file: Path, what: About) -> Ingested:
    content = _content(file, most=ctx.settings.measure.upload_mb * 1_000_000)
    said = measurements.read(ctx, content)
    return await measurements.keep(ctx, workspace_id, said, what, content=content)


def _content(file: Path, *, most: int) -> bytes:
    """Return a file's bytes; a larger one is not read."""
    try:
        if not file.is_file():
            raise UserFacingError("There is no such file.")
        with file.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        raise UserFacingError(f"I cannot read it ({error.strerror}).") from None
    if len(content) > most:
        raise UserFacingError(
            f"It is larger than {most // 1_000_000} MB.", hint="TEAMLEAD_MEASURE_UPLOAD_MB says so."
        )
    return content
