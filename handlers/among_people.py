"""Replies in a task's thread that people write to each other: no work follows of them."""

from bot.domain.addressed import addressed_to
from bot.domain.task import ENDED
from bot.services.wishes import Wish
from handlers.desk import Desk
from storage.models import Thread

ANSWERED_WITHIN = 2 * 86_400
"""Ours, in seconds: what somebody writes later is no answer to their colleague."""


async def among_people(desk: Desk, thread: Thread, said: Wish) -> bool:
    """Return whether a reply without our mention is for somebody else.

    It is when it begins with another's mention, or answers the one that began with the writer's.
    While the task is at work all of it may matter; what people say weeks after its end is theirs.
    """
    async with desk.ctx.database.read() as uow:
        task = await uow.tasks.of_thread(thread.id)
        if task is None or task.state not in ENDED:
            return False
        # A command's words have a stand-in for a ts, which is later than any.
        before = [kept for kept in await uow.threads.messages(thread.id) if kept.ts < said.ts]
    if addressed_to(said.text):
        return True
    last = before[-1] if before else None
    if last is None or float(said.ts) - float(last.ts) > ANSWERED_WITHIN:
        return False
    return addressed_to(last.text) == said.user_id != last.user_id
