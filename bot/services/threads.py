"""Threads: whether every reply is followed or only those that mention the bot."""

from bot.services.context import Context


async def set_mention_only(ctx: Context, thread_id: str, mention_only: bool, *, by: str) -> bool:
    """Follow only mentions in a thread from now on, or every reply again.

    Returns False when it was so already.
    """
    async with ctx.database.begin() as uow:
        thread = await uow.threads.get(thread_id)
        if thread.mention_only == mention_only:
            return False
        thread.mention_only = mention_only
        await uow.session.flush()
        await uow.audit.add(
            thread.workspace_id,
            by,
            action="thread.quiet" if mention_only else "thread.listen",
            noun="thread",
            noun_id=thread.id,
            at=ctx.clock.now(),
        )
    return True
