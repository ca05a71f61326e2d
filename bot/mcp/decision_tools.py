"""Tools that search decisions, tell one, and tell why it is as it is."""

from collections.abc import Sequence

from bot.domain.cursor import number_of_cursor
from bot.mcp import record_shapes as shapes
from bot.mcp.task_tools import number_of
from bot.mcp.tool import Call, Tool
from bot.services import decision_search
from bot.services.decision_views import decision_card_view
from bot.services.why import decision_acts
from storage.models import Decision
from storage.uow import UnitOfWork


async def _search(call: Call, asked: shapes.SearchDecisions) -> shapes.DecisionList:
    view, most = await call.view(asked), asked.limit
    place = number_of_cursor(asked.cursor)
    async with call.ctx.database.read() as uow:
        if not asked.query.strip():
            newest = await uow.decisions.newest(
                view.workspace_id, limit=most + 1, seen_from=view.channel_id, before=place
            )
            shown = newest[:most]
            return shapes.DecisionList(
                decisions=list(map(line, shown)),
                total=await uow.decisions.number_seen(view.workspace_id, seen_from=view.channel_id),
                next_cursor=str(shown[-1].number) if len(newest) > most else None,
            )
        skip = place or 0
        found = await decision_search.find(
            uow, view.workspace_id, asked.query, seen_from=view.channel_id, skip=skip, most=most
        )
    rows = (*found.named, *found.matching)[:most]
    after = skip + len(rows)
    return shapes.DecisionList(
        decisions=list(map(line, rows)),
        total=found.total,
        next_cursor=str(after) if rows and after < found.total else None,
    )


async def _get(call: Call, asked: shapes.GetDecision) -> shapes.DecisionRecord:
    view = await call.view(asked)
    async with call.ctx.database.read() as uow:
        row = await _row(uow, view.workspace_id, asked.id, view.channel_id)
        return await _record(call, uow, row, view.channel_id)


async def _why(call: Call, asked: shapes.GetDecision) -> shapes.DecisionReasons:
    view = await call.view(asked)
    async with call.ctx.database.read() as uow:
        row = await _row(uow, view.workspace_id, asked.id, view.channel_id)
        acts = await decision_acts(uow, row, seen_from=view.channel_id)
        task = await uow.tasks.get(row.task_id) if row.task_id else None
        record = await _record(call, uow, row, view.channel_id)
    return shapes.DecisionReasons(
        decision=record,
        task=task.public_id if task else "",
        acts=[shapes.Act(at=act.at, who=act.who, did=act.did) for act in acts],
    )


async def _row(uow: UnitOfWork, workspace_id: str, name: str, seen_from: str) -> Decision:
    return await uow.decisions.by_number(workspace_id, number_of(name, "D"), seen_from=seen_from)


async def _record(
    call: Call, uow: UnitOfWork, row: Decision, seen_from: str
) -> shapes.DecisionRecord:
    card = await decision_card_view(call.ctx, uow, row, seen_from=seen_from)
    record = row.record
    options = [
        shapes.Option(title=one.title, good=list(one.good), bad=list(one.bad))
        for one in record.options
    ]
    return shapes.DecisionRecord(
        **line(row).model_dump(),
        context=record.context,
        drivers=list(record.drivers),
        options=options,
        consequences=list(record.consequences),
        confirmation=record.confirmation,
        reason=row.reason,
        source_url=record.source_url,
        links=[
            shapes.Link(how=link.words, id=link.public_id, title=link.title) for link in card.links
        ],
    )


def line(row: Decision) -> shapes.DecisionLine:
    """Return a decision's line in a list."""
    return shapes.DecisionLine(
        id=row.public_id,
        title=row.title,
        state=row.state.value,
        outcome=row.record.outcome,
        services=list(row.record.services),
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        review_by=row.review_by,
    )


TOOLS: Sequence[Tool] = (
    Tool(
        name="search_decisions",
        title="Search decisions",
        description="Find architectural decisions by what they say, those in force first; without"
        " words, the newest.",
        scope="records:read",
        arguments=shapes.SearchDecisions,
        result=shapes.DecisionList,
        run=_search,
    ),
    Tool(
        name="get_decision",
        title="Get a decision",
        description="Tell one decision whole: context, options, outcome, consequences, and the"
        " decisions that it replaces or that replaced it.",
        scope="records:read",
        arguments=shapes.GetDecision,
        result=shapes.DecisionRecord,
        run=_get,
    ),
    Tool(
        name="why_decision",
        title="Why a decision is as it is",
        description="Tell a decision with who did what to it, and the task that proposed it.",
        scope="records:read",
        arguments=shapes.GetDecision,
        result=shapes.DecisionReasons,
        run=_why,
    ),
)
