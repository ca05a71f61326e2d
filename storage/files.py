"""Where SQLite's files and locks lie: beside each other, for every process that opens them."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def own_folder(parent: Path, *, prefix: str) -> Iterator[Path]:
    """Make a folder for this process's files and remove it; those of killed ones go, too.

    Each is locked by its process, and the kernel frees the lock of one that ended. Raises OSError.
    """
    for left in parent.glob(f"{prefix}*"):
        with _held(left) as ours:
            if ours:
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=prefix) as name, _held(Path(name)):
        yield Path(name)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Lock a folder; False for one that another process has, or that is none."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def database_file(url: URL) -> Path:
    """Return the file of a SQLite URL."""
    return Path(url.database or "teamlead.db")


def is_there(file: Path) -> bool:
    """Whether this user sees the file; where they may not look there is none (`Path` raises)."""
    return os.path.isfile(file)


def engine_file(database: Path) -> Path:
    """Return the durable engine's own file beside ours: two writers do not queue for one lock."""
    return database.with_name(f"{database.stem}-engine.db")


def lock_folder(database: Path) -> Path:
    """Return the folder of the processes' locks."""
    return database.with_name(f"{database.stem}-locks")
