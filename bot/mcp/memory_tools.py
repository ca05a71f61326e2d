"""The nine memory tools, by the names and shapes of `@modelcontextprotocol/server-memory`."""

from collections.abc import Sequence
from functools import partial
from operator import itemgetter

from bot.domain.memory import Query, kind_of
from bot.domain.memory.graph import Entity as Known
from bot.mcp import memory_shapes as shapes
from bot.mcp.tool import Call, Placed, Tool
from bot.services import mcp_rights, memory, memory_graph
from bot.services import memory_graph_changes as changes
from bot.services.memory_graph_changes import Writer


async def _writer(call: Call, asked: Placed) -> Writer:
    """Return who writes from where; raises NotAllowed and NotFound."""
    agent, view = call.agent, await call.view(asked)
    await mcp_rights.require_to_write(call.ctx, agent, view)
    return Writer(
        view=view,
        by=agent.actor,
        author=agent.user_id or None,
        source=agent.source,
        at=call.ctx.clock.now(),
    )


async def _create_entities(call: Call, asked: shapes.CreateEntities) -> shapes.Entities:
    writer = await _writer(call, asked)
    wanted = [Known(e.name, e.entity_type, tuple(e.observations)) for e in asked.entities]
    async with call.ctx.database.begin() as uow:
        made = await changes.create_entities(uow, writer, wanted)
    return shapes.Entities(entities=[shapes.entity_of(one) for one in made])


async def _create_relations(call: Call, asked: shapes.Relations) -> shapes.MadeRelations:
    writer = await _writer(call, asked)
    async with call.ctx.database.begin() as uow:
        edges = [one.edge for one in asked.relations]
        made = await changes.create_relations(uow, writer, edges)
    return shapes.MadeRelations(relations=[shapes.relation_of(edge) for edge in made])


async def _add_observations(call: Call, asked: shapes.AddObservations) -> shapes.AddedObservations:
    writer = await _writer(call, asked)
    wanted = [(one.entity_name, one.contents) for one in asked.observations]
    async with call.ctx.database.begin() as uow:
        added = await changes.add_observations(uow, writer, wanted)
    results = [shapes.Added(entity_name=name, added_observations=list(new)) for name, new in added]
    return shapes.AddedObservations(results=results)


async def _delete_entities(call: Call, asked: shapes.DeleteEntities) -> shapes.Done:
    """A channel's own thing goes before everybody's: one of both is meant, as in Slack."""
    writer = await _writer(call, asked)
    view = writer.view
    async with call.ctx.database.read() as uow:
        found = await memory_graph.named(uow, view, asked.entity_names)
    wanted = {}
    for rows in found:
        own = [row for row in rows if view.channel_id and row.scope == view.channel_id]
        wanted.update({row.id: row for row in own or rows})
    for row in wanted.values():
        await mcp_rights.require_entity(call.ctx, call.agent, row)
    now = call.ctx.clock.now()
    async with call.ctx.database.begin() as uow:
        # In the order in which writers lock, too: nobody waits in a circle.
        for row in sorted(wanted.values(), key=lambda one: (one.scope, one.key)):
            if await uow.memory.get(view.workspace_id, row.id) is None:
                continue  # somebody was faster
            await mcp_rights.require_still_own(uow, call.agent, row)
            await memory.forget_entity(uow, view.workspace_id, row, by=call.agent.actor, at=now)
    return shapes.Done(success=True, message="Entities deleted successfully")


async def _delete_observations(call: Call, asked: shapes.DeleteObservations) -> shapes.Done:
    writer = await _writer(call, asked)
    view = writer.view
    wanted = [(one.entity_name, one.observations) for one in asked.deletions]
    async with call.ctx.database.read() as uow:
        found = await changes.observations_of(uow, view, wanted)
    for row, _ in found:
        await mcp_rights.require_observation(call.ctx, call.agent, row)
    now = call.ctx.clock.now()
    async with call.ctx.database.begin() as uow:
        for row, _ in sorted(found, key=lambda one: (one[1].scope, one[1].key, one[0].id)):
            there = await uow.memory.observation(
                view.workspace_id, row.id, seen_from=view.channel_id
            )
            if there is None:
                continue  # somebody was faster
            await memory.forget_observation(
                uow,
                view.workspace_id,
                row.id,
                by=call.agent.actor,
                at=now,
                seen_from=view.channel_id,
            )
    return shapes.Done(success=True, message="Observations deleted successfully")


async def _delete_relations(call: Call, asked: shapes.Relations) -> shapes.Done:
    writer = await _writer(call, asked)
    view = writer.view
    async with call.ctx.database.read() as uow:
        found = await changes.relations_of(uow, view, [one.edge for one in asked.relations])
    for row in found:
        await mcp_rights.require_relation(call.ctx, call.agent, row)
    async with call.ctx.database.begin() as uow:
        await changes.delete_relations(uow, writer, found)
    return shapes.Done(success=True, message="Relations deleted successfully")


async def _read_graph(call: Call, asked: shapes.ReadGraph) -> shapes.GraphPart:
    view = await call.view(asked)
    async with call.ctx.database.read() as uow:
        graph = await memory_graph.page(uow, view, cursor=asked.cursor, limit=asked.limit)
    return shapes.part_of(graph)


async def _search_nodes(call: Call, asked: shapes.SearchNodes) -> shapes.GraphPart:
    view = await call.view(asked)
    query = Query(
        view.workspace_id,
        asked.query,
        view.channel_id,
        kinds=(kind_of(asked.entity_type),) if asked.entity_type.strip() else (),
        service=asked.service,
        limit=asked.limit,
        offset=asked.offset,
    )
    async with call.ctx.database.read() as uow:
        found = await memory_graph.find(uow, view, query, meanings=call.ctx.meanings)
        return shapes.part_of(found)


async def _open_nodes(call: Call, asked: shapes.OpenNodes) -> shapes.OpenedNodes:
    view = await call.view(asked)
    async with call.ctx.database.read() as uow:
        graph = await memory_graph.open_named(uow, view, asked.names)
        said = await memory_graph.sayings(uow, view, graph) if asked.details else ()
    details = [
        shapes.Said(
            entity_name=one.entity, observation=one.text, at=one.at, by=one.by, source=one.source
        )
        for one in said
    ]
    return shapes.OpenedNodes(**dict(shapes.part_of(graph)), details=details)


_looks = partial(Tool, scope="memory:read")
_writes = partial(Tool, scope="memory:write", reads=False)
_deletes = partial(_writes, result=shapes.Done, destroys=True, text=itemgetter("message"))
TOOLS: Sequence[Tool] = (
    _writes(
        name="create_entities",
        title="Create entities",
        description="Create multiple new entities in the knowledge graph. One that is there is"
        " added to: nothing is lost and nothing is doubled. Returns what is new.",
        arguments=shapes.CreateEntities,
        result=shapes.Entities,
        run=_create_entities,
        text=itemgetter("entities"),
    ),
    _writes(
        name="create_relations",
        title="Create relations",
        description="Create multiple new relations between entities in the knowledge graph, in"
        " active voice (orders depends_on billing). Both ends must exist.",
        arguments=shapes.Relations,
        result=shapes.MadeRelations,
        run=_create_relations,
        text=itemgetter("relations"),
    ),
    _writes(
        name="add_observations",
        title="Add observations",
        description="Add new observations to existing entities in the knowledge graph.",
        arguments=shapes.AddObservations,
        result=shapes.AddedObservations,
        run=_add_observations,
        text=itemgetter("results"),
    ),
    _deletes(
        name="delete_entities",
        title="Delete entities",
        description="Delete multiple entities, with all that is said of them and their relations,"
        " for good. Names that are not there change nothing.",
        arguments=shapes.DeleteEntities,
        run=_delete_entities,
    ),
    _deletes(
        name="delete_observations",
        title="Delete observations",
        description="Delete specific observations from entities, word for word. What a record"
        " such as a decision says is changed at the record.",
        arguments=shapes.DeleteObservations,
        run=_delete_observations,
    ),
    _deletes(
        name="delete_relations",
        title="Delete relations",
        description="End multiple relations in the knowledge graph.",
        arguments=shapes.Relations,
        run=_delete_relations,
    ),
    _looks(
        name="read_graph",
        title="Read graph",
        description="Read the knowledge graph part by part, the newest entities first: pass"
        " nextCursor on until it is null. To find something, search_nodes is better.",
        arguments=shapes.ReadGraph,
        result=shapes.GraphPart,
        run=_read_graph,
    ),
    _looks(
        name="search_nodes",
        title="Search nodes",
        description="Search for nodes in the knowledge graph: decisions, baselines, services,"
        " lessons, patterns and notes, the best first, each with what fits and its relations.",
        arguments=shapes.SearchNodes,
        result=shapes.GraphPart,
        run=_search_nodes,
    ),
    _looks(
        name="open_nodes",
        title="Open nodes",
        description="Open specific nodes in the knowledge graph by their names, with all that is"
        " said of them and their relations; with details also by whom, when and from what.",
        arguments=shapes.OpenNodes,
        result=shapes.OpenedNodes,
        run=_open_nodes,
    ),
)
