"""`teamlead docs`: writes the files that are generated from the code, or checks them."""

import json
from collections.abc import Callable
from pathlib import Path

import typer

from bot.cli.docs_kpis import kpis_page
from bot.cli.docs_schema import schema_sql
from bot.cli.docs_text import commands_page, env_example, settings_page
from bot.errors import UserFacingError
from bot.manifest import build_manifest
from handlers.shortcuts import SHORTCUTS
from handlers.steps import STEPS
from handlers.surfaces import slash_commands


def run(root: Path, *, check: bool) -> int:
    """Write each generated file under `root`; with `check` only name those that differ.

    Returns 1 when `check` found a difference, else 0. Raises UserFacingError outside a checkout.
    """
    if not (root / "pyproject.toml").is_file():
        raise UserFacingError(
            f"{root} is no checkout of Teamlead.", hint="Name one with --root FOLDER."
        )
    made = {name: make() for name, make in generated().items()}
    stale = [
        name
        for name, text in made.items()
        if not (root / name).is_file() or (root / name).read_text("utf-8") != text
    ]
    for name in stale:
        if check:
            typer.echo(f"{name} is out of date; `make docs` writes it again.", err=True)
            continue
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(made[name], "utf-8")
        typer.echo(f"{name} written.")
    return 1 if check and stale else 0


def generated() -> dict[str, Callable[[], str]]:
    """Return what is generated: path in the checkout -> its text."""
    return {
        "manifest.json": manifest_json,
        ".env.example": env_example,
        "docs/settings.md": settings_page,
        "docs/commands.md": commands_page,
        "docs/kpis.md": kpis_page,
        "storage/migrations/schema.sql": schema_sql,
    }


def manifest_json() -> str:
    """Return Slack's manifest as the file to paste."""
    manifest = build_manifest(slash_commands(), SHORTCUTS, STEPS)
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
