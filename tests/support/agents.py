"""Other programs for tests: the official MCP client against our server, and who its people are."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from mcp import Client

from bot.domain.access import Person
from bot.domain.mcp_token import SCOPES, Agent
from bot.errors import PersonUnknown
from bot.mcp.server import server
from bot.mcp.tool import Call
from bot.services.context import Starter
from bot.services.sources import FileRef, Heard
from tests.support.desk import Desk


@dataclass
class KnownPeople:
    """Implements `bot.services.sources.Sources` and its directory, as far as rights are asked."""

    people: Mapping[str, Person] = field(default_factory=dict)
    channels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    away: bool = False

    async def directory(self, workspace_id: str) -> "KnownPeople":
        """Return who people are: here, the same everywhere."""
        return self

    async def person(self, user_id: str) -> Person:
        """Return somebody's facts."""
        if self.away:
            raise PersonUnknown(user_id)
        return self.people.get(user_id, Person(user_id))

    async def members(self, group_id: str) -> frozenset[str]:
        """Return who is in a channel."""
        return self.channels.get(group_id, frozenset())

    async def may_ask(self, settings: Any, workspace_id: str, user_id: str) -> bool:
        """Nobody is asked here."""
        raise NotImplementedError

    async def may_see(self, workspace_id: str, user_id: str, channel_id: str) -> bool:
        """Nobody is asked here."""
        raise NotImplementedError

    async def is_shared(self, workspace_id: str, channel_id: str) -> bool | None:
        """Nobody is asked here."""
        raise NotImplementedError

    async def file(self, workspace_id: str, url: str, *, most: int) -> bytes:
        """No file is read here."""
        raise NotImplementedError

    async def files_of(
        self, workspace_id: str, channel_id: str, ts: str, *, root_ts: str
    ) -> list[FileRef]:
        """No file is read here."""
        raise NotImplementedError

    async def thread(
        self, workspace_id: str, channel_id: str, root_ts: str, *, most: int, before: str = ""
    ) -> list[Heard]:
        """No thread is read here."""
        raise NotImplementedError


def agent(name: str = "coder", **values: Any) -> Agent:
    """Return a program with every scope whose token is the workspace's."""
    given: dict[str, Any] = {"workspace_id": "T1", "scopes": SCOPES}
    return Agent(name=name, **(given | values))


def with_people(office: Desk, people: KnownPeople) -> Desk:
    """Return the desk with a list of people."""
    return Desk(replace(office.ctx, sources=people), office.model, office.news)


class Told(Exception):
    """A tool's sentence of why it did nothing."""


class Caller:
    """The official client, connected to our server as one program."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool; returns its structured content. Raises Told.

        The client has checked the content against the tool's schema.
        """
        result = await self.client.call_tool(tool, arguments)
        text = "".join(getattr(part, "text", "") for part in result.content)
        if result.is_error:
            raise Told(text)
        content: dict[str, Any] = result.structured_content or {}
        return content

    async def text(self, tool: str, **arguments: Any) -> Any:
        """Call a tool; returns what its text says."""
        result = await self.client.call_tool(tool, arguments)
        return json.loads("".join(getattr(part, "text", "") for part in result.content))


@asynccontextmanager
async def calling(
    office: Desk, who: Agent | None = None, *, starter: Starter | None = None
) -> AsyncIterator[Caller]:
    """Yield a program's client, connected without a wire."""
    call = Call(office.ctx, who or agent(), starter)
    async with Client(server(lambda _: call)) as client:
        await client.list_tools()
        yield Caller(client)


class KeptStarts:
    """Implements `bot.services.context.Starter`: keeps what was started."""

    def __init__(self) -> None:
        self.started: list[str] = []

    async def start_task(self, task_id: str, workflow_id: str) -> None:
        """Keep the task's id."""
        self.started.append(task_id)

    async def start_revision(self, decision_id: str, revision: int) -> None:
        """No decision is redrafted here."""
        raise NotImplementedError
