"""The subcommands of `teamlead adr`; each imports what it needs when it is called."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

adr = typer.Typer(help="Decision records as files: import and export.", no_args_is_help=True)

Workspace = Annotated[
    str | None, typer.Option(help="The workspace's id; needed where there are several.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, keep nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@adr.callback()
def adr_group() -> None:
    """Decision records as files: import and export."""


@adr.command("import")
def adr_import(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder; those below it are read, too.")
    ],
    workspace: Workspace = None,
    channel: Annotated[
        str | None,
        typer.Option(help="The records belong to this channel (id or #name), not to all."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            help="What this set of files is called; by default the repository and folder."
        ),
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take in decision records: Nygard, MADR 2 to 4, adr-tools, log4brains and their mixtures.

    The same files again change nothing. Exit codes: 0 done, 2 bad input or a conflict.
    """
    from bot.cli.adr import run_import

    raise typer.Exit(
        asyncio.run(
            run_import(
                folder,
                source=source,
                workspace=workspace,
                channel=channel,
                dry_run=dry_run,
                as_json=json,
            )
        )
    )


@adr.command("export")
def adr_export(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="The folder; with `--git`, one in the repository."),
    ] = None,
    workspace: Workspace = None,
    channel: Annotated[
        str | None,
        typer.Option(help="Only this channel's (id or #name); private ones are only told so."),
    ] = None,
    git: Annotated[
        Path | None,
        typer.Option(help="A local Git repository: commit there (else TEAMLEAD_ADR_REPOSITORY)."),
    ] = None,
    branch: Annotated[
        str | None, typer.Option(help="The branch to commit on (else TEAMLEAD_ADR_BRANCH).")
    ] = None,
    push: Annotated[bool, typer.Option("--push", help="Push the branch to origin, too.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Write all decisions as MADR 4 files with a list, into a folder or as a commit on a branch.

    Files that people edited are left alone. Exit codes: 0 done, 2 bad input or a conflict.
    """
    from bot.cli.adr import run_export

    raise typer.Exit(
        asyncio.run(
            run_export(
                folder,
                git=git,
                branch=branch,
                push=push,
                workspace=workspace,
                channel=channel,
                dry_run=dry_run,
                as_json=json,
            )
        )
    )
