"""The tools over a throw-away worktree: what a model may ask, and the answers as text."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.redaction import Options
from bot.domain.tool_server import Tool
from bot.tools.port import Told, ToolFailed
from bot.tools.repository import Outside, RepositoryTools
from bot.tools.sandbox import files
from bot.tools.sandbox.limits import owner
from bot.tools.sandbox.machine import Sandbox, Unavailable
from bot.tools.sandbox.worktree import Worktree

OPEN = "open"
Word = Annotated[str, Field(max_length=100_000)]


class Asked(BaseModel):  # without a docstring, which models would read as the tool's words
    model_config = ConfigDict(frozen=True, extra="ignore")

    repository: str = Field("", description="Its name; may be left out where there is one.")


class Opening(Asked):
    """What a worktree is asked for with: the person who is asked reads both."""

    repository: str = Field(description="Its name.")
    purpose: str = Field(description="One sentence for the person who says yes or no.")


class Reading(Asked):
    path: str
    first_line: int = Field(1, ge=1)
    lines: int = Field(400, ge=1, le=400)


class Writing(Asked):
    path: str = Field(description="Relative to the repository.")
    content: str = Field(description="The whole file.")


class Editing(Asked):
    path: str = Field(description="Relative to the repository.")
    old: str = Field(description="The text to replace; it must stand in the file just once.")
    new: str = Field(description="What stands there instead.")


class Running(Asked):
    command: list[Word] = Field(
        min_length=1,
        max_length=500,
        description='Word by word, e.g. ["pytest", "-q"]; no shell reads it but ["sh", "-c", …].',
    )
    seconds: float | None = Field(None, gt=0, description="Give up after so many seconds.")


_KINDS: dict[str, tuple[str, type[Asked]]] = {
    OPEN: (
        (
            "Ask a person to let you change a repository's code for this task, in a throw-away"
            " worktree. Commands run there without a network; what you changed becomes a patch."
        ),
        Opening,
    ),
    "read_file": ("Read a file as it is in the worktree, with line numbers.", Reading),
    "write_file": ("Write a whole file in the worktree.", Writing),
    "edit_file": ("Replace one text in a file of the worktree.", Editing),
    "run": ("Run a command in the worktree, without a network.", Running),
    "diff": ("Show what was changed in the worktree so far.", Asked),
}
SANDBOX_TOOLS = {
    name: Tool(name=name, description=about, parameters=asked.model_json_schema())
    for name, (about, asked) in _KINDS.items()
}


def read_arguments(tool: str, arguments: Mapping[str, Any]) -> Asked:
    """Return a tool's arguments; raises Outside with a sentence, ToolFailed for no such tool."""
    if tool not in _KINDS:
        raise ToolFailed(f"there is no tool {tool[:40]!r} for worktrees.")
    try:
        return _KINDS[tool][1].model_validate(dict(arguments))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Outside(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


class WorktreeTools:
    """Answers from one worktree; `hidden` folders stay out of sight of what is run."""

    def __init__(
        self, sandbox: Sandbox, tree: Worktree, redaction: Options, hidden: Iterable[Path]
    ) -> None:
        self._sandbox = sandbox
        self._tree = tree
        self._redaction = redaction
        self._hidden = tuple(hidden)

    async def call(self, asked: Asked) -> Told:
        """Do what was asked; raises ToolFailed where nothing can be run, Outside when refused."""
        match asked:
            case Reading():
                own = RepositoryTools({"": self._tree.folder}, self._redaction)
                return await own.call("read", {**asked.model_dump(), "repository": ""})
            case Writing():
                data = asked.content.encode("utf-8", "replace")
                await asyncio.to_thread(
                    files.write, self._tree.folder, asked.path, data, owner=owner()
                )
                return Told(f"Written: {len(data):,} bytes.")
            case Editing():
                line = await asyncio.to_thread(
                    files.edit, self._tree.folder, asked.path, asked.old, asked.new, owner=owner()
                )
                return Told(f"Replaced at line {line}.")
            case Running():
                return await self._run(asked)
        raise ToolFailed("there is no such tool for worktrees.")

    async def _run(self, asked: Running) -> Told:
        allowed, program = self._sandbox.settings.allowed, asked.command[0]
        if any("\x00" in word for word in asked.command):
            raise Outside("that is no command")
        if allowed and program not in allowed:
            raise Outside(f"{program[:60]!r} may not be run; may: {', '.join(sorted(allowed))}")
        try:
            ended = await self._sandbox.run(
                asked.command, self._tree.folder, seconds=asked.seconds, hidden=self._hidden
            )
        except Unavailable as unavailable:
            raise ToolFailed(unavailable.sentence) from None
        how = f"Ended from outside: {ended.why}." if ended.why else f"Exit code {ended.code}"
        first = f"{how} after {ended.seconds:.1f} s."
        return Told(f"{first}\n{ended.output}".rstrip(), failed=bool(ended.why))
