"""Looks libraries up before a technology is chosen, where a server with documentation is there.

Two turns of calls, each call a row before it is made: which library a name means, then what its
documentation says. Only tools that are used unasked; without such a server nothing happens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.research import MOST_CHARACTERS, LibraryDocs, arguments, library_id
from bot.domain.task import AT_WORK
from bot.domain.tool_call import CallState, ToolWish, WorkTurn
from bot.domain.tool_capability import LIBRARY_DOCS, capabilities, resolve
from bot.domain.tool_server import wire_name
from bot.services import tool_calls
from bot.services.context import Context
from bot.services.tool_calls import Wanted
from bot.services.tool_offers import Offer, Offers, permission_for, serves, tools_of
from storage.models import Task, ToolCall, ToolServer
from storage.uow import UnitOfWork

WHO = "research"
"""Who made the calls, in their rows."""
_RESOLVE, _QUERY = "resolve-library-id", "query-docs"


@dataclass(frozen=True)
class _Docs:
    """A server with documentation: its two tools by what the model would call them."""

    server: ToolServer
    resolve: Offer
    query: Offer

    @property
    def offers(self) -> Offers:
        return Offers((self.resolve, self.query), servers={self.server.name: self.server})


async def look_up(
    ctx: Context, task_id: str, names: Sequence[str], topic: str, *, run: str | None = None
) -> tuple[LibraryDocs, ...]:
    """Return what documentation says of these libraries; safe to run again, no call twice.

    A name that no library has, or whose look-up failed, is left out. Raises TaskStopped and
    Superseded.
    """
    if ctx.tools is None or not ctx.settings.tools.enabled:
        return ()
    async with ctx.database.read() as uow:
        task = await uow.tasks.get(task_id)
        docs = await _server(uow, task)
    if docs is None:
        return ()
    asked = list(dict.fromkeys(names))[: ctx.settings.tools.calls]
    step = f"r{task.round}:{WHO}"
    wishes = {
        name: _wish(docs.resolve, at, name=name, topic=topic) for at, name in enumerate(asked)
    }
    resolved = await _made(ctx, task_id, f"{step}:t0", docs, wishes, run=run)
    ids = {name: library_id(text) for name, text in resolved.items()}
    wishes = {
        name: _wish(docs.query, at, id=found, topic=f"{name}: {topic}")
        for at, (name, found) in enumerate((n, i) for n, i in ids.items() if i)
    }
    read = await _made(ctx, task_id, f"{step}:t1", docs, wishes, run=run)
    return tuple(
        LibraryDocs(
            option=name, source=f"{docs.server.name}, {ids[name]}", text=text[:MOST_CHARACTERS]
        )
        for name, text in read.items()
        if text.strip()
    )


async def _server(uow: UnitOfWork, task: Task) -> _Docs | None:
    """Return the first server with documentation that may be used unasked in this channel."""
    channel = await uow.channels.find(task.workspace_id, task.channel_id)
    for server in await uow.tool_servers.all(task.workspace_id):
        can = capabilities(tool.name for tool in tools_of(server))
        if LIBRARY_DOCS not in can or not serves(server, channel):
            continue
        resolving, querying = _offer(server, _RESOLVE), _offer(server, _QUERY)
        if resolving is not None and querying is not None:
            return _Docs(server, resolving, querying)
    return None


def _offer(server: ToolServer, wanted: str) -> Offer | None:
    """Return a tool by its name, old or new; None where it is off, or asks first."""
    tools = {tool.name: tool for tool in tools_of(server)}
    name = resolve(wanted, tools)
    if name is None or permission_for(server, name) != "read":
        return None
    return Offer(wire_name(server.name, name), server.name, tools[name], "read")


def _wish(offer: Offer, at: int, **values: str) -> ToolWish:
    given = arguments(offer.tool.parameters, **values)
    return ToolWish(id=f"{WHO}-{at}", name=offer.name, arguments=given)


async def _made(
    ctx: Context,
    task_id: str,
    step: str,
    docs: _Docs,
    wishes: Mapping[str, ToolWish],
    *,
    run: str | None,
) -> dict[str, str]:
    """Make the calls that were not made yet; returns what came of those that brought something.

    The rows say which they were: a server that has other tools by now changes no call's place.
    """
    if not wishes:
        return {}
    turn = WorkTurn(wishes=tuple(wishes.values()))
    wanted = Wanted(step=step, who=WHO, turn=turn, offers=docs.offers, states=AT_WORK)
    if not await tool_calls.make(ctx, task_id, wanted, run=run):
        return {}
    async with ctx.database.read() as uow:
        rows = {row.position: row for row in await uow.tool_calls.of_step(task_id, step)}
    return {
        name: rows[at].result for at, name in enumerate(wishes) if at in rows and _brought(rows[at])
    }


def _brought(row: ToolCall) -> bool:
    return row.state is CallState.DONE
