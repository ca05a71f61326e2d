"""Tool servers for tests: one in memory that remembers its calls, and a team that may use it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.tool_call import ToolWish, WorkTurn
from bot.domain.tool_server import Tool, wire_name
from bot.model.port import ToolWorkRequest
from bot.services import planning, tool_servers
from bot.services.tool_servers import NewServer
from bot.tools.port import Target, Told, ToolFailed
from storage.models import ToolServer
from tests.support.desk import Desk, output

MEMORY = ("search_nodes", "open_nodes", "create_entities")
Answer = str | Exception | Told


class KeptTools:
    """Implements `bot.tools.Tools`: answers what it was told to and keeps every call."""

    def __init__(self, *names: str) -> None:
        self.names = names or MEMORY
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: dict[str, Answer] = {}
        self.problem = ""
        self.about: dict[str, str] = {}
        """What tools say of themselves, where it is not the usual."""
        self.during: Callable[[], Any] = lambda: None
        """Happens in the middle of each call."""

    async def list(self, target: Target, *, seconds: float) -> list[Tool]:
        """Return the tools, or fail with the problem."""
        if self.problem:
            raise ToolFailed(self.problem)
        says = {name: f"Does {name}." for name in self.names} | self.about
        return [Tool(name=name, description=says[name]) for name in self.names]

    async def call(
        self, target: Target, tool: str, arguments: Mapping[str, Any], *, seconds: float
    ) -> Told:
        """Answer a call."""
        self.calls.append((target.name, tool, dict(arguments)))
        await asyncio.sleep(0)
        self.during()
        answer = self.answers.get(tool, f"result of {tool}")
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Told) else Told(answer)

    async def close(self) -> None:
        """Forget the calls."""
        self.calls.clear()


def with_tools(office: Desk, tools: KeptTools, *wants: str) -> Desk:
    """Return the desk with tools; every specialist's charter names `wants`, or memory."""
    team = office.ctx.team
    who = {
        name: each.model_copy(update={"tools": wants or ("memory",)})
        for name, each in team.specialists.items()
    }
    ctx = replace(office.ctx, tools=tools, team=replace(team, specialists=who))
    return Desk(ctx, office.model, office.news)


async def a_server(office: Desk, name: str = "memory", **more: Any) -> ToolServer:
    """Add a server and look at it once."""
    values = {"workspace_id": "T1", "by": "U1", "command": ("memory-server",)} | more
    return await tool_servers.check(
        office.ctx, await tool_servers.add(office.ctx, NewServer(name=name, **values))
    )


def wish(tool: str, *, server: str = "memory", number: int = 1, **arguments: Any) -> ToolWish:
    """Return a wish for one call."""
    return ToolWish(id=f"toolu_{number}", name=wire_name(server, tool), arguments=arguments)


def wishes(*asked: ToolWish) -> WorkTurn:
    """Return a turn that wants calls made."""
    blocks = [{"type": "tool_use", "id": w.id, "name": w.name, "input": w.arguments} for w in asked]
    return WorkTurn(wishes=asked, content=tuple(blocks))


def hand_in(request: ToolWorkRequest) -> WorkTurn:
    """Return the turn that ends the work."""
    return WorkTurn(output=output(request.work))


async def at_work(office: Desk, *turns: WorkTurn, **place: Any) -> str:
    """Plan a task whose specialist says these turns and then hands in; returns its id."""
    office.model.enqueue(ToolWorkRequest, *turns)
    office.model.always(ToolWorkRequest, hand_in)
    task = await office.take_in(**place)
    assert await planning.plan_task(office.ctx, task.id) == "work"
    return task.id
