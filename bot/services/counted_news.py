"""Counts tasks as they are accepted and ended: once per fact, when its transaction is through."""

from functools import partial

from bot import metrics
from bot.domain.events import TaskAccepted, TaskEnded, TaskEvent
from bot.services.context import Announcer
from storage.models import Task
from storage.uow import UnitOfWork


class CountedNews:
    """An Announcer in front of another one."""

    def __init__(self, announcer: Announcer) -> None:
        self._announcer = announcer

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Hand the event on, and count it once it is stored."""
        await self._announcer.announce(uow, event)
        if isinstance(event, TaskAccepted):
            uow.after_commit(metrics.task_accepted)
        elif isinstance(event, TaskEnded):
            # From the session's memory: whoever announces an end has just changed the row.
            task = await uow.session.get(Task, event.task_id)
            if task is not None:
                uow.after_commit(partial(metrics.task_ended, str(task.state)))
