"""Firing: each slot once over processes, restarts and deaths; what was missed is noted."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from bot.clock import ManualClock
from bot.domain.days import Span
from bot.errors import DatabaseAway
from bot.services import schedules
from bot.services.boards import DRAWN
from bot.services.ceremonies import CEREMONIES
from bot.services.ceremony import Ceremony, DueSlot, Runner
from bot.services.context import Context, Starter
from bot.services.holiday_calendar import holiday_name
from bot.services.reminders import remind
from bot.services.schedules import By, Home, timetable_of
from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.models import OutboxRow, Schedule, ScheduleRun, new_id
from storage.uow import Database
from tests.support.databases import PostgresServer
from tests.support.desk import Desk, desk
from tests.support.schedules import COUNTED, Counted, NoStarter, counted, firing, scheduled

MONDAY = datetime(2026, 3, 23, 0, 0, 30, tzinfo=UTC)
"""The clocks of Europe change on the Sunday of that week."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    """A context on a Monday at midnight."""
    return desk(database, tmp_path, clock=ManualClock(MONDAY))


@pytest.fixture(autouse=True)
def kept() -> Iterator[Counted]:
    with counted() as ceremony:
        yield ceremony


async def runs(room: Desk, schedule_id: str) -> list[tuple[str, str]]:
    """Return moment and state of every run, newest first."""
    async with room.ctx.database.read() as uow:
        found = await uow.schedules.last_runs(schedule_id, limit=99)
    return [(f"{run.slot:%a %H:%M}", run.state) for run in found]


async def test_a_slot_fires_when_it_is_due_and_once(room: Desk, kept: Counted) -> None:
    row = await scheduled(room.ctx)
    assert await firing(room.ctx).fire_due() == 0
    room.clock.advance(9 * HOUR)
    assert await firing(room.ctx).fire_due() == 1
    assert await firing(room.ctx, "bot-1").fire_due() == 0
    (slot,) = kept.slots
    assert slot.at == datetime(2026, 3, 23, 8, 30, tzinfo=UTC)
    assert slot.closes_at == slot.at + HOUR
    assert (slot.zones, slot.by) == (("Europe/Berlin",), "")
    assert await runs(room, row.id) == [("Mon 08:30", "done")]
    async with room.ctx.database.read() as uow:
        stored = await uow.schedules.get("T1", row.id)
    assert stored.next_slot_at == datetime(2026, 3, 24, 8, 30, tzinfo=UTC)


async def test_of_missed_slots_the_latest_is_made_up_for_within_its_hours(
    room: Desk, kept: Counted
) -> None:
    row = await scheduled(room.ctx, "daily 09:30", missed_hours=4)
    room.clock.advance(2 * DAY + 12 * HOUR)  # Wednesday 12:00, three and a half hours late
    assert await firing(room.ctx).fire_due() == 1
    assert [f"{slot.at:%a %H:%M}" for slot in kept.slots] == ["Wed 08:30"]
    room.clock.advance(DAY + 2 * HOUR)  # Thursday, five and a half
    assert await firing(room.ctx).fire_due() == 0
    assert await runs(room, row.id) == [
        ("Thu 08:30", "missed"),
        ("Wed 08:30", "done"),
        ("Tue 08:30", "missed"),
        ("Mon 08:30", "missed"),
    ]


async def test_who_makes_up_for_nothing_still_bears_a_restart(room: Desk, kept: Counted) -> None:
    await scheduled(room.ctx, "daily 09:30", missed_hours=0)
    room.clock.advance(8 * HOUR + timedelta(minutes=38))
    assert await firing(room.ctx).fire_due() == 1
    room.clock.advance(DAY + timedelta(minutes=10))
    assert await firing(room.ctx).fire_due() == 0
    assert len(kept.slots) == 1


async def test_holidays_pauses_and_skips_fire_nothing(room: Desk, kept: Counted) -> None:
    """Tuesday is off, Wednesday skipped by hand, Thursday and Friday paused."""
    off = datetime(2026, 3, 24, tzinfo=UTC).date()
    row = await scheduled(room.ctx, days_off=(Span(off, off),))
    fire, by = firing(room.ctx), By("U1", "")
    fired = []
    for number in range(12):
        room.clock.advance(8 * HOUR + timedelta(minutes=31))
        fired.append(await fire.fire_due())
        if number == 1:
            await schedules.skip(room.ctx, row, by)
        if number == 2:
            await schedules.pause(room.ctx, row, by)
        if number == 4:
            await schedules.resume(room.ctx, row, by)
        room.clock.advance(DAY - 8 * HOUR - timedelta(minutes=31))
    assert fired == [1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    await schedules.remove(room.ctx, row, by)
    room.clock.advance(7 * DAY)
    assert await fire.fire_due() == 0
    # From the Monday after the change of the clocks it is 07:30 UTC.
    assert [f"{slot.at:%a %H:%M}" for slot in kept.slots[:2]] == ["Mon 08:30", "Mon 07:30"]


async def test_a_run_that_fails_is_noted_and_the_next_slot_comes(room: Desk, kept: Counted) -> None:
    row = await scheduled(room.ctx)
    kept.breaks = ValueError("broken")
    room.clock.advance(9 * HOUR)
    await firing(room.ctx).fire_due()
    room.clock.advance(DAY)
    await firing(room.ctx).fire_due()
    assert await runs(room, row.id) == [("Tue 08:30", "done"), ("Mon 08:30", "failed")]


async def test_a_run_whose_database_went_away_is_made_up_for(room: Desk, kept: Counted) -> None:
    row = await scheduled(room.ctx)
    kept.breaks = DatabaseAway("OperationalError")
    room.clock.advance(9 * HOUR)
    await firing(room.ctx).fire_due()
    assert await runs(room, row.id) == [("Mon 08:30", "running")]
    room.clock.advance(timedelta(minutes=16))
    assert await firing(room.ctx).take_over() == 1
    assert await runs(room, row.id) == [("Mon 08:30", "done")]
    assert len(kept.slots) == 1


async def test_a_broken_row_stops_no_other(room: Desk, kept: Counted) -> None:
    broken, fine = await scheduled(room.ctx), await scheduled(room.ctx)
    async with room.ctx.database.begin() as uow:
        (await uow.schedules.get("T1", broken.id)).rule = {"times": "never"}
    room.clock.advance(9 * HOUR)
    assert await firing(room.ctx).fire_due() == 1
    assert [slot.schedule.id for slot in kept.slots] == [fine.id]


async def test_what_a_dead_process_had_begun_goes_on_elsewhere(room: Desk, kept: Counted) -> None:
    """Its own silence alone says nothing; a successor under its name does."""
    row = await scheduled(room.ctx, zones=("Europe/Berlin", "Europe/Paris"))
    kept.breaks = asyncio.CancelledError()
    room.clock.advance(9 * HOUR)
    with pytest.raises(asyncio.CancelledError):
        await firing(room.ctx, "bot-1").fire_due()
    other = firing(room.ctx, "bot-0")
    assert await other.fire_due() == await other.take_over() == 0
    room.clock.advance(timedelta(seconds=20))
    now = room.clock.now()
    async with room.ctx.database.begin() as uow:
        await uow.workers.start("bot-1", kind="run", host="h", pid=1, version="1", now=now)
    assert await other.take_over() == 1
    assert await other.take_over() == 0
    (slot,) = kept.slots
    assert slot.zones == ("Europe/Berlin", "Europe/Paris")
    assert await runs(room, row.id) == [("Mon 08:30", "done")]


async def test_nobody_takes_over_what_was_removed(room: Desk, kept: Counted) -> None:
    row = await scheduled(room.ctx)
    kept.breaks = asyncio.CancelledError()
    room.clock.advance(9 * HOUR)
    with pytest.raises(asyncio.CancelledError):
        await firing(room.ctx).fire_due()
    await schedules.remove(room.ctx, row, By("U1", ""))
    room.clock.advance(HOUR)
    assert await firing(room.ctx).take_over() == 0
    assert await runs(room, row.id) == [("Mon 08:30", "failed")]


async def test_by_hand_it_runs_at_once_and_once(room: Desk, kept: Counted) -> None:
    row = await scheduled(room.ctx)
    fire, by = firing(room.ctx), By("U7", "command:1")
    assert await fire.run_now(row, by)
    assert not await fire.run_now(row, by)
    (slot,) = kept.slots
    assert (slot.at, slot.by) == (MONDAY, "U7")
    async with room.ctx.database.read() as uow:
        stored = await uow.schedules.get("T1", row.id)
    assert stored.next_slot_at == datetime(2026, 3, 23, 8, 30, tzinfo=UTC)


async def test_a_sweep_without_due_schedules_is_one_query(room: Desk) -> None:
    for number in range(30):
        await scheduled(room.ctx, f"daily {9 + number % 8}:30", home=Home("T1", f"C{number}"))
    statements: list[str] = []

    def count(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", count)
    try:
        await firing(room.ctx).fire_due()
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    (query,) = [text for text in statements if "schedule" in text.lower()]
    assert query.startswith("SELECT")


WORDS = (
    "weekdays 09:30",
    "Tue,Thu 10:00 and 16:00",
    "Mon,Wed 9am",
    "daily 02:30",
    "every 2 weeks on Friday 15:00",
    "last day of the month 17:00",
    "15 8 * * 1-5",
    "Sat 11:45",
)
PLACES: tuple[tuple[str, ...], ...] = (
    ("Europe/Berlin",),
    ("America/New_York",),
    ("Asia/Kolkata",),
    ("Australia/Lord_Howe",),
    ("Asia/Tokyo", "Europe/London", "America/Los_Angeles"),
)


def moments(row: Schedule) -> list[datetime]:
    """Return when it fires in the week after MONDAY, and a little longer."""
    slots = timetable_of(row).slots(MONDAY, holiday=holiday_name)
    near = takewhile(lambda slot: slot.at < MONDAY + 8 * DAY, slots)
    return [slot.at for slot in near if not slot.skipped]


async def copies(database: Database, row: Schedule, count: int, *, step: int) -> list[str]:
    """Store the same schedule so many times more; returns the ids of all."""
    values = {column.key: getattr(row, column.key) for column in Schedule.__table__.columns}
    more = [
        Schedule(**values | {"id": new_id(), "number": row.number + step * n})
        for n in range(1, count + 1)
    ]
    async with database.begin() as uow:
        uow.session.add_all(more)
    return [row.id, *(copy.id for copy in more)]


@pytest.mark.postgres
async def test_three_processes_fire_each_slot_of_a_week_once(
    postgres_server: PostgresServer, tmp_path: Path, kept: Counted
) -> None:
    """200 schedules, a week with a change of the clocks; one process is away in the middle.

    Each slot is counted and posts, and leaves one run and one post.
    """
    CEREMONIES[COUNTED] = Ceremony(COUNTED, "Counted", "counts and posts", 60, _and_post(kept))
    clock = ManualClock(MONDAY)
    with postgres_server.fresh() as url:
        databases = [Database(open_engine(parse_url(url))) for _ in range(3)]
        rooms = [desk(database, tmp_path, clock=clock) for database in databases]
        expected: Counter[tuple[str, datetime]] = Counter()
        end = MONDAY + 7 * DAY
        firsts = list[Schedule]()
        for number in range(len(WORDS) * len(PLACES)):
            row = await scheduled(
                rooms[0].ctx,
                WORDS[number % len(WORDS)],
                zones=PLACES[number % len(PLACES)],
                regions=("DE-BY",) if number % 3 == 0 else (),
                home=Home("T1", f"C{number}"),
            )
            firsts.append(row)
        for row in firsts:
            due = [at for at in moments(row) if at <= end]
            for each in await copies(databases[0], row, 4, step=len(firsts)):
                expected.update((each, at) for at in due)
        processes = [firing(room.ctx, f"bot-{n}") for n, room in enumerate(rooms)]
        for moment in sorted({at for _, at in expected} | {end}):
            clock.advance(moment + timedelta(seconds=3) - clock.now())
            up = processes[:2] if moment.weekday() == 2 else processes
            await asyncio.gather(*(process.fire_due() for process in up))
        async with databases[0].read() as uow:
            rows = list((await uow.session.scalars(select(ScheduleRun))).all())
            posts = Counter(await uow.session.scalars(select(OutboxRow.key)))
        for database in databases:
            await database.close()
    assert len(expected) > 800
    assert kept.ran == expected
    posted = [key for key in posts if ":revision:" not in key]  # which tell of new schedules
    assert sorted(posted) == sorted(f"schedule:{row}:{at:{_STAMP}}" for row, at in expected)
    assert Counter((run.schedule, run.slot) for run in rows) == expected
    assert {run.state for run in rows} == {"done"}
    assert {run.worker_id for run in rows} == {"bot-0", "bot-1", "bot-2"}
    late = [run.started_at - run.slot for run in rows]
    assert max(late) <= timedelta(seconds=4)
    print(f"{len(rows)} slots of 200 schedules, each once; by process:", _by_process(rows))


_STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"


async def test_a_reminder_of_yesterday_is_not_said(room: Desk) -> None:
    """In an archived channel it waits, with others of its kind, until somebody opens it again."""
    daily = await scheduled(room.ctx, "every day 09:00", kind="reminder", window_minutes=0)
    slot = DueSlot(daily, MONDAY, ("UTC",))
    await remind(room.ctx, NoStarter(), slot)
    said = []
    for _ in range(2):
        async with room.ctx.database.read() as uow:
            row = await uow.outbox.by_key("T1", slot.key)
            assert row is not None
            said.append(await DRAWN[str(row.view)](room.ctx, uow, row))
        room.clock.advance(12 * HOUR + timedelta(seconds=1))
    assert ":alarm_clock:" in str(said[0])
    assert said[1] is None


def _and_post(kept: Counted) -> Runner:
    async def run(ctx: Context, starter: Starter, slot: DueSlot) -> None:
        await kept.run(ctx, starter, slot)
        await remind(ctx, starter, slot)

    return run


def _by_process(rows: list[ScheduleRun]) -> dict[str, int]:
    return dict(sorted(Counter(run.worker_id for run in rows).items()))


async def test_a_clock_that_was_ahead_puts_no_schedule_off(room: Desk, kept: Counted) -> None:
    """A year ahead for a moment: what it noted as missed still comes; what ran, runs no more."""
    row = await scheduled(room.ctx, "every day 09:30")
    year = timedelta(days=365)
    clock = room.clock
    clock.advance(year)
    assert await firing(room.ctx).fire_due() == 0
    assert len(await runs(room, row.id)) == 20, "missed"
    clock.advance(10 * HOUR)
    assert await firing(room.ctx).fire_due() == 1
    clock.advance(-year - DAY)
    await firing(room.ctx).turned_back()
    assert await runs(room, row.id) == [("Tue 08:30", "done")]
    kept.ran.clear()
    for _ in range(3):
        clock.advance(DAY)
        assert await firing(room.ctx).fire_due() == 1
    assert [f"{at:%a %H:%M}" for _, at in kept.ran] == ["Mon 08:30", "Tue 08:30", "Wed 08:30"]


async def test_a_slot_that_ran_ahead_of_its_time_runs_no_more(room: Desk, kept: Counted) -> None:
    await scheduled(room.ctx, "every day 09:30")
    room.clock.advance(DAY + 9 * HOUR)
    assert await firing(room.ctx).fire_due() == 1
    room.clock.advance(-DAY)
    await firing(room.ctx).turned_back()
    assert await firing(room.ctx).fire_due() == 0
    room.clock.advance(DAY)
    assert await firing(room.ctx).fire_due() == 0
    room.clock.advance(DAY)
    assert await firing(room.ctx).fire_due() == 1
    assert Counter(at for _, at in kept.ran).most_common(1)[0][1] == 1
