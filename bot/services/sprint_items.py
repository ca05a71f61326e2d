"""A sprint's items at work: begun as a task of the team, done, dropped, open again."""

from typing import Literal

from bot.domain.sprint import states
from bot.domain.sprint.states import CLOSED, ItemState, SprintState
from bot.domain.task import ENDED
from bot.errors import UserFacingError
from bot.services import sprints
from bot.services.context import Context
from storage.models import Sprint, SprintItem
from storage.uow import UnitOfWork

Act = Literal["start", "done", "drop", "open"]
_TARGETS: dict[Act, ItemState] = {
    "start": ItemState.STARTED,
    "done": ItemState.DONE,
    "drop": ItemState.DROPPED,
    "open": ItemState.OPEN,
}


def name_of(item: SprintItem) -> str:
    """Return how an item is named in a sentence."""
    return f"item {item.position}"


async def move(
    ctx: Context, sprint: Sprint, item_id: str, act: Act, *, by: str, receipt: str
) -> SprintItem:
    """Move an item; before the sprint runs it can only be dropped or opened again.

    Raises UserFacingError where it cannot go there.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        sprint, item = await _locked(uow, sprint, item_id)
        if not await uow.receipts.is_new(sprint.workspace_id, receipt, now=now):
            return item
        sprints.check_alive(sprint)
        if act in ("start", "done"):
            check_running(sprint)
        item.state = states.move_item(name_of(item), item.state, _TARGETS[act])
        if act in ("start", "done"):
            item.owner_id = item.owner_id or by
            item.started_at = item.started_at or now
        item.ended_at = now if item.state in CLOSED else None
        item.updated_at = sprint.updated_at = now
        await sprints.announce(ctx, uow, sprint)
    return item


async def check_can_start(ctx: Context, sprint: Sprint, item_id: str) -> SprintItem:
    """Return an item that a task may be begun for; raises UserFacingError."""
    async with ctx.database.read() as uow:
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id)
        item = await _of(uow, sprint, item_id)
        check_running(sprint)
        if item.state in CLOSED:
            raise UserFacingError(f"{name_of(item).capitalize()} is {item.state.value} already.")
        if item.task_id is not None:
            task = await uow.tasks.get(item.task_id)
            if task.state in ENDED:
                raise UserFacingError(
                    f"{task.public_id} was begun for it and is {task.state.value}.",
                    hint=f"`/lead task {task.public_id}` shows it; go on in its thread.",
                )
            raise UserFacingError(f"{task.public_id} works on it already.")
    return item


def key_of(item: SprintItem) -> str:
    """Return what names an item's task, so that two presses begin one."""
    return f"sprint-item:{item.id}"


async def began(ctx: Context, sprint: Sprint, item_id: str, *, by: str) -> SprintItem:
    """Note which task works on an item: the one that was taken in under its key."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        sprint, item = await _locked(uow, sprint, item_id)
        task_id = await uow.receipts.task_of(sprint.workspace_id, key_of(item))
        if task_id is None or item.task_id is not None:
            return item
        item.task_id, item.owner_id = task_id, item.owner_id or by
        if item.state is ItemState.OPEN:
            item.state = ItemState.STARTED
        item.started_at = item.started_at or now
        item.updated_at = sprint.updated_at = now
        await sprints.announce(ctx, uow, sprint)
    return item


def wish_of(sprint: Sprint, item: SprintItem) -> str:
    """Return what the team is asked for."""
    parts = [
        item.title,
        item.about,
        f"Service: {item.service}." if item.service else "",
        f"It is item {item.position} of {sprint.public_id}: {sprint.goal}." if sprint.goal else "",
    ]
    return "\n".join(filter(None, parts))


def check_running(sprint: Sprint) -> None:
    """Raise UserFacingError unless the sprint was started and has not ended."""
    if sprint.state is not SprintState.RUNNING:
        raise UserFacingError(
            f"{sprint.public_id} has not been started.", hint="Press *Accept* on its plan first."
        )


async def _locked(uow: UnitOfWork, sprint: Sprint, item_id: str) -> tuple[Sprint, SprintItem]:
    found = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
    return found, await _of(uow, found, item_id)


async def _of(uow: UnitOfWork, sprint: Sprint, item_id: str) -> SprintItem:
    item = await uow.sprint_items.item(sprint.workspace_id, item_id)
    if item.sprint_id != sprint.id:
        raise UserFacingError("That item belongs to another sprint.")
    return item
