"""Tasks whose first round is no plan: what is done instead, by the task's mode."""

from typing import Protocol

from bot.services.architecture_review_steps import hold_review, is_held
from bot.services.architectures import design
from bot.services.assessment_reading import read as read_assessment
from bot.services.context import Context
from bot.services.matrix_scoring import score_matrix
from bot.services.retrospective_grouping import group_cards
from bot.services.sprint_planning import plan_sprint
from bot.services.standup_risks import weigh
from storage.models import Task
from storage.uow import UnitOfWork


class Errand(Protocol):
    """Does a task's first round and ends it; safe to run again."""

    async def __call__(self, ctx: Context, task_id: str, *, run: str | None = None) -> None: ...


ERRANDS: dict[str, Errand] = {
    "assessment": read_assessment,
    "retrospective": group_cards,
    "matrix": score_matrix,
    "architecture": design,
    "review": hold_review,
    "sprint": plan_sprint,
    "standup": weigh,
}


async def errand_of(uow: UnitOfWork, task: Task) -> Errand | None:
    """Return what a task's round does instead of a plan; a review has several such rounds."""
    if task.round == 1 or (task.mode == "review" and await is_held(uow, task)):
        return ERRANDS.get(task.mode)
    return None
