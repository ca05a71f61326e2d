"""`teamlead gate` with its options; it imports what it needs when it is called."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

Files: TypeAlias = list[Path] | None


def gate(
    coverage: Annotated[Files, typer.Option(help="Cobertura or LCOV.")] = None,
    junit: Annotated[Files, typer.Option(help="JUnit XML.")] = None,
    complexity: Annotated[Files, typer.Option(help="lizard, radon or ruff's C901.")] = None,
    duplication: Annotated[Files, typer.Option(help="jscpd, or `lizard -Eduplicate`.")] = None,
    sarif: Annotated[Files, typer.Option(help="SARIF of security scanners.")] = None,
    security: Annotated[Files, typer.Option(help="SARIF, CycloneDX, bandit or pip-audit.")] = None,
    perf: Annotated[Files, typer.Option(help="k6's summary.")] = None,
    openapi: Annotated[Files, typer.Option(help="OpenAPI 3 documents, YAML or JSON.")] = None,
    value: Annotated[
        list[str] | None, typer.Option(help="A value by hand, e.g. memory=410 or throughput=900.")
    ] = None,
    measure: Annotated[
        list[Path] | None,
        typer.Option(help="A folder to run lizard, jscpd, bandit and others on."),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=1, max=3600, help="Most seconds that each of them may take.")
    ] = 300,
    policy: Annotated[
        Path | None, typer.Option(help="Limits and waivers as YAML, over the defaults.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="The main branch's `--json`, to get no worse than.")
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option(help="A check that must be measured; several times.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Every check must be measured.")] = False,
    repo: Annotated[str, typer.Option(help="The repository's name.")] = "",
    service: Annotated[str, typer.Option(help="The service that it is.")] = "",
    commit: Annotated[
        str, typer.Option(help="The commit.", envvar=["GITHUB_SHA", "CI_COMMIT_SHA"])
    ] = "",
    branch: Annotated[
        str, typer.Option(help="The branch.", envvar=["GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"])
    ] = "",
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the result in the database; `/lead gates`.")
    ] = False,
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's id; needed where there are several.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    github: Annotated[
        bool, typer.Option("--github", help="Print GitHub's annotations, too.")
    ] = False,
) -> None:
    """Judge code by what its tools report. Each limit is met, missed or not measured.

    Needs neither Slack nor a database; with `--keep` what people set in Slack counts.
    Exit codes: 0 met, 1 missed, 2 bad input.
    """
    from bot.cli.gate import Asked, run

    files: dict[Literal["coverage", "junit", "complexity", "duplication", "sarif", "security",
                        "perf"], Files] = {
        "coverage": coverage, "junit": junit, "complexity": complexity,
        "duplication": duplication, "sarif": sarif, "security": security, "perf": perf,
    }  # fmt: skip
    asked = Asked(
        files={name: tuple(paths) for name, paths in files.items() if paths},
        openapi=tuple(openapi or ()),
        values=tuple(value or ()),
        measure=tuple(measure or ()),
        seconds=seconds,
        policy=policy,
        baseline=baseline,
        require=tuple(require or ()),
        strict=strict,
        repository=repo,
        service=service,
        commit=commit,
        branch=branch.removeprefix("refs/heads/"),
        keep=keep,
        workspace=workspace,
    )
    raise typer.Exit(asyncio.run(run(asked, as_json=json, github=github)))
