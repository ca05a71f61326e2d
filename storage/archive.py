"""A backup: both SQLite files copied from under a running bot and packed as one, and unpacked."""

import hashlib
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.errors import UserFacingError
from storage.files import engine_file, is_there, own_folder

OURS, ENGINE, _MANIFEST = "teamlead.db", "teamlead-engine.db", "manifest.json"
FORMAT = 1
UNDER_WAY = ".teamlead-backup-under-way-"
"""How the name of a folder begins that a backup is made in. No other folder may be named so:
backups lie in homes and the like, where a shorter word may begin somebody's own."""
_CHUNK = 1024 * 1024
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What the library raises over a byte that is not as it was: the last two, where that byte says how
a file is packed or that it is encrypted."""


class FileFacts(BaseModel):
    """One packed file."""

    model_config = ConfigDict(frozen=True)

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True)

    format: int
    version: str
    """The program that made it."""
    revision: str
    """The schema of our file."""
    taken_at: AwareDatetime
    files: dict[str, FileFacts]


def pack(database: Path, target: Path, *, version: str, now: datetime) -> Manifest:
    """Write a backup of `database` and the engine's file beside it to `target`, whole or not.

    Raises UserFacingError when there is no database to copy, or `target` exists or cannot be made.
    """
    if not is_there(database):
        raise UserFacingError(f"There is no database at {database} that this user may read.")
    try:
        if target.exists():
            raise UserFacingError(f"{target} exists.", hint="Name a new file.")
        with own_folder(target.parent, prefix=UNDER_WAY) as folder:
            return _pack(database, target, folder, version=version, now=now)
    except OSError as error:
        raise UserFacingError(f"{target} cannot be written ({error.strerror}).") from None
    except sqlite3.Error as error:
        raise UserFacingError(f"{database} cannot be copied ({error}).") from None


def _pack(database: Path, target: Path, folder: Path, *, version: str, now: datetime) -> Manifest:
    # The engine's file first. A run's row in our file is committed before the engine hears of the
    # run, so our copy, taken later, knows every run that the engine's copy knows. What it knows
    # beyond them the sweep starts, and a run that our copy saw the end of finds nothing to do.
    # The other way round, the engine's copy could hold a finished redraft that our copy still
    # waits for, and the sweep would never ask for it again.
    sources = {ENGINE: engine_file(database), OURS: database}
    for name, source in sources.items():
        if source.is_file():
            copy_live(source, folder / name)
    files = {
        name: FileFacts(bytes=(folder / name).stat().st_size, sha256=_sha256(folder / name))
        for name in sources
        if (folder / name).is_file()
    }
    manifest = Manifest(
        format=FORMAT,
        version=version,
        revision=_revision(folder / OURS),
        taken_at=now,
        files=files,
    )
    packed = folder / "packed"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))
        for name in files:
            archive.write(folder / name, name)
    packed.chmod(0o600)  # it holds what people wrote
    with packed.open("rb") as written:
        os.fsync(written.fileno())
    packed.replace(target)
    return manifest


def copy_live(source: Path, target: Path) -> None:
    """Copy a SQLite file as of one moment; its writers go on meanwhile."""
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)  # all pages in one step: one snapshot
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without -wal and -shm


def read_manifest(archive: Path) -> Manifest:
    """Return what the backup says of itself; raises UserFacingError when it is none."""
    with _opened(archive) as packed:
        try:
            manifest = Manifest.model_validate_json(packed.read(_MANIFEST))
        except (KeyError, ValidationError, OSError, *_DAMAGE):
            raise _no_backup(archive) from None
    if manifest.format != FORMAT or OURS not in manifest.files:
        raise UserFacingError(
            f"{archive} was made by Teamlead {manifest.version} in a form unknown here.",
            hint="Restore it with that version.",
        )
    return manifest


def unpack(archive: Path, manifest: Manifest, folder: Path) -> None:
    """Put the packed files into `folder`; raises UserFacingError when one is not as it was."""
    with _opened(archive) as packed:
        for name in (OURS, ENGINE):
            if name not in manifest.files:
                continue
            file = folder / name
            try:
                with packed.open(name) as source, file.open("wb") as target:
                    shutil.copyfileobj(source, target, _CHUNK)
            except (KeyError, *_DAMAGE):
                raise _damaged(archive, name) from None
            if _sha256(file) != manifest.files[name].sha256 or not _is_whole(file):
                raise _damaged(archive, name)
            file.chmod(0o600)


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        packed = zipfile.ZipFile(archive)
    except FileNotFoundError:
        raise UserFacingError(f"There is no file {archive}.") from None
    except (OSError, *_DAMAGE):
        raise _no_backup(archive) from None
    with packed:
        yield packed


def _no_backup(archive: Path) -> UserFacingError:
    return UserFacingError(f"{archive} is no backup of Teamlead, or it is cut off.")


def _damaged(archive: Path, name: str) -> UserFacingError:
    return UserFacingError(
        f"{name} in {archive} is damaged.", hint="Nothing was changed; take another backup."
    )


def _is_whole(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.DatabaseError:
            return False
    return found == [("ok",)]


def _revision(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            row = None
    if row is None:
        raise UserFacingError("The database is empty.", hint="`teamlead migrate` makes its tables.")
    return str(row[0])


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
