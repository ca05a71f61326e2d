"""A fortnight of twelve people in four zones: over a change of the clocks, a holiday, vacations."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.clock import ManualClock
from bot.domain.access import Person
from bot.domain.days import Span
from bot.services import away, standup_sweep
from bot.services.context import Context
from bot.services.sources import Sources
from bot.services.standup_answers import Said, answer
from storage.models import OutboxRow, Schedule, ScheduleRun, Standup, StandupMember
from storage.uow import Database
from tests.support.desk import desk
from tests.support.schedules import firing, scheduled

ZONES = ("Asia/Tokyo", "Asia/Dubai", "Europe/Berlin", "America/New_York")
REGIONS = ("JP", "AE", "DE", "US-NY")
FIRST, DAYS = date(2026, 3, 23), 12
"""Monday; Europe's clocks change on Sunday 29 March, Good Friday is 3 April in Germany only."""
TEAM = {f"U{place}{n}": zone for place, zone in enumerate(ZONES) for n in range(3)}
VACATIONS = {
    "U21": Span(date(2026, 3, 25), date(2026, 3, 27)),
    "U02": Span(date(2026, 3, 30), date(2026, 4, 3)),
}
MINUTE = timedelta(minutes=1)


class Team:
    """Slack's list of people, as far as a standup asks it."""

    async def directory(self, _workspace_id: str) -> "Team":
        return self

    async def is_shared(self, _workspace_id: str, _channel_id: str) -> bool:
        return False

    async def members(self, _channel_id: str) -> frozenset[str]:
        return frozenset({*TEAM, "UBOT", "UGUEST"})

    async def person(self, user_id: str) -> Person:
        return Person(
            user_id,
            name=f"name of {user_id}",
            timezone=TEAM.get(user_id, "UTC"),
            is_bot=user_id == "UBOT",
            is_guest=user_id == "UGUEST",
        )


@dataclass
class Office:
    """Two processes on one database; they take turns, as if one died whenever the other works."""

    processes: tuple[Context, Context]
    clock: ManualClock
    turn: int = 0

    @property
    def ctx(self) -> Context:
        return self.processes[self.turn % 2]

    async def tick(self) -> int:
        """Do what is due in the process whose turn it is; returns how much that was."""
        self.turn += 1
        fired = await firing(self.ctx, f"bot-{self.turn % 2}").fire_due()
        return fired + await standup_sweep.sweep(self.ctx)

    async def next_moment(self) -> datetime:
        async with self.ctx.database.read() as uow:
            dues: list[datetime | None] = [
                *await uow.session.scalars(select(func.min(Schedule.next_slot_at))),
                *await uow.session.scalars(select(func.min(Standup.due_at))),
            ]
        found = [due for due in dues if due is not None]
        return min(due if due.tzinfo else due.replace(tzinfo=UTC) for due in found)

    async def answer_of(self, user_id: str) -> None:
        async with self.ctx.database.read() as uow:
            (row,) = await uow.standups.newest("T1", "C1", states=("open",))
        said = Said(user_id, f"{row.id}:{user_id}", "form", {0: "x", 1: "y"})
        await answer(self.ctx, "T1", row.id, said)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    clock = ManualClock(datetime(2026, 3, 22, 12, tzinfo=UTC))
    sources = cast(Sources, Team())
    contexts = [replace(desk(database, tmp_path, clock=clock).ctx, sources=sources) for _ in "12"]
    return Office((contexts[0], contexts[1]), clock)


def local(day: date, zone: str, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))


def expected() -> dict[tuple[date, str], list[datetime]]:
    """Return opening, reminder and close of each day and zone that has one."""
    found = {}
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        for zone in ZONES:
            good_friday = day == date(2026, 4, 3) and zone == "Europe/Berlin"
            if day.weekday() < 5 and not good_friday:
                times = ((9, 30), (10, 18), (10, 30))
                found[day, zone] = [local(day, zone, *clock) for clock in times]
    return found


@pytest.mark.postgres  # tests/scenario/test_standup_fortnight.py has the same on SQLite
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_every_moment_is_at_its_local_minute(office: Office) -> None:
    await scheduled(
        office.ctx,
        "weekdays 09:30",
        kind="standup",
        zones=ZONES,
        regions=REGIONS,
        window_minutes=60,
    )
    for user_id, span in VACATIONS.items():
        await away.say_away(
            office.ctx, workspace_id="T1", user_id=user_id, span=span, receipt=user_id
        )
    wanted = expected()
    end = max(times[2] for times in wanted.values()).astimezone(UTC)
    opened: dict[tuple[date, str], datetime] = {}
    while (moment := await office.next_moment()) <= end:
        office.clock.advance(moment - MINUTE - office.clock.now())
        assert await office.tick() == 0, "a minute early"
        office.clock.advance(MINUTE)
        assert await office.tick() >= 1
        for (day, zone), times in wanted.items():
            if times[0] == moment:
                opened[day, zone] = moment
                await office.answer_of(f"U{ZONES.index(zone)}0")
    await check(office, wanted, opened)


async def check(
    office: Office,
    wanted: dict[tuple[date, str], list[datetime]],
    opened: dict[tuple[date, str], datetime],
) -> None:
    async with office.ctx.database.read() as uow:
        runs = list(await uow.session.scalars(select(Standup).order_by(Standup.opens_at)))
        members = list(await uow.session.scalars(select(StandupMember)))
        slots = list(await uow.session.scalars(select(ScheduleRun)))
        told = {row.key: row for row in await uow.session.scalars(select(OutboxRow))}
    days = {run.id: date.fromisoformat(run.slot_key[:10]) for run in runs}
    assert sorted(days.values()) == sorted({day for day, _ in wanted}), "one thread a day"
    assert {row.slot for row in slots} == {times[0] for times in wanted.values()}
    assert opened.keys() == wanted.keys()
    for run in runs:
        day = days[run.id]
        todays = {zone: times for (on, zone), times in wanted.items() if on == day}
        assert told[f"standup:{run.id}"].created_at == min(t[0] for t in todays.values())
        assert told[f"standup:{run.id}:report"].created_at == max(t[2] for t in todays.values())
        print(f"{day:%a %d %b}  thread {run.opens_at:%H:%M} report {run.closed_at:%H:%M} UTC")
        for member in sorted(
            (m for m in members if m.standup_id == run.id), key=lambda m: m.user_id
        ):
            _check_member(member, day, todays, told)
    assert {member.user_id for member in members} == set(TEAM), "no bot, no guest"


def _check_member(
    member: StandupMember,
    day: date,
    todays: dict[str, list[datetime]],
    told: dict[str, OutboxRow],
) -> None:
    zone = TEAM[member.user_id]
    reminder = told.get(f"standup:{member.standup_id}:remind:{member.user_id}")
    if day in VACATIONS.get(member.user_id, Span(date.max, date.max)) and zone in todays:
        assert member.off.startswith("off through")
        assert reminder is None
        print(f"    {member.user_id} {zone:17} {member.off}")
        return
    if zone not in todays:
        assert (member.off, reminder) == ("Good Friday", None)
        print(f"    {member.user_id} {zone:17} {member.off}")
        return
    opens, remind, close = todays[zone]
    assert (member.opens_at, member.closes_at) == (opens, close)
    answered = member.user_id.endswith("0")
    assert (reminder is None) == answered
    if reminder is not None:
        assert reminder.created_at == remind
        assert reminder.channel_id == member.user_id
    shown = [f"{at.astimezone(ZoneInfo(zone)):%H:%M}" for at in (opens, close)]
    at = f"reminded {reminder.created_at.astimezone(ZoneInfo(zone)):%H:%M}" if reminder else "in"
    print(
        f"    {member.user_id} {zone:17} {'-'.join(shown)} {opens.astimezone(UTC):%H:%M} UTC {at}"
    )
