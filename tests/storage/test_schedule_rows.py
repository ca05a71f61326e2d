"""Schedules and absences as rows: who finds them, what is due, what is forgotten."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from bot.errors import NotFound
from bot.services.retention import remove_rows
from bot.settings import RetentionSettings
from storage.models import Away, Installation, Schedule
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE, add_channels

HOUR = timedelta(hours=1)


async def add_schedule(
    uow: UnitOfWork,
    *,
    workspace: str = WORKSPACE,
    channel: str = CHANNEL,
    private: bool = False,
    **values: Any,
) -> Schedule:
    """Store a schedule that is due in an hour."""
    await uow.channels.ensure(workspace, channel, now=NOW, is_private=private)
    given: dict[str, Any] = {
        "kind": "standup",
        "name": "Standup",
        "words": "weekdays 09:30",
        "rule": {},
        "zones": ["UTC"],
        "regions": [],
        "work_days": [0],
        "days_off": [],
        "window_minutes": 60,
        "missed_hours": 2,
        "next_slot_at": NOW + HOUR,
        "created_by": "U1",
        "created_at": NOW,
        "updated_at": NOW,
    } | values
    number = await uow.numbers.next(Schedule, workspace)
    return await uow.schedules.add(
        Schedule(workspace_id=workspace, channel_id=channel, number=number, **given)
    )


async def test_who_may_see_it_finds_it(database: Database) -> None:
    """A private channel's only from there, another workspace's and a removed one never."""
    async with database.begin() as uow:
        first = await add_schedule(uow)
        await add_schedule(uow, channel="G1", private=True)
        await add_schedule(uow, removed_at=NOW)
        await add_schedule(uow, workspace="T2")
        await add_channels(uow, "C9")
    async with database.read() as uow:
        find = uow.schedules.by_number
        assert (await find(WORKSPACE, 1, seen_from="C9")).id == first.id
        assert (await find(WORKSPACE, 2, seen_from="G1")).public_id == "S-2"
        for workspace, number, seen in ((WORKSPACE, 2, CHANNEL), (WORKSPACE, 3, CHANNEL)):
            with pytest.raises(NotFound, match=f"S-{number}"):
                await find(workspace, number, seen_from=seen)
        with pytest.raises(NotFound):
            await uow.schedules.get("T2", first.id)
        assert [row.number for row in await uow.schedules.of_channel(WORKSPACE, CHANNEL)] == [1]
        assert await uow.schedules.count_of_channel(WORKSPACE, "G1") == 1
        assert (await uow.schedules.by_ids({first.id})).keys() == {first.id}


async def test_only_what_is_due_is_taken_and_the_longest_due_first(database: Database) -> None:
    async with database.begin() as uow:
        for minutes in (30, 10, 90):
            await add_schedule(uow, next_slot_at=NOW + timedelta(minutes=minutes))
        await add_schedule(uow, next_slot_at=None)
    async with database.begin() as uow:
        assert not await uow.schedules.any_due(NOW + timedelta(minutes=9))
        assert await uow.schedules.any_due(NOW + HOUR)
        assert [row.number for row in await uow.schedules.due(NOW + HOUR, limit=9)] == [2, 1]
        assert [row.number for row in await uow.schedules.due(NOW + HOUR, limit=1)] == [2]


async def test_nothing_fires_where_the_app_was_removed(database: Database) -> None:
    async with database.begin() as uow:
        await add_schedule(uow, workspace="T2", next_slot_at=NOW)
        gone = {"workspace_id": "T2", "installed_at": NOW, "removed_at": NOW}
        uow.session.add(Installation(**gone))
    async with database.begin() as uow:
        assert not await uow.schedules.any_due(NOW)
        assert await uow.schedules.due(NOW, limit=9) == []


async def test_two_processes_never_take_the_same_schedule(database: Database) -> None:
    async with database.begin() as uow:
        for _ in range(4):
            await add_schedule(uow)
    taken: list[list[int]] = []
    both = asyncio.Barrier(2)

    async def sweep() -> None:
        async with database.begin() as uow:
            rows = await uow.schedules.due(NOW + HOUR, limit=2)
            taken.append([row.number for row in rows])
            for row in rows:
                row.next_slot_at = NOW + 2 * HOUR
            if database.dialect == "postgresql":  # SQLite lets one writer in at a time
                await both.wait()

    await asyncio.gather(sweep(), sweep())
    assert sorted(number for numbers in taken for number in numbers) == [1, 2, 3, 4]


async def test_a_missed_slot_is_nobody_s_any_more(database: Database) -> None:
    async with database.begin() as uow:
        row = await add_schedule(uow)
        claim: dict[str, Any] = {"worker": "bot-0", "now": NOW, "workspace_id": WORKSPACE}
        runs = uow.schedule_runs
        assert await runs.claim(row.id, NOW, **claim, state="missed")
        assert not await runs.claim(row.id, NOW, **claim)
        assert await runs.claim(row.id, NOW + HOUR, **claim)
        await runs.claim("clean-up", NOW, worker="bot-0", now=NOW)
    async with database.read() as uow:
        found = await uow.schedules.last_runs(row.id, limit=9)
        assert [run.state for run in found] == ["running", "missed"]
        left = await uow.schedule_runs.left_behind(None, before=NOW + HOUR)
        assert [run.slot for run in left] == [NOW + HOUR]


def _away(user: str, first: int, last: int, **more: str) -> Away:
    days = {"first_day": date(2026, 3, first), "last_day": date(2026, 3, last)}
    given = {"workspace_id": WORKSPACE, "source": "said", "updated_at": NOW} | more
    return Away(user_id=user, **days, **given)


async def test_absences_are_found_by_day_and_by_person(database: Database) -> None:
    async with database.begin() as uow:
        for workspace in (WORKSPACE, "T2"):
            await uow.channels.ensure_workspace(workspace, now=NOW)
        for row in (_away("U1", 2, 4), _away("U2", 4, 9), _away("U3", 3, 3, workspace_id="T2")):
            await uow.away.put(row)
        await uow.away.put(_away("U1", 2, 5))
        await uow.away.put(_away("U1", 2, 3, source="status"))
    async with database.begin() as uow:
        on = uow.away.on
        assert [row.user_id for row in await on(WORKSPACE, date(2026, 3, 4))] == ["U1", "U2"]
        assert [row.user_id for row in await on(WORKSPACE, date(2026, 3, 9))] == ["U2"]
        mine = await uow.away.of(WORKSPACE, "U1", since=date(2026, 3, 4))
        assert [row.last_day.day for row in mine] == [5]
        coming = await uow.away.coming(WORKSPACE, since=date(2026, 3, 4), limit=9)
        assert [row.user_id for row in coming] == ["U1", "U2"]
        assert await uow.away.clear(WORKSPACE, "U1", source="said") == 1
        assert len(await on(WORKSPACE, date(2026, 3, 2))) == 1


async def test_past_absences_are_not_kept(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        await uow.away.put(_away("U1", 2, 4))
        await uow.away.put(_away("U1", 20, 25))
    later = NOW + timedelta(days=40)
    assert (await remove_rows(database, RetentionSettings(), now=later))["absences"] == 1
