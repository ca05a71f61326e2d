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
    limits, since = ctx.settings.limit, task.created_at - HOUR
    full = await PaceRepository(uow.session).full_since(
        task,
        most_of_user=limits.tasks_per_user_hour,
        most_in_channel=limits.tasks_per_channel_hour,
        since=since,
    )
    if full.user is not None:
        raise _too_many("You have", limits.tasks_per_user_hour, wait=full.user - since)
    if full.channel is not None:
        words, most = "This channel has", limits.tasks_per_channel_hour
        raise _too_many(words, most, wait=full.channel - since)


def _too_many(words: str, most: int, *, wait: timedelta) -> UserFacingError:
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    return UserFacingError(
        f"{words} started {count(most, 'task')} within an hour, the most I take.",
        hint=f"Try again in {count(minutes, 'minute')}.",
    )
