"""Files that cost seconds to make, made once for all processes and runs of the same code."""

import fcntl
import os
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PLACE = _ROOT / "build" / "tests"
"""`make clean` removes it."""


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the file of that name, which `make` writes when this code has not made it yet.

    Whoever comes while it is made waits. Copy it, do not write to it.
    """
    file = _PLACE / f"{name}-{_code()}"
    if file.exists():
        return file
    _PLACE.mkdir(parents=True, exist_ok=True)
    with (_PLACE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            with tempfile.TemporaryDirectory(dir=_PLACE) as folder:
                make(Path(folder) / name)
                os.replace(Path(folder) / name, file)
    return file


@cache
def _code() -> str:
    """Return a word for all that decides how a database looks."""
    read = sha256(version("dbos").encode())
    for source in sorted((_ROOT / "storage").rglob("*.*")):
        if source.suffix in (".py", ".sql"):
            read.update(source.read_bytes())
    return read.hexdigest()[:16]
