"""What health checks and `/metrics` ask the database: few and cheap questions."""

from bot.clock import Clock
from bot.metrics import Stored
from storage.uow import Database


async def answers(database: Database) -> str:
    """Return nothing when the database answers; raises what it raises."""
    async with database.read() as uow:
        await uow.outbox.oldest_waiting()
    return ""


async def stored(database: Database, *, clock: Clock) -> Stored:
    """Count tasks by state and what waits in the outbox; raises what the database raises."""
    async with database.read() as uow:
        tasks = await uow.tasks.count_by_state()
        escalations = await uow.escalations.count_by_state()
        words = await uow.feedback.count()
        waiting = await uow.outbox.depth()
        oldest = await uow.outbox.oldest_waiting()
    age = 0.0 if oldest is None else (clock.now() - oldest).total_seconds()
    return Stored(
        tasks=tasks,
        escalations=escalations,
        feedback=words,
        outbox_waiting=waiting,
        outbox_oldest_seconds=max(age, 0.0),
    )
