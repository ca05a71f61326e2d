"""What handlers are handed: the use cases' context, who starts work, how to look people up."""

from dataclasses import dataclass

import structlog

from bot.errors import UserFacingError
from bot.services import tasks
from bot.services.context import Context, Starter
from bot.services.tasks import Wish
from storage.models import Task

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Desk:
    """Context and starter together, and the one way in for wishes."""

    ctx: Context
    starter: Starter

    async def take_in(self, wish: Wish) -> Task | None:
        """Store a wish, then start its work; None when it was taken in or refused before.

        Raises UserFacingError for text that cannot be a task, once per message: Slack tells of a
        mention twice, and delivers again what was answered too late.
        """
        try:
            task = await tasks.take_in(self.ctx, wish)
        except UserFacingError:
            if await self._is_new(wish):
                raise
            return None
        if task is not None:
            log.info("task.taken_in", task_id=task.id, round=task.round, run=task.run)
            await self.start(task)
        return task

    async def _is_new(self, wish: Wish) -> bool:
        now = self.ctx.clock.now()
        async with self.ctx.database.begin() as uow:
            await uow.channels.ensure(
                wish.workspace_id,
                wish.channel_id,
                now=now,
                surface=wish.surface,
                is_private=wish.is_private,
            )
            return await uow.receipts.claim(wish.workspace_id, wish.key, now=now)

    async def start(self, task: Task) -> None:
        """Start the task's present run; joining one that runs already changes nothing."""
        await self.starter.start_task(task.id, task.workflow_id)
