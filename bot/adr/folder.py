"""The records of a folder and below: what is read, and why the rest is not."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.adr.reader import FORMS, read_adr
from bot.domain.adr import AdrFile
from bot.errors import UserFacingError

MAX_BYTES = 1_000_000
"""Ours: a record of a megabyte is no record."""
_NOT_RECORDS = re.compile(
    r"^(readme|changelog|contributing|license|code_of_conduct|summary|toc|_?sidebar|glossary)\b",
    re.IGNORECASE,
)
_AWAY = {"node_modules", "vendor", "__pycache__"}
_TEMPLATES = {"template", "templates", "_templates"}


@dataclass(frozen=True)
class Skipped:
    """A document that is no record, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Found:
    """A record and the hash of its file's bytes."""

    file: AdrFile
    content_hash: str


@dataclass(frozen=True)
class Folder:
    """All that a folder holds, by path."""

    found: tuple[Found, ...]
    skipped: tuple[Skipped, ...]


def read_folder(folder: Path) -> Folder:
    """Read every document below `folder`; links to elsewhere and hidden folders are left alone.

    Raises UserFacingError when it is no folder or cannot be read.
    """
    if not folder.is_dir():
        raise UserFacingError(
            f"{folder} is no folder.", hint="Name the folder that the decision records are in."
        )
    results = [_read(folder, path) for path in sorted(_documents(folder))]
    return Folder(
        found=tuple(item for item in results if isinstance(item, Found)),
        skipped=tuple(item for item in results if isinstance(item, Skipped)),
    )


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file, and what is to be said of its encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "not UTF-8; read as Latin-1"


def content_hash(data: bytes) -> str:
    """Return the hash by which a file is known again."""
    return hashlib.sha256(data).hexdigest()


def _documents(folder: Path) -> Iterator[str]:
    for root, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if name[0] != "." and name not in _AWAY]
        for name in names:
            if Path(name).suffix.lower() in FORMS and name[0] != ".":
                yield (Path(root) / name).relative_to(folder).as_posix()


def _unreadable(error: OSError) -> None:
    raise UserFacingError(f"{error.filename} cannot be read ({error.strerror}).") from None


def _read(folder: Path, path: str) -> Found | Skipped:
    place = folder / path
    if (shown := path.encode("utf-8", "replace").decode()) != path:
        return Skipped(shown, "its name is not UTF-8")
    if why := _why_unread(folder, path):
        return Skipped(path, why)
    try:
        data = place.read_bytes()
    except OSError as error:
        raise UserFacingError(f"{place} cannot be read ({error.strerror}).") from None
    if not data.strip():
        return Skipped(path, "empty")
    text, problem = decoded(data)
    if "\x00" in text:
        return Skipped(path, "no text")
    read = read_adr(text, path)
    if isinstance(read, str):
        return Skipped(path, read)
    if problem:
        read = read.model_copy(update={"problems": (problem, *read.problems)})
    return Found(read, content_hash(data))


def _why_unread(folder: Path, path: str) -> str:
    place = folder / path
    if place.is_symlink():
        return "a link to another file"
    if place.stat().st_size > MAX_BYTES:
        return f"larger than {MAX_BYTES // 1_000_000} MB"
    if _NOT_RECORDS.match(place.name):
        return f"{place.name} is about the folder"
    if _TEMPLATES & {part.lower() for part in Path(path).parts[:-1]}:
        return "in a folder of templates"
    if place.stem.lower() == "index" and _others(place):
        return "an index"
    return ""


def _others(place: Path) -> bool:
    """Return whether other records stand beside an index."""
    return any(
        other.suffix.lower() in FORMS
        and other.name != place.name
        and not _NOT_RECORDS.match(other.name)
        for other in place.parent.iterdir()
    )
