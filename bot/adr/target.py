"""Where an export goes: a folder of this machine, or a branch of a repository."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from bot.errors import UserFacingError

MANIFEST = ".teamlead-decisions.json"
"""Beside the files: the hash of each as it was written, to see what people edited since."""


class Target(Protocol):
    """Files by name within it; names have `/`."""

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None where there is none."""
        ...

    def write(self, files: Mapping[str, bytes], message: str) -> str:
        """Write files, none of them ever half; returns a sentence on what was done."""
        ...

    def catch_up(self) -> str:
        """Do what an earlier write was to do and could not; returns a sentence, or nothing."""
        ...


class FolderTarget:
    """A folder, made when it is not there."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and not folder.is_dir():
            raise UserFacingError(f"{folder} is no folder.", hint="Name a folder to write to.")
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; raises UserFacingError when it cannot be read."""
        try:
            return (self._folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UserFacingError(f"{error.filename} cannot be read ({error.strerror}).") from None

    def write(self, files: Mapping[str, bytes], message: str) -> str:
        """Write each file beside its place and move it there; `message` is for Git alone."""
        try:
            for name, data in files.items():
                place = self._folder / name
                place.parent.mkdir(parents=True, exist_ok=True)
                fresh = place.with_name(f".{place.name}.new")
                fresh.write_bytes(data)
                fresh.replace(place)
        except OSError as error:
            raise UserFacingError(
                f"{error.filename} cannot be written ({error.strerror})."
            ) from None
        return f"Written to {self._folder}."

    def catch_up(self) -> str:
        """Nothing: a file is written or it is not."""
        return ""


def read_manifest(target: Target) -> dict[str, str]:
    """Return the hashes of what was written last; empty where that cannot be said."""
    try:
        loaded = json.loads(target.read(MANIFEST) or b"{}")
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in loaded.items()} if isinstance(loaded, dict) else {}


def manifest(hashes: Mapping[str, str]) -> bytes:
    """Return the manifest's bytes."""
    return (json.dumps(dict(sorted(hashes.items())), indent=1) + "\n").encode()
