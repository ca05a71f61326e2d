"""`teamlead audit export`: the audit log as JSON Lines."""

from pathlib import Path
from typing import TextIO

import typer

from bot import settings as settings_module
from bot.bootstrap import open_database
from bot.errors import UserFacingError
from bot.services.audit import lines


async def export(file: Path, *, workspace: str | None) -> None:
    """Write every entry to `file`, `-` for standard output. Raises UserFacingError."""
    database = await open_database(settings_module.load())
    count = 0
    try:
        if str(file) == "-":
            async for line in lines(database, workspace_id=workspace):
                typer.echo(line)
            return
        with _new(file) as target:
            async for line in lines(database, workspace_id=workspace):
                target.write(f"{line}\n")
                count += 1
    except OSError as error:
        raise UserFacingError(f"{file} cannot be written ({error.strerror}).") from None
    finally:
        await database.close()
    typer.echo(f"{count} entries written to {file}.")


def _new(file: Path) -> TextIO:
    try:
        return file.open("x", encoding="utf-8")
    except FileExistsError:
        raise UserFacingError(f"{file} exists.", hint="Name a new file.") from None
