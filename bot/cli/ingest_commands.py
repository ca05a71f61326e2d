"""`teamlead ingest` with its options; it imports what it needs when it is called."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def ingest(
    files: Annotated[list[Path], typer.Argument(help="Reports or exports; gzip is fine.")],
    service: Annotated[str, typer.Option(help="The service that they are about.")] = "",
    repo: Annotated[str, typer.Option(help="Or the repository, e.g. acme/orders.")] = "",
    commit: Annotated[str, typer.Option(help="The commit.")] = "",
    branch: Annotated[str, typer.Option(help="The branch.")] = "",
    at: Annotated[str, typer.Option(help="When it was measured (ISO 8601); else now.")] = "",
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's id, where there are several.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Store what tools measured. Coverage, tests, security, load; exports of Jira and Linear.

    Reads Cobertura, LCOV, JUnit, SARIF, CycloneDX, jscpd, lizard, radon and k6 by their content.
    Exit codes: 0 stored or known, 2 a file was refused (the others are stored).
    """
    from bot.cli.ingest import Asked, run

    asked = Asked(tuple(files), service, repo, commit, branch, at, workspace)
    raise typer.Exit(asyncio.run(run(asked, as_json=json)))
