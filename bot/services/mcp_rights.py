"""What another program may see and change: its scopes, then the rights of the person it speaks for.

A person's token sees public things and, from a private channel that the person is in, that
channel's. The workspace's token sees public things only, and changes only what programs said.
Of private channels the operator's program sees the one that the operator named, and no other.
"""

import structlog

from bot.domain.access import Act
from bot.domain.mcp_token import Agent, Scope
from bot.domain.memory.graph import View
from bot.errors import NotAllowed, NotFound
from bot.services.access import require
from bot.services.context import Context
from bot.services.directory import Directory
from bot.services.sources import Unreadable
from storage.models import Channel, MemoryEntity, MemoryObservation, MemoryRelation
from storage.repositories.memory_graph import AGENT
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

_OURS = "agent:"


def require_scope(agent: Agent, scope: Scope) -> None:
    """Raise NotAllowed unless the token has the scope."""
    if scope not in agent.scopes:
        raise NotAllowed(
            f"This token lacks the scope {scope}.", hint="The operator can make one that has it."
        )


async def view_of(ctx: Context, agent: Agent, channel_id: str) -> View:
    """Return what the program sees from a channel; without one, what is public.

    Raises NotAllowed for a person who may not look at anything, NotFound for a channel that is not
    known or may not be looked into: which of both is not said.
    """
    channel_id = channel_id or agent.channel_id
    directory = await _directory(ctx, agent) if agent.user_id and not agent.is_operator else None
    if directory is not None:
        await _require_person(ctx, directory, agent)
    if not channel_id:
        return View(agent.workspace_id)
    async with ctx.database.read() as uow:
        channel = await uow.channels.find(agent.workspace_id, channel_id)
    if channel is None or not await _may_look(agent, directory, channel):
        raise NotFound(
            "channel",
            channel_id[:40],
            hint="I know channels where I was spoken to; private ones are for their members.",
        )
    return View(agent.workspace_id, channel_id)


async def _may_look(agent: Agent, directory: Directory | None, channel: Channel) -> bool:
    if not channel.is_private:
        return True
    if agent.is_operator:
        return channel.id == agent.channel_id
    return directory is not None and agent.user_id in await directory.members(channel.id)


async def _directory(ctx: Context, agent: Agent) -> Directory:
    if ctx.sources is not None:
        try:
            return await ctx.sources.directory(agent.workspace_id)
        except Unreadable as why:
            log.info("mcp.no_directory", workspace_id=agent.workspace_id, why=why.sentence)
    raise NotAllowed("I cannot ask Slack about this token's person, so I do nothing.")


async def _require_person(ctx: Context, directory: Directory, agent: Agent) -> None:
    if (await directory.person(agent.user_id)).is_gone:
        raise NotAllowed("The account of this token's person was deactivated.")
    await require(ctx, directory, "look", workspace_id=agent.workspace_id, user_id=agent.user_id)


async def require_act(ctx: Context, agent: Agent, act: Act, *, channel_id: str) -> None:
    """Raise NotAllowed unless the program's person may do `act` in the channel."""
    if agent.is_operator:
        return
    if not agent.user_id:
        raise NotAllowed(
            "This token belongs to nobody, so it cannot do that.",
            hint="The operator can make one for a person (`--user`).",
        )
    await require(
        ctx,
        await _directory(ctx, agent),
        act,
        workspace_id=agent.workspace_id,
        user_id=agent.user_id,
        channel_id=channel_id,
    )


async def require_to_write(ctx: Context, agent: Agent, view: View) -> None:
    """Raise NotAllowed unless the program may change the memory there, as with `/lead remember`.

    The workspace's token may by its scope.
    """
    if agent.user_id:
        await require_act(ctx, agent, "ask", channel_id=view.channel_id)


async def require_observation(ctx: Context, agent: Agent, row: MemoryObservation) -> None:
    """Raise NotAllowed unless the program may remove what was said.

    Its person's own words, with the right to decide others'; the workspace's token what programs
    said in nobody's name.
    """
    if agent.user_id and row.author_id == agent.user_id:
        return
    if not agent.user_id and row.author_id is None and row.source.startswith(AGENT):
        return
    await _require_decide(ctx, agent, channel_id=row.channel_id)


async def require_entity(ctx: Context, agent: Agent, entity: MemoryEntity) -> None:
    """Raise NotAllowed unless the program may have all of a thing forgotten."""
    if not agent.user_id and not agent.is_operator and entity.record_id is None:
        async with ctx.database.read() as uow:
            if await uow.memory_graph.is_agents_own(entity.workspace_id, entity.id):
                return
    await _require_decide(ctx, agent, channel_id=entity.scope)


async def require_still_own(uow: UnitOfWork, agent: Agent, entity: MemoryEntity) -> None:
    """Raise NotAllowed where a person said something of a thing, now locked, in between."""
    if agent.user_id or agent.is_operator:
        return
    if not await uow.memory_graph.is_agents_own(entity.workspace_id, entity.id):
        raise _nobodys()


async def require_relation(ctx: Context, agent: Agent, row: MemoryRelation) -> None:
    """Raise NotAllowed unless the program may end a relation; a record's own never."""
    if row.added_by is None:
        raise NotAllowed(
            "That relation is what a record says.", hint="It changes when the record does."
        )
    if row.added_by == agent.actor or (not agent.user_id and row.added_by.startswith(_OURS)):
        return
    await _require_decide(ctx, agent, channel_id="")


async def _require_decide(ctx: Context, agent: Agent, *, channel_id: str) -> None:
    if not agent.user_id and not agent.is_operator:
        raise _nobodys()
    await require_act(ctx, agent, "decide", channel_id=channel_id)


def _nobodys() -> NotAllowed:
    return NotAllowed(
        "That was said by a person or a record, and this token belongs to nobody.",
        hint="The operator can make one for a person (`--user`).",
    )
