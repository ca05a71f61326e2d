"""Which tools a task's specialist is offered: by its charter, the place and what people chose."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bot.domain.specialist import Specialist
from bot.domain.tool_capability import REPOSITORY, SANDBOX, capabilities, resolve
from bot.domain.tool_pin import pinned_permission
from bot.domain.tool_server import Permission, Tool, wire_name
from bot.domain.worktree import WorktreeState
from bot.model.offline import OfflineModel
from bot.services.context import Context
from bot.services.worktrees import writable
from bot.tools.repository import REPOSITORY_TOOLS
from bot.tools.sandbox.tools import OPEN, SANDBOX_TOOLS
from storage.models import Channel, Task, ToolServer
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
    rounds: int = 0
    """How often tools may be used before the specialist hands in; 0: as the settings say."""

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
    if isinstance(ctx.models.of(task), OfflineModel):
        return NOTHING  # the playbook is written; it looks nothing up
    if not await uow.once("tools", partial(uow.tool_servers.has_any, task.workspace_id)):
        return NOTHING
    channel = await uow.channels.find(task.workspace_id, task.channel_id)
    in_slack = channel is not None and channel.surface == "slack"
    servers = [
        server
        for server in await uow.tool_servers.all(task.workspace_id)
        if serves(server, channel) and _wants(who, server)
    ]
    found = [offer for server in servers for offer in _of(server, may_ask=in_slack)]
    folders: dict[str, Path] = {}
    if REPOSITORY in who.tools:
        rows = await uow.code_repositories.all(task.workspace_id, seen_from=task.channel_id)
        folders = {row.name: Path(row.path) for row in rows}
        found = [*(_repository_offers() if folders else ()), *found]
    changing, is_open = await sandbox_offers(ctx, uow, task, who, may_ask=in_slack)
    return Offers(
        tools=tuple([*changing, *found][:MOST_OFFERED]),
        servers={server.name: server for server in servers},
        folders=folders,
        rounds=ctx.settings.sandbox.rounds if is_open else ctx.settings.tools.rounds,
    )


async def sandbox_offers(
    ctx: Context, uow: UnitOfWork, task: Task, who: Specialist, *, may_ask: bool
) -> tuple[list[Offer], bool]:
    """Return the tools of throw-away worktrees, and whether one is open.

    Opening one needs a person's yes; what is done in an open one does not.
    """
    if SANDBOX not in who.tools or not may_ask:
        return [], False
    there = {
        row.name for row in await writable(ctx, uow, task.workspace_id, seen_from=task.channel_id)
    }
    if not there or ctx.sandbox is None or await ctx.sandbox.problem():
        return [], False
    trees = await uow.worktrees.of_round(task.id, task.round)
    opened = {each.repository for each in trees if each.state is WorktreeState.OPEN} & there
    offers = [_opening(there - opened)] if there - opened else []
    if opened:
        offers += [_sandbox_offer(name, "write") for name in SANDBOX_TOOLS if name != OPEN]
    return offers, bool(opened)


def _opening(repositories: Set[str]) -> Offer:
    """Return the tool that asks for a worktree; it names what may be asked for."""
    offer = _sandbox_offer(OPEN, "ask")
    about = f"{offer.tool.description} Repositories: {', '.join(sorted(repositories))}."
    return replace(offer, tool=offer.tool.model_copy(update={"description": about}))


def _sandbox_offer(name: str, permission: Permission) -> Offer:
    tool = SANDBOX_TOOLS[name]
    return Offer(wire_name(SANDBOX, name), server=SANDBOX, tool=tool, permission=permission)


def serves(server: ToolServer, channel: Channel | None) -> bool:
    """Whether a server may be used for a task of a channel, which may not be known.

    What a server knows is the company's: it is told nowhere that others read.
    """
    if channel is None or channel.is_shared is not False:
        return False
    return server.private or not channel.is_private


def _wants(who: Specialist, server: ToolServer) -> bool:
    """Whether a charter names a server, or something that it can do."""
    can = capabilities(str(tool["name"]) for tool in server.tools)
    return server.name in who.tools or bool(can.intersection(who.tools))


def tools_of(server: ToolServer) -> Sequence[Tool]:
    """Return what a server has, as it was last seen."""
    return [Tool.model_validate(tool) for tool in server.tools]


def permission_for(server: ToolServer, tool: str) -> Permission:
    """Return what a server's tool may do today."""
    return pinned_permission(server.permissions, server.pins, tool)


def _of(server: ToolServer, *, may_ask: bool) -> list[Offer]:
    """Return a server's tools that are not off; who cannot be asked is not."""
    offers = []
    for tool in tools_of(server):
        permission = permission_for(server, tool.name)
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
