"""What the work of a workspace wants at present, by its plans: the one list conflicts come from."""

import re
from collections import defaultdict
from collections.abc import Sequence

from bot.domain.conflict.wants import TURN, Clash, Settled, Want, clashes
from bot.domain.task import AT_WORK, TaskState
from storage.models import Task
from storage.repositories.conflict_notes import OpenTask
from storage.uow import UnitOfWork

_LOOKED_AT = 4_000
"""Ours, in characters of a wish: who means a service names it near the beginning."""
_BEGUN = frozenset({TaskState.WORKING, TaskState.SYNTHESISING, TaskState.PAUSED})
"""States of a task whose plan stands and was not held back for a yes."""


async def clashes_in(uow: UnitOfWork, workspace_id: str) -> list[Clash]:
    """Return what several want in a workspace and nobody has settled, all channels together.

    Whoever shows it names only what may be named there (`Clash.shown`).
    """
    tasks = await uow.conflict_notes.open_tasks(workspace_id)
    wants = await wants_of(uow, workspace_id, tasks)
    return clashes(wants, await settled_of(uow, workspace_id, tasks))


async def wants_of(uow: UnitOfWork, workspace_id: str, tasks: Sequence[OpenTask]) -> list[Want]:
    """Return everything that is wanted: specialists, services and turns."""
    found = await _specialists(uow, workspace_id, tasks)
    found += await _services(uow, workspace_id, tasks)
    return found + _turns(tasks)


async def settled_of(
    uow: UnitOfWork, workspace_id: str, tasks: Sequence[OpenTask]
) -> list[Settled]:
    """Return which resolved conflicts were about tasks that are still open."""
    among: dict[str, set[str]] = defaultdict(set)
    conflicts = {}
    for conflict, task_id in await uow.conflict_notes.resolved(
        workspace_id, [item.task.id for item in tasks]
    ):
        conflicts[conflict.id] = conflict
        among[conflict.id].add(task_claimant(task_id))
    return [
        Settled(row.subject, row.channel_id, frozenset(among[row.id]), row.resolved_at)
        for row in conflicts.values()
        if row.resolved_at is not None
    ]


def task_claimant(task_id: str) -> str:
    """Return how a task is called among those who want something."""
    return f"task:{task_id}"


async def _specialists(uow: UnitOfWork, workspace_id: str, tasks: Sequence[OpenTask]) -> list[Want]:
    """A specialist is wanted by the tasks of which an assignment waits for it or runs."""
    wanted = defaultdict(list)
    rows = await uow.conflict_notes.wanted(workspace_id, [item.task.id for item in tasks])
    for specialist, task_id, planned_at in rows:
        wanted[task_id].append((specialist, planned_at))
    return [
        Want(
            "specialist",
            specialist,
            task_claimant(item.task.id),
            item.task.public_id,
            item.task.channel_id,
            item.is_private,
            since=planned_at,
            begun=item.task.state in _BEGUN,
        )
        for item in tasks
        for specialist, planned_at in wanted[item.task.id]
    ]


async def _services(uow: UnitOfWork, workspace_id: str, tasks: Sequence[OpenTask]) -> list[Want]:
    """A service of the graph is wanted by the open tasks that name it."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, scope in await uow.conflict_notes.services(workspace_id):
        places[name.casefold()].append((name, scope))
    if not places:
        return []
    words = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
    named = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
    found = []
    for item in tasks:
        task = item.task
        said = f"{task.title}\n{task.text[:_LOOKED_AT]}"
        for word in {match.casefold() for match in named.findall(said)}:
            found += [
                Want(
                    "service",
                    name,
                    task_claimant(task.id),
                    task.public_id,
                    task.channel_id,
                    item.is_private,
                    since=task.started_at or task.created_at,
                    begun=task.state in _BEGUN,
                    scope=scope,
                )
                for name, scope in places.get(word, ())
                if scope in ("", task.channel_id)
            ]
    return found


def _turns(tasks: Sequence[OpenTask]) -> list[Want]:
    """A turn is wanted by the tasks that wait while others are at work, and by those."""
    at_work = [item for item in tasks if item.task.state in AT_WORK]
    waiting = [item for item in at_work if _waits(item.task)]
    if not waiting or len(waiting) == len(at_work):
        return []
    return [
        Want(
            "slot",
            TURN,
            task_claimant(item.task.id),
            item.task.public_id,
            item.task.channel_id,
            item.is_private,
            since=item.task.updated_at if _waits(item.task) else item.task.created_at,
            speaks=_waits(item.task),
        )
        for item in at_work
    ]


def _waits(task: Task) -> bool:
    return task.started_run < task.run
