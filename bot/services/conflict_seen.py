"""Conflicts that the plans at work show by themselves: what two open tasks both want."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.task import AT_WORK
from storage.models import Task
from storage.uow import UnitOfWork

Kind = Literal["specialist", "person", "service", "slot"]
SLOT = "a turn to be worked"


@dataclass(frozen=True)
class Seen:
    """What is wanted by `tasks`, two or more."""

    kind: Kind
    subject: str
    tasks: tuple[Task, ...]


async def seen(uow: UnitOfWork, workspace_id: str, *, seen_from: str) -> list[Seen]:
    """Return what tasks have in common that may be seen from a channel.

    A specialist: assignments of two tasks wait for it or run. A service: two open tasks name it,
    and it is in the graph of services. A turn: tasks wait because others are at work.
    """
    found: list[Seen] = []
    wanted = await uow.conflicts.wanted(workspace_id, seen_from=seen_from)
    for specialist in dict.fromkeys(name for name, _ in wanted):
        both = _each(task for name, task in wanted if name == specialist)
        found.append(Seen("specialist", specialist, both))
    tasks = await uow.conflicts.open_tasks(workspace_id, seen_from=seen_from)
    for service in await uow.services.known_in(workspace_id, seen_from=seen_from):
        named = _each(task for task in tasks if _names(task, service.name))
        found.append(Seen("service", service.name, named))
    waiting = [task for task in tasks if task.state in AT_WORK and task.started_run < task.run]
    running = [task for task in tasks if task.state in AT_WORK and task.started_run == task.run]
    if waiting and running:
        found.append(Seen("slot", SLOT, _each([*running, *waiting])))
    return [item for item in found if len(item.tasks) > 1]


def _each(tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple({task.id: task for task in tasks}.values())


def _names(task: Task, service: str) -> bool:
    pattern = rf"(?<![\w-]){re.escape(service)}(?![\w-])"
    return re.search(pattern, f"{task.title}\n{task.text}", re.IGNORECASE) is not None


def of_subject(found: Sequence[Seen], subject: str) -> Seen | None:
    """Return what was seen of a subject."""
    wanted = subject.strip().casefold()
    return next((item for item in found if item.subject.casefold() == wanted), None)
