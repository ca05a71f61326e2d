"""Finds files and lines in a repository; lines by Git's grep, a process that can be ended."""

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from bot.tools.repository.git import git
from bot.tools.repository.jail import Jail, Outside, is_readable

MOST_LINES = 200
"""Ours: of one search; a model that needs more asks for less."""
MOST_LINE = 300
MOST_WALKED = 50_000
"""Files looked at by one `glob`."""
_MOST_STARS = 6


async def grep(jail: Jail, pattern: str, path: str) -> list[str]:
    """Return `file:line:text` of lines that match an extended regular expression."""
    where = jail.relative(path)
    if not pattern.strip() or len(pattern) > 300 or "\n" in pattern or "\x00" in pattern:
        raise Outside("that is no pattern to search for")
    # --no-index: files as they lie there, also where nothing is committed; links are not followed.
    said = await git(
        jail.root,
        "grep", "--no-index", "--no-recurse-submodules", "--no-exclude-standard", "-n", "-I", "-E",
        "--no-color", "--full-name", "--null", f"--max-count={MOST_LINES}", "-e", pattern,
        "--", where,
        allowed=(0, 1),
    )  # fmt: skip
    return [found for line in said.splitlines() if (found := _line(line)) is not None]


def _line(said: str) -> str | None:
    """Return one of Git's lines as people write it; None for a file that may not be shown."""
    path, _, rest = said.partition("\x00")
    number, _, text = rest.partition("\x00" if "\x00" in rest else ":")
    if not rest or not is_readable(path):
        return None
    shown = text if len(text) <= MOST_LINE else f"{text[:MOST_LINE]}…"
    return f"{path}:{number}:{shown}"


def glob(jail: Jail, pattern: str) -> list[str]:
    """Return files whose path matches, e.g. `src/**/*.py`; raises Outside for a bad pattern."""
    regex = _compiled(pattern)
    return [path for path in _walk(jail.root) if regex.fullmatch(path)]


def listing(jail: Jail, path: str) -> list[str]:
    """Return a folder's entries, folders with a slash, files with their size in bytes."""
    folder = jail.path(path)
    if not folder.is_dir():
        raise Outside(f"{path[:80]!r} is no folder")
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    return [_entry(entry) for entry in entries if is_readable(entry.name)]


def _entry(entry: "os.DirEntry[str]") -> str:
    if entry.is_symlink():
        return f"{entry.name} (link)"
    if entry.is_dir(follow_symlinks=False):
        return f"{entry.name}/"
    return f"{entry.name} ({entry.stat(follow_symlinks=False).st_size:,} bytes)"


def _walk(root: Path) -> Iterator[str]:
    """Yield readable files by their path; links are named but never followed."""
    seen = 0
    for folder, folders, files in os.walk(root, followlinks=False):
        here = Path(folder).relative_to(root)
        folders[:] = sorted(name for name in folders if is_readable(name))
        for name in sorted(files):
            seen += 1
            if seen > MOST_WALKED:
                return
            path = (here / name).as_posix()
            if is_readable(path):
                yield path


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> "re.Pattern[str]":
    """Return a shell pattern as a regular expression; few stars, so that none takes for ever."""
    text = re.sub(r"\*{3,}", "**", pattern.strip().removeprefix("./"))
    if not text or len(text) > 200 or text.count("*") > 2 * _MOST_STARS or "\x00" in text:
        raise Outside("that is no pattern of files")
    if text.startswith(("/", "~")) or ".." in text.split("/"):
        raise Outside(f"{pattern[:80]!r} leads out of the repository")
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", text)
    made = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(made.get(part, re.escape(part)) for part in parts))
