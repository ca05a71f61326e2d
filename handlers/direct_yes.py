"""`yes` said to the bot outside of a thread: to the plan that waits for whoever says it."""

from collections.abc import Sequence
from typing import Any

from bot.domain.task import TaskState
from bot.domain.thread_word import Word, word_for
from bot.errors import UserFacingError
from bot.slack.text import clip, line
from handlers.desk import Desk
from storage.models import Task

_NAMED = 5
"""Ours: so many are named; `/lead tasks` lists the rest."""
_TITLE = 60


async def plans_that_wait(
    desk: Desk, event: dict[str, Any], text: str, workspace_id: str
) -> Sequence[Task]:
    """Return the person's own tasks that such a message may say yes to; none for another one.

    In a channel those of the channel. In a thread it answers what is said there, and a file beside
    it is to be read.
    """
    if event.get("thread_ts") or event.get("files"):
        return ()
    if word_for(text, TaskState.AWAITING_APPROVAL) is not Word.YES:
        return ()
    direct = event["channel"] if event["channel"].startswith("D") else ""
    async with desk.ctx.database.read() as uow:
        return [
            task
            for task in await uow.tasks.open_in(workspace_id)
            if task.requester_id == event["user"]
            and task.state is TaskState.AWAITING_APPROVAL
            and task.read_ts < str(event["ts"])
            and event["channel"] in (task.channel_id, direct)
        ]


def which_of(waiting: Sequence[Task]) -> UserFacingError:
    """Return the question which of several plans, or of all tasks, is meant."""
    if not waiting:
        return UserFacingError(
            "I cannot tell which task you mean.",
            hint="Say it in the task's thread, or `/lead stop T-12` and `/lead retry T-12`.",
        )
    named = [f"{task.public_id} {clip(line(task.title or task.text), _TITLE)}" for task in waiting]
    more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
    return UserFacingError(
        f"{len(waiting)} plans wait for your yes: {'; '.join(named[:_NAMED])}{more}.",
        hint="Say `yes` in the thread of the one that you mean.",
    )
