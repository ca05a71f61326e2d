"""Puts SQLite files in the place of others, which stay beside them under another name."""

import os
from collections.abc import Mapping
from pathlib import Path

_PARTS = ("", "-wal", "-shm")
"""SQLite knows a file's log by its name: they are renamed together, or the next file gets it."""


def swap(places: Mapping[Path, Path], *, suffix: str) -> list[Path]:
    """Rename each place's files to `NAME.SUFFIX`, then move the new ones in; returns the kept.

    A new file that is not there leaves its place empty. Old files go in the given order and new
    ones come in the other: a crash in between never leaves the engine's file without ours.
    """
    kept: list[Path] = []
    for place in places:
        for part in _PARTS:
            old = place.with_name(place.name + part)
            if old.exists():
                old.rename(place.with_name(f"{place.name}.{suffix}{part}"))
        aside = place.with_name(f"{place.name}.{suffix}")
        if aside.exists():
            kept.append(aside)
    for place, new in reversed(list(places.items())):
        if new.exists():
            _to_disk(new)
            new.replace(place)
    for folder in {place.parent for place in places}:
        _to_disk(folder)
    return kept


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
