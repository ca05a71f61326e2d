"""What the steps of planning a sprint read and write beside their model calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.sprint.answers import MOST_ITEMS
from bot.domain.sprint.lines import ItemLine
from bot.domain.sprint.states import ItemState
from bot.services.context import Context
from storage.models import Sprint, SprintItem, new_id
from storage.uow import UnitOfWork

CARRIED = "carried"
"""The step that brings what the last sprint left."""
PLAYBOOK = "offline playbook, by rule"
MOST_REASON = 300
"""Ours: characters of a vote's reason."""
_MOST = 20


@dataclass(frozen=True)
class Material:
    """What reaches a sprint from elsewhere: open actions by id, hand-offs in words."""

    actions: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()


async def material(uow: UnitOfWork, sprint: Sprint) -> Material:
    """Return open actions of the channel's retrospectives, and what other teams owe it."""
    asked = await uow.hand_offs.open_ones(
        sprint.workspace_id, seen_from=sprint.channel_id, limit=_MOST
    )
    waits = tuple(
        f"{row.public_id} to {row.team}"
        for row in asked
        if row.direction == "out" and row.channel_id == sprint.channel_id
    )
    actions = await uow.retro_actions.open_in(sprint.workspace_id, sprint.channel_id)
    return Material(actions=tuple(row.public_id for row in actions), waits=waits)


def again(ctx: Context, sprint: Sprint, item: SprintItem) -> SprintItem:
    """Return an item that another sprint left, for this one."""
    now = ctx.clock.now()
    return SprintItem(
        id=new_id(),
        workspace_id=sprint.workspace_id,
        sprint_id=sprint.id,
        title=item.title,
        about=item.about,
        service=item.service,
        specialists=list(item.specialists),
        created_at=now,
        updated_at=now,
    )


async def bring_along(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> None:
    """Add what the last sprint left after this one was planned; what it names itself stays."""
    items = await uow.sprint_items.items(sprint.id)
    known, room = {item.title.casefold() for item in items}, max(0, MOST_ITEMS - len(items))
    left = await uow.sprint_items.left_over(sprint.workspace_id, sprint.channel_id)
    late = [again(ctx, sprint, item) for item in left if item.title.casefold() not in known][:room]
    if not late:
        return
    await uow.sprint_items.add_items(sprint.id, late)
    step = (await uow.sprints.steps(sprint.id)).get(CARRIED)
    if step is not None:
        carried = [*step.body.get("items", ()), *(item.id for item in late)]
        step.body = {**step.body, "items": carried}


def basis(model: str) -> str:
    """Return how a model's word is named beside it."""
    return PLAYBOOK if model == "offline" else model


async def keep_step(
    ctx: Context, uow: UnitOfWork, sprint: Sprint, name: str, body: dict[str, Any], *, model: str
) -> bool:
    """Store what a step gave; False when it was stored before."""
    sprint.updated_at = ctx.clock.now()
    return await uow.sprints.keep_step(
        sprint.id,
        {
            "name": name[:80],
            "workspace_id": sprint.workspace_id,
            "body": body,
            "model": basis(model)[:120] if model else "",
            "made_at": ctx.clock.now(),
        },
    )


def lines_of(items: Sequence[SprintItem]) -> tuple[ItemLine, ...]:
    """Return items by their numbers, those that were dropped left out."""
    numbers = {item.id: item.position for item in items}
    return tuple(
        ItemLine(
            number=item.position,
            title=item.title,
            about=item.about,
            service=item.service,
            specialists=tuple(item.specialists),
            needs=tuple(numbers[need] for need in item.depends_on if need in numbers),
            estimate=item.estimate,
        )
        for item in items
        if item.state is not ItemState.DROPPED
    )
