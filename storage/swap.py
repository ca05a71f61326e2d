"""Puts SQLite files in the place of others, which stay beside them under another name."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

_PARTS = ("", "-wal", "-shm")
"""SQLite knows a file's log by its name: they are renamed together, or the next file gets it."""
UNDER_WAY = ".teamlead-restore-under-way-"
"""How the name of a folder begins whose files are about to be put in place. No other folder may be
named so: what killed restores left is removed by it."""


def swap(places: Mapping[Path, Path], *, suffix: str) -> list[Path]:
    """Rename each place's files to `NAME.SUFFIX`, then move the new ones in; returns the kept.

    A new file that is not there leaves its place empty. Old files go in the given order and new
    ones come in the other: a crash in between never leaves the engine's file without ours. Raises
    OSError when one cannot be renamed; all are where they were then.
    """
    done: list[tuple[Path, Path]] = []
    try:
        for place in places:
            _fold(place)
            for part in _PARTS:
                old = place.with_name(place.name + part)
                if old.exists():
                    _move(old, place.with_name(f"{place.name}.{suffix}{part}"), done)
        for place, new in reversed(list(places.items())):
            if new.exists():
                _to_disk(new)
                _move(new, place, done)
    except OSError:
        for old, new in reversed(done):
            new.rename(old)
        raise
    for folder in {place.parent for place in places}:
        _to_disk(folder)
    kept = (place.with_name(f"{place.name}.{suffix}") for place in places)
    return [file for file in kept if file.exists()]


def is_cut_off(database: Path) -> bool:
    """Whether a swap was cut off when the old file was gone and the new one not yet there."""
    return not os.path.exists(database) and any(database.parent.glob(f"{UNDER_WAY}*"))


def _fold(database: Path) -> None:
    """Write a file's log into it, so that nothing hangs on names; a broken one stays as it is.

    SQLite throws the log away of what does not say that it has one.
    """
    if not database.exists():
        return
    with database.open("rb") as file:
        head = file.read(20)
    if head.startswith(b"SQLite format 3\0") and head[18:] == b"\2\2":
        with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _move(old: Path, new: Path, done: list[tuple[Path, Path]]) -> None:
    old.rename(new)
    done.append((old, new))


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
