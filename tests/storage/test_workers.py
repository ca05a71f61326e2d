"""The processes' rows: started, beaten, stopped, replaced, taken over."""

from datetime import UTC, datetime, timedelta

from storage.uow import Database

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=10)


async def start(database: Database, worker_id: str, *, at: datetime = NOON, pid: int = 1) -> None:
    async with database.begin() as uow:
        await uow.workers.start(worker_id, kind="worker", host="box", pid=pid, version="1", now=at)


async def test_a_heartbeat_and_an_end(database: Database) -> None:
    """A start leaves a fresh row, a beat touches it, an end closes it."""
    await start(database, "bot-0")
    async with database.begin() as uow:
        await uow.workers.beat("bot-0", started_at=NOON, running=3, now=LATER)
    async with database.read() as uow:
        (row,) = await uow.workers.all()
    assert (row.seen_at, row.running, row.stopped_at) == (LATER, 3, None)
    async with database.begin() as uow:
        await uow.workers.stop("bot-0", started_at=NOON, now=LATER)
    async with database.read() as uow:
        (row,) = await uow.workers.all()
    assert (row.stopped_at, row.running) == (LATER, 0)


async def test_a_successor_is_left_alone(database: Database) -> None:
    """A process that lost its id to another one writes nothing into that one's row."""
    await start(database, "bot-0", pid=1)
    await start(database, "bot-0", at=LATER, pid=2)
    async with database.begin() as uow:
        await uow.workers.beat("bot-0", started_at=NOON, running=9, now=LATER)
        await uow.workers.stop("bot-0", started_at=NOON, now=LATER)
    async with database.read() as uow:
        (row,) = await uow.workers.all()
    assert (row.pid, row.started_at, row.running, row.stopped_at) == (2, LATER, 0, None)


async def test_a_take_over(database: Database) -> None:
    """The dead one's row is closed, its runs are counted at the living one."""
    await start(database, "bot-0")
    await start(database, "bot-1")
    async with database.begin() as uow:
        await uow.workers.take_over("bot-0", by="bot-1", runs=2, now=LATER)
        await uow.workers.take_over("never-seen", by="bot-1", runs=1, now=LATER)
    async with database.read() as uow:
        dead, alive = await uow.workers.all()
    assert (dead.stopped_at, alive.stopped_at, alive.took_over) == (LATER, None, 3)
