"""The tools over configured repositories: what a model may ask, and the answers as text."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.redaction import Options, redact
from bot.domain.tool_call import storable
from bot.domain.tool_server import Tool
from bot.tools.port import Told, ToolFailed
from bot.tools.repository import search
from bot.tools.repository.git import HIDDEN, git, revision
from bot.tools.repository.jail import Jail, Outside

MOST_FILE = 200_000
"""Ours, in bytes: the part of a file that lines are counted in."""
MOST_LINES = 400
MOST_SHOWN = 300
MOST_COMMITS = 50


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    repository: str = Field("", description="Its name; may be left out where there is one.")
    path: str = Field("", description="Relative to the repository; empty: all of it.")


class Read(_Asked):
    first_line: int = Field(1, ge=1)
    lines: int = Field(MOST_LINES, ge=1, le=MOST_LINES)


class Grep(_Asked):
    pattern: str = Field(description="An extended regular expression.")


class Glob(_Asked):
    pattern: str = Field(description="E.g. `src/**/*.py`.")


class Log(_Asked):
    commits: int = Field(20, ge=1, le=MOST_COMMITS)
    since: str = Field("", description="A commit, branch or tag: only what came after it.")


class Blame(_Asked):
    first_line: int = Field(1, ge=1)
    lines: int = Field(80, ge=1, le=MOST_LINES)


class Diff(_Asked):
    old: str = Field("HEAD~1", description="A commit, branch or tag.")
    new: str = Field("HEAD", description="A commit, branch or tag.")


async def _read(jail: Jail, asked: Read) -> str:
    raw = await asyncio.to_thread(jail.read, asked.path, most=MOST_FILE)
    if b"\x00" in raw[:8_000]:
        raise Outside(f"{asked.path[:80]!r} is not text")
    lines = raw.decode("utf-8", "replace").splitlines()
    start = asked.first_line - 1
    shown = lines[start : start + asked.lines]
    numbered = [f"{number:>5} {line}" for number, line in enumerate(shown, asked.first_line)]
    more = len(lines) - start - len(shown)
    cut = ", the file goes on" if len(raw) == MOST_FILE else ""
    return "\n".join(numbered) + (f"\n[{more} more lines{cut}]" if more > 0 or cut else "")


async def _grep(jail: Jail, asked: Grep) -> str:
    return _shown(await search.grep(jail, asked.pattern, asked.path), "No line matches.")


async def _glob(jail: Jail, asked: Glob) -> str:
    return _shown(await asyncio.to_thread(search.glob, jail, asked.pattern), "No file matches.")


async def _list(jail: Jail, asked: _Asked) -> str:
    return _shown(await asyncio.to_thread(search.listing, jail, asked.path), "It is empty.")


async def _log(jail: Jail, asked: Log) -> str:
    since = [f"^{revision(asked.since)}"] if asked.since else []
    where = ["--", jail.relative(asked.path)] if asked.path else []
    return await git(
        jail.root, "log", "--no-ext-diff", "--no-textconv", f"--max-count={asked.commits}",
        "--date=short", "--format=%h %ad %an: %s", "HEAD", *since, *where,
    ) or "No commit."  # fmt: skip


async def _blame(jail: Jail, asked: Blame) -> str:
    path = jail.relative(asked.path)
    last = asked.first_line + asked.lines - 1
    # As committed: on what lies in the folder Git would run filters of the repository's settings.
    return await git(
        jail.root, "blame", "--no-textconv", "--date=short", f"-L{asked.first_line},{last}", "HEAD",
        "--", path,
    )  # fmt: skip


async def _diff(jail: Jail, asked: Diff) -> str:
    old, new = revision(asked.old), revision(asked.new)
    # A path may be a folder: what is hidden in it stays hidden.
    path = jail.relative(asked.path) if asked.path else "."
    said = await git(
        jail.root, "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--stat", "--patch",
        old, new, "--", ":(top)" if path == "." else f":(top,literal){path}", *HIDDEN,
        pathspecs=True,
    )  # fmt: skip
    return said or "There is no difference."


def _shown(lines: list[str], nothing: str) -> str:
    more = len(lines) - MOST_SHOWN
    return "\n".join([*lines[:MOST_SHOWN], *([f"[{more} more]"] if more > 0 else [])]) or nothing


_KINDS: dict[str, tuple[str, type[_Asked], Callable[[Jail, Any], Awaitable[str]]]] = {
    "read": ("Read a file of a repository, with line numbers.", Read, _read),
    "grep": ("Search a repository's files for lines.", Grep, _grep),
    "glob": ("Find a repository's files by a pattern of their path.", Glob, _glob),
    "list": ("List a folder of a repository.", _Asked, _list),
    "log": ("List a repository's newest commits, or those of a path.", Log, _log),
    "blame": ("Say for lines of a file who wrote them when.", Blame, _blame),
    "diff": ("Show what changed between two commits.", Diff, _diff),
}
REPOSITORY_TOOLS = tuple(
    Tool(name=name, description=about, parameters=asked.model_json_schema())
    for name, (about, asked, _) in _KINDS.items()
)


class RepositoryTools:
    """Answers from folders by name; what looks like a secret is replaced in every answer."""

    def __init__(self, folders: Mapping[str, Path], redaction: Options) -> None:
        self._folders = folders
        self._redaction = redaction

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Told:
        """Make a call; raises ToolFailed for a tool that is not there.

        A path that may not be read is an answer, too: the model is told and goes on.
        """
        if tool not in _KINDS:
            raise ToolFailed(f"there is no tool {tool[:40]!r} for repositories.")
        _, asked_for, do = _KINDS[tool]
        try:
            asked = asked_for.model_validate(dict(arguments))
            text = await do(await self._jail(asked.repository), asked)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return Told(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", failed=True)
        except Outside as refused:
            return Told(f"Refused: {refused}.", failed=True)
        return Told(redact(storable(text), self._redaction))

    async def _jail(self, name: str) -> Jail:
        known = ", ".join(sorted(self._folders))
        if not name and len(self._folders) == 1:
            name = next(iter(self._folders))
        if name not in self._folders:
            raise Outside(f"there is no repository {name[:40]!r}; there are: {known}")
        try:
            return await asyncio.to_thread(Jail, self._folders[name])
        except OSError:
            raise Outside(f"the folder of {name} is not there any more") from None
