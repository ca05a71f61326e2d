"""`teamlead backup` and `teamlead restore`: the SQLite files as one file, there and back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import __version__
from bot import settings as settings_module
from bot.bootstrap import prepared_url
from bot.clock import SystemClock
from bot.errors import UserFacingError
from bot.services.delivery_rows import UNKNOWN
from bot.slack.text import count
from bot.workflows.executors import FileLocks
from storage.archive import ENGINE, OURS, Manifest, pack, read_manifest, unpack
from storage.doubts import doubt_posts
from storage.engine import database_url, open_engine
from storage.files import database_file, engine_file, lock_folder, own_folder
from storage.migrate import head, migrate
from storage.swap import UNDER_WAY, swap

BOT_LOCK = "bot"
"""The one bot that a SQLite file may have (see Engine)."""


async def backup(target: Path) -> None:
    """Write a backup to `target`. Raises UserFacingError."""
    database = _sqlite_file("pg_dump")
    manifest = pack(database, target, version=__version__, now=SystemClock().now())
    typer.echo(f"{target}: {_described(manifest)}.")


async def restore(source: Path, *, yes: bool) -> None:
    """Put the files of a backup in place; old ones are kept beside, renamed.

    Raises UserFacingError when a bot runs there, a file is damaged or newer than the program,
    files would be replaced without `yes`, or the disk takes no more; nothing is changed then.
    """
    database = _sqlite_file("pg_restore")
    try:
        await _restore(source, database, yes=yes)
    except OSError as error:
        raise _not_written(database, error.strerror or type(error).__name__) from None
    except (sqlite3.Error, DBAPIError) as error:
        raise _not_written(database, str(getattr(error, "orig", error))) from None


def _not_written(database: Path, why: str) -> UserFacingError:
    return UserFacingError(
        f"{database} cannot be written ({why}).",
        hint="What was there is as it was. Make room or correct the rights, and restore again.",
    )


async def _restore(source: Path, database: Path, *, yes: bool) -> None:
    manifest = read_manifest(source)
    if manifest.revision > head():
        raise UserFacingError(
            f"{source} has schema {manifest.revision}, this program knows {head()}.",
            hint=f"Install Teamlead {manifest.version} or later.",
        )
    if not yes and _is_there(database):
        raise UserFacingError(
            f"{database} exists.", hint="`--yes` replaces it; the old files are kept, renamed."
        )
    locks = await _locked(database)
    try:
        with own_folder(database.parent, prefix=UNDER_WAY) as folder:
            unpack(source, manifest, folder)
            waiting = await _prepared(folder / OURS, manifest)
            kept = _swapped(folder, database)
    finally:
        await locks.close()
    typer.echo(f"{database} is as it was: {_described(manifest)}.")
    if waiting:
        typer.echo(
            f"{count(waiting, 'post')} that waited then: looked for in Slack before being sent."
        )
    for old in kept:
        typer.echo(f"Kept {old}.")


def _is_there(database: Path) -> bool:
    return database.exists() or engine_file(database).exists()


def _sqlite_file(tool: str) -> Path:
    settings = settings_module.load()
    if database_url(settings.database_url).get_backend_name() != "sqlite":
        raise UserFacingError(
            f"The database is PostgreSQL: use {tool} (docs/backup.md has the commands)."
        )
    return database_file(prepared_url(settings))


async def _locked(database: Path) -> FileLocks:
    """Keep every process off the database; raises UserFacingError when one is at it."""
    folder = lock_folder(database)
    locks = FileLocks(folder)
    names = {BOT_LOCK, *(file.stem for file in folder.glob("*.lock"))}
    for name in sorted(names):
        if not await locks.take(name):
            await locks.close()
            raise UserFacingError("A Teamlead works on this database.", hint="Stop it first.")
    return locks


async def _prepared(file: Path, manifest: Manifest) -> int:
    """Migrate an unpacked file and mark what may have been posted; returns how many posts."""
    engine = open_engine(make_url(f"sqlite+aiosqlite:///{file}"))
    try:
        await migrate(engine)
    finally:
        await engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return doubt_posts(file, problem=UNKNOWN, since=manifest.taken_at)


def _swapped(folder: Path, database: Path) -> list[Path]:
    stamp = SystemClock().now().strftime("%Y%m%dT%H%M%SZ")
    places = {engine_file(database): folder / ENGINE, database: folder / OURS}
    return swap(places, suffix=f"before-{stamp}")


def _described(manifest: Manifest) -> str:
    size = sum(file.bytes for file in manifest.files.values())
    moment = manifest.taken_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{size / 1e6:.1f} MB as of {moment}, schema {manifest.revision}"
