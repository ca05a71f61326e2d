"""Which tools a task's specialist is offered: by its charter, the place and what people chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.specialist import Specialist
from bot.domain.tool_capability import REPOSITORY, capabilities, resolve
from bot.domain.tool_server import Permission, Tool, permission_of, wire_name
from bot.model.offline import OfflineModel
from bot.services.context import Context
from bot.tools.repository import REPOSITORY_TOOLS
from storage.models import Task, ToolServer
from storage.uow import UnitOfWork

MOST_OFFERED = 40
"""Ours: each is in every prompt of the specialist's, and a model with too many picks badly."""


@dataclass(frozen=True)
class Offer:
    """One tool under the name that the model knows it by."""

    name: str
    server: str
    """The server's name; `repository` for our own."""
    tool: Tool
    """As its server has it."""
    permission: Permission

    @property
    def shown(self) -> Tool:
        """The tool as the model is shown it."""
        return self.tool.model_copy(update={"name": self.name})


@dataclass(frozen=True)
class Offers:
    """What a specialist may use in a task."""

    tools: tuple[Offer, ...] = ()
    servers: Mapping[str, ToolServer] = field(default_factory=dict)
    folders: Mapping[str, Path] = field(default_factory=dict)
    """Repositories by name."""

    def named(self, name: str) -> Offer | None:
        """Return the offer that a model means, also by an old name of the tool."""
        exact = next((offer for offer in self.tools if offer.name == name), None)
        if exact is not None:
            return exact
        server, _, wanted = name.removeprefix("mcp__").rpartition("__")
        there = {o.tool.name: o for o in self.tools if server in ("", o.server)}
        meant = resolve(wanted, there)
        return None if meant is None else there[meant]


NOTHING = Offers()


async def offers_for(ctx: Context, uow: UnitOfWork, task: Task, who: Specialist) -> Offers:
    """Return what `who` may use in this task; nothing for one whose charter names no tools."""
    if ctx.tools is None or not ctx.settings.tools.enabled or not who.tools:
        return NOTHING
        return NOTHING
    if isinstance(ctx.models.of(task), OfflineModel):
        return NOTHING  # the playbook is written; it looks nothing up
    if not await uow.tool_servers.has_any(task.workspace_id):
        return NOTHING
    channel = await uow.channels.find(task.workspace_id, task.channel_id)
    private = channel is None or channel.is_private
    in_slack = channel is not None and channel.surface == "slack"
    servers = [
        server
        for server in await uow.tool_servers.all(task.workspace_id)
        if (server.private or not private) and _wants(who, server)
    ]
    found = [offer for server in servers for offer in _of(server, may_ask=in_slack)]
    folders: dict[str, Path] = {}
    if REPOSITORY in who.tools:
        rows = await uow.code_repositories.all(task.workspace_id, seen_from=task.channel_id)
        folders = {row.name: Path(row.path) for row in rows}
        found = [*(_repository_offers() if folders else ()), *found]
    return Offers(
        tools=tuple(found[:MOST_OFFERED]),
        servers={server.name: server for server in servers},
        folders=folders,
    )


def _wants(who: Specialist, server: ToolServer) -> bool:
    """Whether a charter names a server, or something that it can do."""
    can = capabilities(str(tool["name"]) for tool in server.tools)
    return server.name in who.tools or bool(can.intersection(who.tools))


def tools_of(server: ToolServer) -> Sequence[Tool]:
    """Return what a server has, as it was last seen."""
    return [Tool.model_validate(tool) for tool in server.tools]


def _of(server: ToolServer, *, may_ask: bool) -> list[Offer]:
    """Return a server's tools that are not off; who cannot be asked is not."""
    offers = []
    for tool in tools_of(server):
        permission = permission_of(server.permissions, tool.name)
        if permission == "off" or (permission == "ask" and not may_ask):
            continue
        name = wire_name(server.name, tool.name)
        offers.append(Offer(name=name, server=server.name, tool=tool, permission=permission))
    return offers


def _repository_offers() -> list[Offer]:
    return [
        Offer(
            name=wire_name(REPOSITORY, tool.name), server=REPOSITORY, tool=tool, permission="read"
        )
        for tool in REPOSITORY_TOOLS
    ]
