"""Replies in a task's thread that people write to each other: no work follows of them."""

import re

from bot.domain.task import ENDED
from bot.services.wishes import Wish
from handlers.desk import Desk
from storage.models import Thread

_TO = re.compile(
    r"\s*(?:(?:hey|hi|hello|ok|cc|and)\b\W*)?<(?:@(?P<user>[UW][A-Z0-9]+)|![^>]+)", re.I
)
"""Whom a message begins with: a person, or a group (`<!subteam^S1>`, `<!here>`)."""


async def among_people(desk: Desk, thread: Thread, said: Wish) -> bool:
    """Return whether a reply without our mention is for somebody else.

    It is when it begins with another's mention, or answers the one that began with the writer's.
    While the task is at work all of it may matter; what people say weeks after its end is theirs.
    """
    async with desk.ctx.database.read() as uow:
        task = await uow.tasks.of_thread(thread.id)
        if task is None or task.state not in ENDED:
            return False
        before = [kept for kept in await uow.threads.messages(thread.id) if kept.ts < said.ts]
    if _TO.match(said.text):
        return True
    asked = _TO.match(before[-1].text) if before else None
    return asked is not None and asked["user"] == said.user_id != before[-1].user_id
