"""Keeps every path inside one folder, away from Git's own files and from files of secrets."""

import os
import re
import stat
from pathlib import Path

MOST_PATH = 1_000
SECRET_FILES = (
    ".env", ".env.*", ".netrc", ".npmrc", ".pypirc", ".pgpass", ".git-credentials", ".htpasswd",
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks",
    "*.keystore", "*.kdbx", "*.tfstate", "*.tfstate.*",
)  # fmt: skip
"""Ours: files that are nothing but secrets; others are read with what looks like one replaced."""
_EXAMPLES = re.compile(r"\.env\.(?:example|sample|template|dist)", re.IGNORECASE)
_SECRET = re.compile(
    "|".join(re.escape(name).replace(r"\*", "[^/]*") for name in SECRET_FILES), re.IGNORECASE
)
_GITS_OWN = re.compile(r"\.git(?:[ .]*|::.*|~\d+)", re.IGNORECASE)
"""`.git` as case-blind and Windows file systems would read it, too."""


class Outside(Exception):
    """A path that may not be read; `str` says why, for the model."""


class Jail:
    """One folder. `path` gives real paths in it and refuses all others."""

    def __init__(self, root: Path) -> None:
        """Raises OSError when the folder is not there."""
        self.root = root.resolve(strict=True)

    def path(self, text: str) -> Path:
        """Return the real path that `text` means, relative to the folder; raises Outside."""
        real = self._real(text)
        if not real.is_relative_to(self.root):
            raise Outside(f"{text[:80]!r} leads out of the repository")
        inside = real.relative_to(self.root).as_posix()
        if is_gits_own(inside):
            raise Outside(f"{text[:80]!r} is Git's own")
        if is_secret(inside):
            raise Outside(f"{text[:80]!r} is a file of secrets")
        return real

    def relative(self, text: str) -> str:
        """Return the path relative to the folder, as Git and people write it; raises Outside."""
        found = self.path(text).relative_to(self.root).as_posix()
        return found or "."

    def _real(self, text: str) -> Path:
        if "\x00" in text or len(text) > MOST_PATH or any(ord(char) < 32 for char in text):
            raise Outside("that is no path")
        given = Path(text or ".")
        if given.is_absolute() or text.startswith(("~", "\\")) or re.match(r"[A-Za-z]:", text):
            raise Outside(f"{text[:80]!r} is not relative to the repository")
        if ".." in given.parts or ".." in text.split("\\"):
            raise Outside(f"{text[:80]!r} leads upwards")
        try:
            return (self.root / given).resolve(strict=True)
        except FileNotFoundError:
            raise Outside(f"there is no {text[:80]!r}") from None
        except (OSError, RuntimeError, ValueError):
            raise Outside(f"{text[:80]!r} cannot be read") from None

    def read(self, text: str, *, most: int) -> bytes:
        """Return the first `most` bytes of a regular file; raises Outside."""
        path = self.path(text)
        try:
            # The path is real: a link that is put in its place meanwhile is not followed.
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            raise Outside(f"{text[:80]!r} cannot be read") from None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Outside(f"{text[:80]!r} is no file")
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read(most)
        finally:
            os.close(handle)


def is_gits_own(relative: str) -> bool:
    """Return whether a path lies in a `.git` folder, or is one."""
    return any(_GITS_OWN.fullmatch(part) for part in relative.split("/"))


def is_secret(relative: str) -> bool:
    """Return whether a file's name says that it holds secrets and nothing else."""
    name = relative.rsplit("/", 1)[-1]
    return _SECRET.fullmatch(name) is not None and _EXAMPLES.fullmatch(name) is None


def is_readable(relative: str) -> bool:
    """Return whether a path that a program named may be shown."""
    return not is_gits_own(relative) and not is_secret(relative)
