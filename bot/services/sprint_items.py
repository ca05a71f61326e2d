"""A sprint's items: added, put in order, begun as a task of the team, done, dropped, open again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.sprint import states
from bot.domain.sprint.answers import MOST_ITEMS
from bot.domain.sprint.critical_path import circle
from bot.domain.sprint.states import CLOSED, ItemState, SprintState
from bot.domain.task import ENDED
from bot.errors import UserFacingError
from bot.services import sprints
from bot.services.context import Context
from storage.models import Sprint, SprintItem, new_id
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


@dataclass(frozen=True)
class NewItem:
    """An item that a person adds."""

    title: str
    about: str = ""
    service: str = ""
    specialists: Sequence[str] = ()
    needs: Sequence[int] = ()


async def add_item(
    ctx: Context, sprint: Sprint, wanted: NewItem, *, by: str, receipt: str
) -> SprintItem | None:
    """Add an item to a sprint that has not ended; None when this act added it before.

    Raises UserFacingError for one that it cannot have.
    """
    title, now = " ".join(wanted.title.split()), ctx.clock.now()
    if not title:
        raise UserFacingError("Say what is to be done.", hint="E.g. `/lead sprint add Dashboard`.")
    async with ctx.database.begin() as uow:
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
        if not await uow.receipts.is_new(sprint.workspace_id, receipt, now=now):
            return None
        sprints.check_alive(sprint)
        items = await uow.sprint_items.items(sprint.id)
        if len(items) >= MOST_ITEMS:
            raise UserFacingError(
                f"{sprint.public_id} has {len(items)} items already.", hint="Drop one first."
            )
        item = SprintItem(
            id=new_id(),
            workspace_id=sprint.workspace_id,
            sprint_id=sprint.id,
            title=title[:200],
            about=wanted.about.strip(),
            service=wanted.service.strip()[:80],
            specialists=[name for name in wanted.specialists if name in ctx.team.specialists],
            depends_on=_named(items, wanted.needs),
            added_by=by,
            created_at=now,
            updated_at=now,
        )
        await uow.sprint_items.add_items(sprint.id, [item])
        sprint.updated_at = now
        await sprints.announce(ctx, uow, sprint)
    return item


def _named(items: Sequence[SprintItem], numbers: Sequence[int]) -> list[str]:
    by_number = {item.position: item.id for item in items}
    unknown = [number for number in numbers if number not in by_number]
    if unknown:
        raise UserFacingError(f"There is no item {unknown[0]} in this sprint.")
    return [by_number[number] for number in dict.fromkeys(numbers)]


async def set_needs(
    ctx: Context, sprint: Sprint, number: int, needs: Sequence[int], *, by: str, receipt: str
) -> None:
    """Say which items one comes after; raises UserFacingError for a circle, naming it."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
        if not await uow.receipts.is_new(sprint.workspace_id, receipt, now=now):
            return
        sprints.check_alive(sprint)
        items = await uow.sprint_items.items(sprint.id)
        (own,) = _named(items, [number])
        wanted = {item.id: list(item.depends_on) for item in items}
        wanted[own] = _named(items, needs)
        _check_circle(items, wanted)
        item = next(item for item in items if item.id == own)
        item.depends_on, item.updated_at, sprint.updated_at = wanted[own], now, now
        await sprints.note(uow, sprint, by, "sprint.needs", now=now)
        await sprints.announce(ctx, uow, sprint)


def _check_circle(items: Sequence[SprintItem], needs: dict[str, list[str]]) -> None:
    """Raise UserFacingError when items would wait for each other, naming them."""
    found = circle(needs)
    if found:
        titles = {item.id: f"{item.position} “{item.title}”" for item in items}
        first, *rest = [titles[item_id] for item_id in found]
        waits = ", which waits for ".join(rest)
        raise UserFacingError(
            f"That would go in a circle: {first} waits for {waits}.",
            hint="Say which of them comes first.",
        )
