"""Tasks whose first round is no plan: what is done instead, by the task's mode."""

from typing import Protocol

from bot.services.architectures import design
from bot.services.context import Context
from bot.services.matrix_scoring import score_matrix
from bot.services.standup_risks import weigh


class Errand(Protocol):
    """Does a task's first round and ends it; safe to run again."""

    async def __call__(self, ctx: Context, task_id: str, *, run: str | None = None) -> None: ...


ERRANDS: dict[str, Errand] = {"matrix": score_matrix, "architecture": design, "standup": weigh}
