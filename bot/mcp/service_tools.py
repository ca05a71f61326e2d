"""Tools that list services and tell one."""

from collections.abc import Sequence

from bot.mcp import record_shapes as shapes
from bot.mcp.decision_tools import line as decision_line
from bot.mcp.tool import Call, Tool
from bot.services import service_graph
from bot.services.service_graph import Graph, Place
from bot.services.service_views import moments
from storage.models import Service


async def _list(call: Call, asked: shapes.ListServices) -> shapes.ServiceList:
    view = await call.view(asked)
    async with call.ctx.database.read() as uow:
        whole = await service_graph.graph(uow, view.workspace_id, seen_from=view.channel_id)
    lines = [shapes.ServiceLine(**_line(whole, one)) for one in whole.services]
    return shapes.ServiceList(services=lines)


async def _get(call: Call, asked: shapes.GetService) -> shapes.ServiceStory:
    view = await call.view(asked)
    async with call.ctx.database.read() as uow:
        place = Place(view.workspace_id, view.channel_id, call.agent.user_id)
        known = await service_graph.known(uow, place, asked.name)
        entries = await uow.audit.of(view.workspace_id, "service", known.service.id)
    return shapes.ServiceStory.model_validate(
        _line(known.graph, known.service)
        | {
            "decisions": list(map(decision_line, known.decisions)),
            "history": [
                shapes.Act(at=one.at, who=one.actor_id, did=one.words)
                for one in moments(known, list(entries))
            ],
        }
    )


def _line(whole: Graph, service: Service) -> dict[str, object]:
    names = whole.names
    return {
        "name": service.name,
        "about": service.about,
        "owner": service.owner_id or "",
        "depends_on": [
            names[row.needs_id] for row in whole.dependencies if row.service_id == service.id
        ],
        "used_by": [
            names[row.service_id] for row in whole.dependencies if row.needs_id == service.id
        ],
    }


TOOLS: Sequence[Tool] = (
    Tool(
        name="list_services",
        title="List services",
        description="List the services with what they depend on and who owns them.",
        scope="records:read",
        arguments=shapes.ListServices,
        result=shapes.ServiceList,
        run=_list,
    ),
    Tool(
        name="get_service",
        title="Get a service",
        description="Tell one service: what it is for, its owner, its dependencies now and"
        " before, and the decisions that affect it.",
        scope="records:read",
        arguments=shapes.GetService,
        result=shapes.ServiceStory,
        run=_get,
    ),
)
