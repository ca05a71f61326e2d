"""Reads and writes single files of a worktree, from outside: no link is ever followed."""

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.tools.repository import Outside
from bot.tools.repository.jail import MOST_PATH, is_gits_own, is_secret
from bot.tools.sandbox.folders import half_written

MOST_FILE = 1_000_000
"""Ours, in bytes: of a file that is written or edited in one piece."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def write(root: Path, path: str, data: bytes, *, owner: int | None) -> None:
    """Put a file there whole, with the folders on its way; raises Outside.

    A new file takes the old one's place: other names of the old one, hard links, keep their words.
    """
    if len(data) > MOST_FILE:
        raise Outside(f"a file is written with at most {MOST_FILE:,} bytes")
    *folders, name = _parts(path)
    with _folder(root, folders, path, make=True, owner=owner) as at:
        mode = _mode(at, name, path)
        fresh = half_written(secrets.token_hex(8))
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE, mode, dir_fd=at)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                os.fchmod(file.fileno(), mode)
                _own(file.fileno(), owner)
            os.rename(fresh, name, src_dir_fd=at, dst_dir_fd=at)
        except OSError as error:
            with _ignored():
                os.unlink(fresh, dir_fd=at)
            raise Outside(f"{path[:80]!r} cannot be written ({error.strerror})") from None


def read(root: Path, path: str) -> bytes:
    """Return a file's bytes; raises Outside for what is no file, or too large."""
    *folders, name = _parts(path)
    with _folder(root, folders, path) as at:
        try:
            handle = os.open(name, os.O_RDONLY | _FILE, dir_fd=at)
        except FileNotFoundError:
            raise Outside(f"there is no {path[:80]!r}") from None
        except OSError:
            raise Outside(f"{path[:80]!r} is no file, or a link") from None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Outside(f"{path[:80]!r} is no file")
            with os.fdopen(handle, "rb", closefd=False) as file:
                data = file.read(MOST_FILE + 1)
        finally:
            os.close(handle)
    if len(data) > MOST_FILE:
        raise Outside(f"{path[:80]!r} is larger than {MOST_FILE:,} bytes")
    return data


def edit(root: Path, path: str, old: str, new: str, *, owner: int | None) -> int:
    """Replace a text that stands there just once; returns its line. Raises Outside."""
    data, wanted = read(root, path), old.encode()
    found = data.count(wanted) if wanted else 0
    if found != 1:
        what = "is not in it" if wanted else "is empty"
        raise Outside(
            f"the old text stands {found} times in {path[:80]!r}; give more of it"
            if found > 1
            else f"the old text {what}: {path[:80]!r}"
        )
    write(root, path, data.replace(wanted, new.encode()), owner=owner)
    return data[: data.index(wanted)].count(b"\n") + 1


def _parts(text: str) -> list[str]:
    if len(text) > MOST_PATH or any(ord(char) < 32 for char in text):
        raise Outside("that is no path")
    if text.startswith(("/", "~", "\\")) or re.match(r"[A-Za-z]:", text):
        raise Outside(f"{text[:80]!r} is not relative to the repository")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if ".." in parts or ".." in text.split("\\"):
        raise Outside(f"{text[:80]!r} leads upwards")
    if not parts:
        raise Outside("a file has to be named")
    inside = "/".join(parts)
    if is_gits_own(inside):
        raise Outside(f"{text[:80]!r} is Git's own")
    if is_secret(inside):
        raise Outside(f"{text[:80]!r} is a file of secrets")
    return parts


@contextmanager
def _folder(
    root: Path, parts: list[str], path: str, *, make: bool = False, owner: int | None = None
) -> Iterator[int]:
    """Open the folder that holds a file, step by step, none of them a link."""
    at = os.open(root, _FOLDER)
    try:
        for part in parts:
            before, at = at, _step(at, part, path, make=make, owner=owner)
            os.close(before)
        yield at
    finally:
        os.close(at)


def _step(at: int, part: str, path: str, *, make: bool, owner: int | None) -> int:
    if make:
        with _ignored(FileExistsError):
            os.mkdir(part, 0o755, dir_fd=at)
    try:
        found = os.open(part, _FOLDER, dir_fd=at)
    except FileNotFoundError:
        raise Outside(f"there is no {path[:80]!r}") from None
    except OSError:
        raise Outside(f"{path[:80]!r} leads through a link, or through what is no folder") from None
    if make:
        _own(found, owner)
    return found


def _mode(at: int, name: str, path: str) -> int:
    """Return the rights of the file that is replaced, without those of becoming somebody else."""
    try:
        found = os.stat(name, dir_fd=at, follow_symlinks=False)
    except FileNotFoundError:
        return 0o644
    except OSError as error:
        raise Outside(f"{path[:80]!r} cannot be written ({error.strerror})") from None
    if not stat.S_ISREG(found.st_mode):
        raise Outside(f"{path[:80]!r} is a link, or no file")
    return stat.S_IMODE(found.st_mode) & 0o777


def _own(handle: int, owner: int | None) -> None:
    if owner is not None:
        os.fchown(handle, owner, owner)


@contextmanager
def _ignored(kind: type[OSError] = OSError) -> Iterator[None]:
    try:
        yield
    except kind:
        return
