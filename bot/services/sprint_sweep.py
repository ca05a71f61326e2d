"""Says that a sprint's last day has passed; whoever finds it due locks it, so it is said once."""

from datetime import datetime

from bot.domain.sprint.states import SprintState
from bot.services import sprint_news, sprints
from bot.services.context import Context
from bot.services.sweeps import stops_no_other

BATCH = 50


async def sweep(ctx: Context) -> int:
    """Speak of every sprint that is due; returns of how many."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        due = await uow.sprints.due(now, limit=BATCH)
    told = 0
    for workspace_id, sprint_id in due:
        with stops_no_other("sprint.broken", sprint_id=sprint_id):
            told += await _tell(ctx, workspace_id, sprint_id, now=now)
    return told


async def _tell(ctx: Context, workspace_id: str, sprint_id: str, *, now: datetime) -> bool:
    async with ctx.database.begin() as uow:
        sprint = await uow.sprints.get(workspace_id, sprint_id, lock=True)
        if sprint.due_at is None or sprint.due_at > now:
            return False
        sprint.due_at = None
        if sprint.state is SprintState.RUNNING:
            await sprint_news.say_over(ctx, uow, sprint)
            await sprints.announce(ctx, uow, sprint)
    return True
