"""What is not done yet in a workspace, and for whom each piece wants what it wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from storage.models import HandOff, Task
from storage.repositories.conflict_notes import OpenHandOff, OpenItem, OpenTask
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class AtWork:
    """What is not done yet in a workspace: tasks, items of sprints that run, what teams asked."""

    workspace_id: str
    tasks: Sequence[OpenTask]
    items: Sequence[OpenItem]
    hand_offs: Sequence[OpenHandOff]
    today: date

    def claimant_of(self, task: Task) -> str:
        """Return for whom a task wants things: itself, or the sprint in which it was begun."""
        return self._begun_in.get(task.id, task_claimant(task.id))

    def claimant_for(self, asked: HandOff) -> str:
        """Return for whom a hand-off is: itself, or the sprint that was planned for it."""
        return self._planned_for.get(asked.id, hand_off_claimant(asked.id))

    @cached_property
    def _planned_for(self) -> dict[str, str]:
        return {
            each.sprint.hand_off_id: sprint_claimant(each.sprint.id)
            for each in self.items
            if each.sprint.hand_off_id is not None
        }

    @cached_property
    def _begun_in(self) -> dict[str, str]:
        return {
            each.item.task_id: sprint_claimant(each.sprint.id)
            for each in self.items
            if each.item.task_id is not None
        }


async def at_work(uow: UnitOfWork, workspace_id: str, *, now: datetime) -> AtWork:
    """Return what is not done yet in a workspace."""
    return AtWork(
        workspace_id,
        await uow.conflict_notes.open_tasks(workspace_id),
        await uow.conflict_notes.sprint_items(workspace_id),
        await uow.conflict_notes.hand_offs(workspace_id),
        now.date(),
    )


def task_claimant(task_id: str) -> str:
    """Return how a task is called among those who want something."""
    return f"task:{task_id}"


def sprint_claimant(sprint_id: str) -> str:
    """Return how a sprint is called among those who want something."""
    return f"sprint:{sprint_id}"


def hand_off_claimant(hand_off_id: str) -> str:
    """Return how a hand-off is called among those who want something."""
    return f"hand-off:{hand_off_id}"
