"""What `/metrics` asks the database at each scrape: three counts over indexed columns."""

from bot.clock import Clock
from bot.metrics import Stored
from storage.uow import Database


async def stored(database: Database, *, clock: Clock) -> Stored:
    """Count tasks by state and what waits in the outbox; raises what the database raises."""
    async with database.read() as uow:
        tasks = await uow.tasks.count_by_state()
        waiting = await uow.outbox.depth()
        oldest = await uow.outbox.oldest_waiting()
    age = 0.0 if oldest is None else (clock.now() - oldest).total_seconds()
    return Stored(tasks=tasks, outbox_waiting=waiting, outbox_oldest_seconds=max(age, 0.0))
