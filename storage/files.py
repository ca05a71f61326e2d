"""Where SQLite's files and locks lie: beside each other, for every process that opens them."""

from pathlib import Path

from sqlalchemy.engine import URL


def database_file(url: URL) -> Path:
    """Return the file of a SQLite URL."""
    return Path(url.database or "teamlead.db")


def engine_file(database: Path) -> Path:
    """Return the durable engine's own file beside ours: two writers do not queue for one lock."""
    return database.with_name(f"{database.stem}-engine.db")


def lock_folder(database: Path) -> Path:
    """Return the folder of the processes' locks."""
    return database.with_name(f"{database.stem}-locks")
