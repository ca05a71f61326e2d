"""Where SQLite's files and locks lie: beside each other, for every process that opens them."""

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import URL


def make_private(folder: Path) -> None:
    """Make a folder that only its owner looks into: it holds what people wrote. Raises OSError.

    One that is there stays as it is; the doctor says what it thinks of it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def begin_private(file: str) -> None:
    """Make an empty file for SQLite that only its owner reads, as its log is then, too.

    Where it cannot be made SQLite says so itself.
    """
    with suppress(OSError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def database_file(url: URL) -> Path:
    """Return the file of a SQLite URL."""
    return Path(url.database or "teamlead.db")


def engine_file(database: Path) -> Path:
    """Return the durable engine's own file beside ours: two writers do not queue for one lock."""
    return database.with_name(f"{database.stem}-engine.db")


def lock_folder(database: Path) -> Path:
    """Return the folder of the processes' locks."""
    return database.with_name(f"{database.stem}-locks")
