"""The port to tool servers: which tools there are, and calls with bounded answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.domain.tool_server import Tool
from bot.errors import TeamleadError


@dataclass(frozen=True)
class Target:
    """How a server is reached; one with another `key` is another connection."""

    key: str
    name: str
    command: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    """Names of this process's environment variables that the command is handed."""
    url: str = ""
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Told:
    """What a call brought, as text; `size` is its length in characters."""

    text: str
    failed: bool = False

    @property
    def size(self) -> int:
        """Its length in characters."""
        return len(self.text)


class ToolFailed(TeamleadError):
    """A server was not reached or gave no answer; `sentence` says so for people and the model."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Tools(Protocol):
    """Servers of tools, each reached when it is first needed."""

    async def list(self, target: Target, *, seconds: float) -> list[Tool]:
        """Return a server's tools, cut to what is kept; raises ToolFailed."""
        ...

    async def call(
        self, target: Target, tool: str, arguments: Mapping[str, Any], *, seconds: float
    ) -> Told:
        """Make a call; raises ToolFailed when no answer came within so many seconds."""
        ...

    async def close(self) -> None:
        """Give back connections and end commands."""
        ...
