"""The subcommands of `teamlead metrics`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

metrics = typer.Typer(help="The team's numbers, for files and Grafana.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="The file to write, which must not exist; `-` prints.")]


@metrics.command("export")
def export(
    file: File = Path("-"),
    csv: Annotated[bool, typer.Option("--csv/--json", help="The file's form.")] = False,
    days: Annotated[int | None, typer.Option(help="The window; without it each KPI's own.")] = None,
    workspace: Annotated[str | None, typer.Option(help="Its id, where there are several.")] = None,
    channel: Annotated[
        str | None, typer.Option(help="Count this private channel's rows, too; its id or #name.")
    ] = None,
    service: Annotated[str, typer.Option(help="Only what is known of this service.")] = "",
) -> None:
    """Write every KPI with its value, n, target, trend, formula and source."""
    from bot.cli.metrics import export as run_export

    asyncio.run(
        run_export(
            file, as_lines=csv, days=days, workspace=workspace, channel=channel, service=service
        )
    )


@metrics.command("grafana")
def grafana(file: File = Path("-")) -> None:
    """Write a Grafana dashboard over `/metrics`: each KPI beside its target."""
    from bot.cli.metrics import grafana as run_grafana

    run_grafana(file)
