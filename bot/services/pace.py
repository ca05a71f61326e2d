"""How many tasks a person, and a channel, may start in an hour: one eager person is not all."""

import math
from datetime import timedelta

from bot.errors import UserFacingError
from bot.services.context import Context
from bot.slack.text import count
from storage.models import Task
from storage.repositories.pace import PaceRepository
from storage.uow import UnitOfWork

HOUR = timedelta(hours=1)


async def check(ctx: Context, uow: UnitOfWork, task: Task, *, surface: str) -> None:
    """Raise UserFacingError, with when to try again, when a new task is one too many.

    The task has its number by then: that locked the workspace's row, so that two processes never
    both see the last free place.
    """
    if surface != "slack" or task.mode == "review":
        return  # at the terminal there is nobody else; a channel has one review at a time
    limits, tasks = ctx.settings.limit, PaceRepository(uow.session)
    for most, whose, words in (
        (limits.tasks_per_user_hour, {"user_id": task.requester_id}, "You have"),
        (limits.tasks_per_channel_hour, {"channel_id": task.channel_id}, "This channel has"),
    ):
        if most == 0:
            continue
        since = task.created_at - HOUR
        full = await tasks.full_since(task.workspace_id, most=most + 1, since=since, **whose)
        if full is not None:
            raise _too_many(words, most, wait=full - since)


def _too_many(words: str, most: int, *, wait: timedelta) -> UserFacingError:
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    return UserFacingError(
        f"{words} started {count(most, 'task')} within an hour, the most I take.",
        hint=f"Try again in {count(minutes, 'minute')}.",
    )
