"""A desk whose model plans sprints, and the steps of a sprint's life as tests take them."""

from pathlib import Path
from typing import Any

from bot.domain.sprint.answers import (
    Breakdown,
    Dependencies,
    Estimated,
    Estimates,
    Needed,
    NewItem,
    RiskPlan,
    RiskSaid,
    Staffed,
    Staffing,
)
from bot.model.sprint_port import (
    SprintBreakdownRequest,
    SprintDependencyRequest,
    SprintEstimateRequest,
    SprintRiskRequest,
    SprintStaffRequest,
)
from bot.services import (
    planning,
    sprint_views,
    sprints,
)
from bot.services.sprint_votes import Ballot
from bot.services.sprints import NewSprint
from bot.slack.cards.sprint import SprintCard, sprint_card
from storage.models import Sprint, SprintItem
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.stage import words

DB, API = "database-architect", "api-architect"


def estimates(request: SprintEstimateRequest) -> Estimates:
    """Return five points for each item."""
    items = tuple(Estimated(item=i.number, value=5, reason="usual") for i in request.items)
    return Estimates(items=items)


def sprint_desk(database: Database, home: Path, **groups: Any) -> Desk:
    """Return a desk whose model cuts refunds into three items of two specialists."""
    made = desk(database, home, **groups)
    made.model.always(
        SprintBreakdownRequest,
        Breakdown(
            goal="Refunds work",
            items=(
                NewItem(title="Schema", service="billing"),
                NewItem(title="API", service="billing"),
                NewItem(title="Worker", service="webhooks"),
            ),
        ),
    )
    made.model.always(
        SprintStaffRequest,
        Staffing(
            items=(
                Staffed(item=1, specialists=(DB,), reason="r"),
                Staffed(item=2, specialists=(API, "nobody-we-know"), reason="r"),
                Staffed(item=3, specialists=(API,), reason="r"),
                Staffed(item=9, specialists=(DB,), reason="no such item"),
            )
        ),
    )
    links = (Needed(item=2, needs=1, why="w"), Needed(item=3, needs=2, why="w"))
    made.model.always(SprintDependencyRequest, Dependencies(links=links))
    made.model.always(SprintEstimateRequest, estimates)
    made.model.always(
        SprintRiskRequest, RiskPlan(risks=(RiskSaid(text="It slips", mitigation="cut it"),))
    )
    return made


async def opened(at: Desk, **more: Any) -> Sprint:
    values: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "owner_id": "U1",
        "source": "form",
        "key": "view:1",
        "is_private": False,
        "requirements": "refunds",
    }
    made = await sprints.open_sprint(at.ctx, NewSprint(**values | more))
    assert made is not None
    return made


async def planned(at: Desk, **more: Any) -> Sprint:
    """Open a sprint and have it planned."""
    sprint = await opened(at, **more)
    async with at.ctx.database.read() as uow:
        thread = await uow.threads.get(sprint.thread_id)
    task = await at.take_in(
        "Plan the sprint:\nrefunds",
        mode="sprint",
        root_ts=thread.root_ts,
        key=f"sprint:{sprint.id}:plan",
        channel_id=sprint.channel_id,
    )
    assert await planning.plan_task(at.ctx, task.id) == "end"
    return await fresh(at, sprint)


async def running(at: Desk, **more: Any) -> Sprint:
    sprint = await planned(at, **more)
    return await sprints.accept(at.ctx, sprint, by="U2", receipt=f"accept:{sprint.id}")


async def fresh(at: Desk, sprint: Sprint) -> Sprint:
    async with at.ctx.database.read() as uow:
        return await uow.sprints.get("T1", sprint.id)


async def items_of(at: Desk, sprint: Sprint) -> list[SprintItem]:
    async with at.ctx.database.read() as uow:
        return list(await uow.sprint_items.items(sprint.id))


async def card_of(at: Desk, sprint: Sprint) -> SprintCard:
    async with at.ctx.database.read() as uow:
        found = await uow.sprints.get("T1", sprint.id)
        return await sprint_views.card_of(at.ctx, uow, found)


async def text_of(at: Desk, sprint: Sprint) -> str:
    return words(sprint_card(await card_of(at, sprint)).blocks)


def ballot(items: list[SprintItem], *values: float, reason: str = "") -> Ballot:
    chosen = {item.id: value for item, value in zip(items, values, strict=False)}
    return Ballot(chosen, dict.fromkeys(chosen, reason), {item.id: item.round for item in items})
