"""Turns a sprint's rows into its card."""

from collections.abc import Sequence

from bot.domain.sprint.states import CLOSED, ItemState, SprintState
from bot.domain.task import ENDED, TaskState
from bot.services import sprint_capacity
from bot.services.context import Context
from bot.services.sprint_facts import path_of, votes_of
from bot.slack.cards.sprint import ItemView, SprintCard, when
from storage.models import Sprint, SprintItem, SprintVote
from storage.uow import UnitOfWork

_UNPLANNED = (TaskState.FAILED, TaskState.STOPPED)


async def card_of(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> SprintCard:
    """Return what the card shows; hidden votes are not even in it."""
    items = await uow.sprint_items.items(sprint.id)
    votes = await uow.sprint_items.votes(sprint.id)
    steps = await uow.sprints.steps(sprint.id)
    days = sprint_capacity.days_of(sprint)
    path = path_of(items)
    numbers = {item.id: item.position for item in items}
    pace = steps["days"].body.get("pace", {}) if "days" in steps else {}
    carried = steps["carried"].body if "carried" in steps else {}
    planner, can_plan = await _planner(uow, sprint)
    return SprintCard(
        sprint_id=sprint.id,
        public_id=sprint.public_id,
        goal=sprint.goal,
        state=sprint.state,
        unit=sprint.unit,
        starts_on=sprint.starts_on,
        ends_on=sprint.ends_on,
        limits=sprint.limits,
        items=tuple(
            [await _item(uow, sprint, i, votes, numbers, i.id in path.critical) for i in items]
        ),
        path=tuple(numbers[item_id] for item_id in path.path),
        path_length=path.length,
        unestimated=sum(i.estimate is None for i in items if i.id in path.path),
        person_days=days.days if days else None,
        people=days.people if days else 0,
        more_people=days.more if days else False,
        off_days=days.off if days else 0,
        pace=tuple(sorted(pace.items(), key=lambda one: -one[1])),
        forecast=await sprint_capacity.forecast_of(ctx, uow, sprint, items),
        risks=tuple((r.text, r.mitigation) for r in await uow.sprint_items.risks(sprint.id)),
        tests=tuple((t.title, t.on_day) for t in await uow.sprint_items.tests(sprint.id)),
        actions=tuple(carried.get("actions", ())),
        carried=len(carried.get("items", ())),
        steps=frozenset(steps),
        asked=await _asked(uow, sprint),
        planner=planner,
        can_plan=can_plan,
        basis=tuple(dict.fromkeys(row.model for row in steps.values() if row.model)),
        accepted=when(sprint.accepted_by, sprint.accepted_at, "accepted"),
        ended=when(sprint.ended_by, sprint.ended_at, "ended"),
    )


async def _asked(uow: UnitOfWork, sprint: Sprint) -> str:
    """Return the hand-off that asked for it, by the id that people call it."""
    if sprint.hand_off_id is None:
        return ""
    return (await uow.hand_offs.get(sprint.workspace_id, sprint.hand_off_id)).public_id


async def _planner(uow: UnitOfWork, sprint: Sprint) -> tuple[str, bool]:
    """Return which task plans it and how far that is, and whether it can be asked for now."""
    if sprint.state is not SprintState.DRAFT:
        return "", False
    if sprint.task_id is None:
        return "", True
    task = await uow.tasks.get(sprint.task_id)
    if task.state in _UNPLANNED:
        return f"{task.public_id} {task.state.value}, `/lead task {task.public_id}` says why", True
    return f"{task.public_id} plans it", False


async def _item(
    uow: UnitOfWork,
    sprint: Sprint,
    item: SprintItem,
    votes: Sequence[SprintVote],
    numbers: dict[str, int],
    critical: bool,
) -> ItemView:
    found = votes_of(item, votes, sprint.unit)
    return ItemView(
        item_id=item.id,
        number=item.position,
        title=item.title,
        about=item.about,
        service=item.service,
        specialists=tuple(item.specialists),
        needs=tuple(sorted(numbers[need] for need in item.depends_on if need in numbers)),
        state=item.state,
        critical=critical and item.state is not ItemState.DROPPED,
        estimate=item.estimate,
        agreed=item.agreed,
        round=item.round,
        voters=found.voters,
        votes=found.shown,
        revealed=item.revealed_at is not None,
        task=await _task(uow, item),
    )


async def _task(uow: UnitOfWork, item: SprintItem) -> str:
    if item.task_id is None:
        return ""
    task = await uow.tasks.get(item.task_id)
    if task.state in ENDED or item.state not in CLOSED:
        return f"{task.public_id} {task.state.value}"
    return task.public_id
