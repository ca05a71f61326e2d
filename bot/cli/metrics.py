"""`teamlead metrics`: KPIs as a file for whoever runs the bot, and Grafana's dashboard."""

from pathlib import Path

import typer

from bot import settings as settings_module
from bot.bootstrap import build
from bot.cli.grafana import dashboard
from bot.domain.kpi import Asked
from bot.domain.kpi.words import LONGEST_DAYS
from bot.errors import UserFacingError
from bot.services.adr_scope import scope_of
from bot.services.kpi_export import as_csv, as_json
from bot.services.kpis import Seat, values
from bot.services.slack_news import SlackNews


async def export(
    file: Path,
    *,
    as_lines: bool,
    days: int | None,
    workspace: str | None,
    channel: str | None,
    service: str,
) -> None:
    """Write all KPIs to `file`, `-` for standard output. Raises UserFacingError.

    Public channels count, and `channel`, which may be a private one.
    """
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise UserFacingError(f"A window has 1 to {LONGEST_DAYS} days.", hint="E.g. `--days 90`.")
    news = SlackNews()
    runtime = await build(settings_module.load(), news)
    ctx = runtime.context
    news.attach(ctx)
    try:
        async with ctx.database.begin() as uow:
            place = await scope_of(
                uow, workspace=workspace, channel=channel, now=ctx.clock.now(), slack=False
            )
            rooms = frozenset({place.channel_id} if channel else ())
            seat = Seat(place.workspace_id, rooms, place.channel_id if channel else "")
        async with ctx.database.read() as uow:
            found = await values(ctx, uow, seat, Asked(days=days, service=service))
    finally:
        await runtime.close()
    write(file, as_csv(found) if as_lines else as_json(found))


def grafana(file: Path) -> None:
    """Write the dashboard to `file`, `-` for standard output. Raises UserFacingError."""
    write(file, dashboard())


def write(file: Path, text: str) -> None:
    """Write a new file, or to standard output; raises UserFacingError."""
    if str(file) == "-":
        typer.echo(text, nl=False)
        return
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        raise UserFacingError(f"{file} exists.", hint="Name a new file.") from None
    except OSError as error:
        raise UserFacingError(f"{file} cannot be written ({error.strerror}).") from None
    typer.echo(f"{file} written.")
