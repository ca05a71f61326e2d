"""What the work of a workspace wants at present, by its plans: the one list conflicts come from."""

import re
from collections import defaultdict
from datetime import datetime

from bot.domain.conflict.wants import TURN, Clash, Settled, Want, clashes
from bot.domain.task import AT_WORK, TaskState
from bot.services.conflict_sprints import sprint_wants
from bot.services.conflict_work import AtWork, at_work, hand_off_claimant, sprint_claimant
from storage.models import Task
from storage.repositories.conflict_notes import OpenHandOff, OpenTask
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
    others = {each.sprint.public_id: sprint_claimant(each.sprint.id) for each in work.items}
    for asked in work.hand_offs:
        others[asked.hand_off.public_id] = hand_off_claimant(asked.hand_off.id)
    tasks = {each.task.id: work.claimant_of(each.task) for each in work.tasks}
    among: dict[str, set[str]] = defaultdict(set)
    conflicts = {}
    for conflict, claim in await uow.conflict_notes.resolved(work.workspace_id, list(tasks)):
        named = tasks.get(claim.task_id or "") or others.get(claim.title.split(" ")[0])
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
    """A service of the graph is wanted by the open tasks that name it, and by teams that ask for
    something of it at the same time: what one team asks is what a task of ours is there for.
    """
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, scope in await uow.conflict_notes.services(work.workspace_id):
        places[name.casefold()].append((name, scope))
    if not places:
        return []
    words = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
    named = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)

    def meant(said: str, channel_id: str) -> list[tuple[str, str]]:
        found = sorted({match.casefold() for match in named.findall(said[:_LOOKED_AT])})
        known = [place for word in found for place in places.get(word, ())]
        return [(name, scope) for name, scope in known if scope in ("", channel_id)]

    wants = [
        _task(work, each, name, scope)
        for each in work.tasks
        for name, scope in meant(f"{each.task.title}\n{each.task.text}", each.task.channel_id)
    ]
    asked: dict[tuple[str, str], list[OpenHandOff]] = defaultdict(list)
    for each in work.hand_offs:
        for place in meant(each.hand_off.text, each.hand_off.channel_id):
            asked[place].append(each)
    return wants + [
        _hand_off(work, each, name, scope)
        for (name, scope), requests in asked.items()
        if len({each.hand_off.team for each in requests}) > 1
        for each in requests
    ]


def _task(work: AtWork, each: OpenTask, name: str, scope: str) -> Want:
    task = each.task
    return Want(
        "service",
        name,
        work.claimant_of(task),
        task.public_id,
        task.channel_id,
        each.is_private,
        since=task.started_at or task.created_at,
        begun=task.state in _BEGUN,
        scope=scope,
    )


def _hand_off(work: AtWork, each: OpenHandOff, name: str, scope: str) -> Want:
    row = each.hand_off
    return Want(
        "service",
        name,
        work.claimant_for(row),
        row.public_id,
        row.channel_id,
        each.is_private,
        since=row.answered_at or row.created_at,
        speaks=bool(each.card_ts),
        scope=scope,
    )


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
