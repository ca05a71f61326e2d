"""What the work of a workspace wants at present, by its plans: the one list conflicts come from."""

import re
from collections import defaultdict
from datetime import datetime

from bot.domain.conflict.wants import TURN, Clash, Settled, Want, clashes
from bot.domain.task import AT_WORK, TaskState
from bot.services.conflict_sprints import sprint_wants
from bot.services.conflict_work import AtWork, at_work, sprint_claimant
from storage.models import Task
from storage.uow import UnitOfWork

_LOOKED_AT = 4_000
"""Ours, in characters of a wish: who means a service names it near the beginning."""
_BEGUN = frozenset({TaskState.WORKING, TaskState.SYNTHESISING, TaskState.PAUSED})
"""States of a task whose plan stands and was not held back for a yes."""


async def clashes_in(uow: UnitOfWork, workspace_id: str, *, now: datetime) -> list[Clash]:
    """Return what several want in a workspace and nobody has settled, all channels together.

    Whoever shows it names only what may be named there (`Clash.shown`).
    """
    work = await at_work(uow, workspace_id, now=now)
    return clashes(await wants_of(uow, work), await settled_of(uow, work))


async def wants_of(uow: UnitOfWork, work: AtWork) -> list[Want]:
    """Return everything that is wanted: specialists, services, turns, days of tests."""
    found = await _specialists(uow, work)
    found += await _services(uow, work)
    found += _turns(work)
    return found + await sprint_wants(uow, work)


async def settled_of(uow: UnitOfWork, work: AtWork) -> list[Settled]:
    """Return which resolved conflicts were about what is still at work."""
    sprints = {each.sprint.public_id: sprint_claimant(each.sprint.id) for each in work.items}
    tasks = {each.task.id: work.claimant_of(each.task) for each in work.tasks}
    among: dict[str, set[str]] = defaultdict(set)
    conflicts = {}
    for conflict, claim in await uow.conflict_notes.resolved(work.workspace_id, list(tasks)):
        named = tasks.get(claim.task_id or "") or sprints.get(claim.title.split(" ")[0])
        if named is not None:
            conflicts[conflict.id] = conflict
            among[conflict.id].add(named)
    return [
        Settled(row.subject, row.channel_id, frozenset(among[row.id]), row.resolved_at)
        for row in conflicts.values()
        if row.resolved_at is not None
    ]


async def _specialists(uow: UnitOfWork, work: AtWork) -> list[Want]:
    """A specialist is wanted by the tasks of which an assignment waits for it or runs."""
    wanted = defaultdict(list)
    ids = [item.task.id for item in work.tasks]
    rows = await uow.conflict_notes.wanted(work.workspace_id, ids)
    for specialist, task_id, planned_at in rows:
        wanted[task_id].append((specialist, planned_at))
    return [
        Want(
            "specialist",
            specialist,
            work.claimant_of(item.task),
            item.task.public_id,
            item.task.channel_id,
            item.is_private,
            since=planned_at,
            begun=item.task.state in _BEGUN,
        )
        for item in work.tasks
        for specialist, planned_at in wanted[item.task.id]
    ]


async def _services(uow: UnitOfWork, work: AtWork) -> list[Want]:
    """A service of the graph is wanted by the open tasks that name it."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, scope in await uow.conflict_notes.services(work.workspace_id):
        places[name.casefold()].append((name, scope))
    if not places:
        return []
    words = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
    named = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
    found = []
    for item in work.tasks:
        task = item.task
        said = f"{task.title}\n{task.text[:_LOOKED_AT]}"
        for word in {match.casefold() for match in named.findall(said)}:
            found += [
                Want(
                    "service",
                    name,
                    work.claimant_of(task),
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


def _turns(work: AtWork) -> list[Want]:
    """A turn is wanted by the tasks that wait while others are at work, and by those."""
    tasks = [item for item in work.tasks if item.task.state in AT_WORK]
    waiting = [item for item in tasks if _waits(item.task)]
    if not waiting or len(waiting) == len(tasks):
        return []
    return [
        Want(
            "slot",
            TURN,
            work.claimant_of(item.task),
            item.task.public_id,
            item.task.channel_id,
            item.is_private,
            since=item.task.updated_at if _waits(item.task) else item.task.created_at,
            speaks=_waits(item.task),
        )
        for item in tasks
    ]


def _waits(task: Task) -> bool:
    return task.started_run < task.run
