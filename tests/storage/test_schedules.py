"""Slots of schedules: each runs once, whoever fires, whoever dies."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.clock import ManualClock
from bot.errors import DatabaseAway
from scheduler.slots import Schedule, Slots
from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.repositories.schedules import ScheduleRepository
from storage.uow import Database

START = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Office:
    """Several processes' schedulers on one clock, and what ran."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.ran: list[datetime] = []

    async def work(self, slot: datetime) -> None:
        """The job: note the slot."""
        self.ran.append(slot)
        await asyncio.sleep(0)

    def slots(self, database: Database, worker: str, **more: object) -> Slots:
        """Return one process's schedules: one job, every minute."""
        values = {"id": "standup", "trigger": CronTrigger(minute="*", timezone="UTC")}
        job = Schedule(**{"run": self.work, **values, **more})
        return Slots(database, self.clock, worker=worker, schedules=(job,))


@pytest.fixture
def office() -> Office:
    """Nothing has run yet."""
    return Office()


async def states(database: Database) -> list[tuple[datetime, str, str]]:
    """Return slot, state and worker of every run."""
    async with database.read() as uow:
        rows = await ScheduleRepository(uow.session).of("standup")
    return [(row.slot, row.state, row.worker_id) for row in rows]


async def test_three_schedulers_run_each_slot_once(database_url: str, office: Office) -> None:
    """Each has connections of its own, all fire at once, at every slot."""
    databases = [Database(open_engine(parse_url(database_url))) for _ in range(3)]
    all_slots = [office.slots(db, f"bot-{n}") for n, db in enumerate(databases)]
    for _ in range(5):
        office.clock.advance(MINUTE)
        await asyncio.gather(
            *(slots.fire(slots.schedules[0]) for slots in all_slots for _ in range(2))
        )
    found = await states(databases[0])
    for database in databases:
        await database.close()
    expected = [START.replace(second=0) + MINUTE * n for n in range(1, 6)]
    assert Counter(office.ran) == Counter(expected)
    assert [(slot, state) for slot, state, _ in found] == [(slot, "done") for slot in expected]


async def test_the_slot_is_the_scheduled_moment_not_the_one_of_firing(
    database: Database, office: Office
) -> None:
    early, late = office.slots(database, "bot-0"), office.slots(database, "bot-1")
    office.clock.advance(timedelta(seconds=31))
    assert await early.fire(early.schedules[0])
    office.clock.advance(timedelta(seconds=20))
    assert not await late.fire(late.schedules[0])
    assert office.ran == [START.replace(minute=1, second=0)]


@pytest.mark.parametrize("missed", ["run_latest", "skip"])
async def test_what_was_missed_while_nobody_was_up(
    database: Database, office: Office, missed: str
) -> None:
    first = office.slots(database, "bot-0", missed=missed)
    assert await first.catch_up() == 0  # a schedule that never ran has missed nothing
    office.clock.advance(MINUTE)
    assert await first.catch_up() == 1
    office.clock.advance(MINUTE * 90)
    again = office.slots(database, "bot-0", missed=missed)
    assert await again.catch_up() == (missed == "run_latest")
    latest = START.replace(second=0) + MINUTE * 91
    assert (office.ran[-1] == latest) == (missed == "run_latest")
    office.clock.advance(MINUTE)
    assert await again.catch_up() == 1
    assert office.ran[-1] == latest + MINUTE


async def test_a_dead_process_s_slot_is_run_by_another(database: Database, office: Office) -> None:
    """By its next owner's start, by its end, and by age when nothing is known of it."""
    slot = START.replace(second=0)
    after = START + timedelta(seconds=5)
    async with database.begin() as uow:
        schedules = ScheduleRepository(uow.session)
        for number, worker in enumerate(("bot-0", "bot-1", "bot-2", "unknown")):
            if worker != "unknown":
                await uow.workers.start(
                    worker, kind="run", host="h", pid=1, version="1", now=START - MINUTE
                )
            then = slot - MINUTE * number
            assert await schedules.claim("standup", then, worker=worker, now=START)
        await uow.workers.start("bot-0", kind="run", host="h", pid=2, version="1", now=after)
        await uow.workers.stop("bot-1", started_at=START - MINUTE, now=after)
    slots = office.slots(database, "bot-3")
    job = slots.schedules[0]
    assert await slots.take_over(job) == 2
    assert office.ran == [slot - MINUTE, slot]
    assert await slots.take_over(job) == 0
    office.clock.advance(job.take_over_after + timedelta(seconds=1))
    assert await slots.take_over(job) == 2
    assert {(state, worker) for _, state, worker in await states(database)} == {("done", "bot-3")}


async def test_one_of_two_takes_over_and_the_old_owner_s_end_is_void(
    database: Database, office: Office
) -> None:
    slot = START.replace(second=0)
    async with database.begin() as uow:
        await ScheduleRepository(uow.session).claim("standup", slot, worker="bot-0", now=START)
    office.clock.advance(timedelta(hours=1))
    both = [office.slots(database, name) for name in ("bot-1", "bot-2")]
    taken = await asyncio.gather(*(slots.take_over(slots.schedules[0]) for slots in both))
    assert sorted(taken) == [0, 1]
    assert office.ran == [slot]
    async with database.begin() as uow:
        assert not await ScheduleRepository(uow.session).end(
            "standup", slot, worker="bot-0", started_at=START, problem="", now=START
        )


async def test_a_long_run_is_not_taken_from_its_own_process(
    database: Database, office: Office
) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def long(slot: datetime) -> None:
        begun.set()
        await go.wait()

    slots = office.slots(database, "bot-0", run=long)
    office.clock.advance(MINUTE)
    work = asyncio.create_task(slots.catch_up())
    await begun.wait()
    office.clock.advance(timedelta(hours=1))
    assert await slots.take_over(slots.schedules[0]) == 0
    go.set()
    assert await work == 1


async def test_a_failure_is_noted_and_the_next_slot_comes(
    database: Database, office: Office
) -> None:
    async def broken(slot: datetime) -> None:
        raise ZeroDivisionError

    slots = office.slots(database, "bot-0", run=broken)
    for _ in range(2):
        office.clock.advance(MINUTE)
        assert await slots.catch_up() == 1
    assert [state for _, state, _ in await states(database)] == ["failed", "failed"]


async def test_a_run_whose_database_went_away_is_made_up_for(
    database: Database, office: Office
) -> None:
    async def away(slot: datetime) -> None:
        raise DatabaseAway("OperationalError")

    slots = office.slots(database, "bot-0", run=away)
    office.clock.advance(MINUTE)
    await slots.catch_up()
    assert [state for _, state, _ in await states(database)] == ["running"]
    back = office.slots(database, "bot-0")
    office.clock.advance(back.schedules[0].take_over_after + MINUTE)
    assert await back.take_over(back.schedules[0]) == 1
    assert [state for _, state, _ in await states(database)] == ["done"]
    assert office.ran == [START.replace(second=0) + MINUTE]


@pytest.mark.parametrize("began_ahead", [True, False])
async def test_slots_come_again_after_a_clock_that_was_ahead(
    database: Database, office: Office, began_ahead: bool
) -> None:
    """One that was taken meanwhile does not keep those before it from running."""
    day = timedelta(days=1)
    office.clock.advance(day * began_ahead)
    slots = office.slots(database, "bot-0")
    office.clock.advance(day * (not began_ahead) + MINUTE)
    assert await slots.catch_up() == 1
    office.clock.advance(-day)
    slots.turned_back()
    office.ran.clear()
    office.clock.advance(MINUTE)
    assert await slots.catch_up() == 1
    assert await slots.catch_up() == 0
    office.clock.advance(MINUTE)
    assert await slots.catch_up() == 1
    first = START.replace(second=0) + MINUTE * 2
    assert office.ran == [first, first + MINUTE]
