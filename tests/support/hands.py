"""What handlers need in tests in which nothing may be started."""

from bot.services.context import Context
from handlers.desk import Desk


class StartsNothing:
    """Whoever would start work fails its test."""

    async def start_task(self, task_id: str, workflow_id: str) -> None:
        """Fail."""
        raise AssertionError(f"{workflow_id} of {task_id} was started")

    async def start_revision(self, decision_id: str, revision: int) -> None:
        """Fail."""
        raise AssertionError(f"revision {revision} of {decision_id} was started")


def hands(ctx: Context) -> Desk:
    """Return the handlers' desk."""
    return Desk(ctx, StartsNothing())
