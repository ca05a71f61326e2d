"""Goes through folders that a command left, whatever it made of them: rights, links, depth."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bot.tools.repository import Outside
from bot.tools.repository.jail import is_gits_own

MOST_DEEP = 200
"""Ours: folders within each other, far more than code has."""
_LONGEST = 4_000
"""Bytes of a path; the kernel takes 4,095."""
_HALF_WRITTEN = re.compile(r"\.teamlead-[0-9a-f]{16}")
"""What `files.write` leaves where its process is killed."""


def half_written(mark: str) -> str:
    """Return the name that a file has while it is written; `mark` is 16 hexadecimal digits."""
    return f".teamlead-{mark}"


def scrub(folder: Path) -> int:
    """Remove what Git would take for repositories of their own, and files written by half.

    Returns how many there were. Raises Outside for folders too deep to be gone through.
    """
    count = 0
    for _, entries in _below(folder):
        for entry in list(entries):
            if is_gits_own(entry.name) or _HALF_WRITTEN.fullmatch(entry.name):
                remove(Path(entry.path))
                entries.remove(entry)
                count += 1
            elif entry.is_file(follow_symlinks=False):
                _let_read(entry)
    return count


def give_away(folder: Path, owner: int) -> None:
    """Let everything in a folder, and itself, belong to a user; raises Outside as `scrub`."""
    for _, entries in _below(folder):
        for entry in entries:
            os.chown(entry.path, owner, owner, follow_symlinks=False)
    os.chown(folder, owner, owner)


def remove(path: Path) -> None:
    """Remove a file or folder also where its rights were taken away; links are not followed.

    However deep it is: Python's own way ends at its own depth, and at the length of a path.
    """
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for words in (("chmod", "-R", "u+rwX"), ("rm", "-rf")):
        subprocess.run([*words, "--", os.fspath(path)], capture_output=True, check=False)


def _let_read(entry: "os.DirEntry[str]") -> None:
    """Give back the right to read a file: without it Git would take in nothing at all."""
    mode = entry.stat(follow_symlinks=False).st_mode
    if not mode & 0o400:
        os.chmod(entry.path, mode & 0o777 | 0o600)


def _below(folder: Path) -> Iterator[tuple[Path, list["os.DirEntry[str]"]]]:
    """Yield each folder with what is in it; it goes on into those that are left in the list."""
    waiting = [(folder, 0)]
    while waiting:
        place, depth = waiting.pop()
        if depth > MOST_DEEP or len(os.fsencode(place)) > _LONGEST:
            raise Outside(
                f"folders stand more than {MOST_DEEP} deep in each other; take some of them away"
            )
        place.chmod(place.stat().st_mode | 0o700)
        with os.scandir(place) as found:
            entries = list(found)
        yield place, entries
        waiting += [
            (place / entry.name, depth + 1)
            for entry in entries
            if entry.is_dir(follow_symlinks=False)
        ]
