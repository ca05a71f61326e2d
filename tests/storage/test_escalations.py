"""Escalations: found by who may see them, swept by what is due, audited by what was planned."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.escalation import EscalationState, Kind
from bot.errors import NotFound
from storage.models import Escalation, EscalationEvent, Installation
from storage.repositories.escalation_audit import Late, Overdue, Skipped
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE, add_channels

HOUR = timedelta(hours=1)


def event(row: Escalation, seq: int, kind: Kind, at: datetime, **more: Any) -> EscalationEvent:
    given: dict[str, Any] = {
        "escalation_id": row.id,
        "workspace_id": row.workspace_id,
        "seq": seq,
        "kind": kind,
        "at": at,
        "state": EscalationState.OPEN,
        "level": row.level,
    }
    return EscalationEvent(**given | more)


async def add_escalation(
    uow: UnitOfWork,
    *,
    channel: str = CHANNEL,
    private: bool = False,
    workspace: str = WORKSPACE,
    **values: Any,
) -> Escalation:
    """Store a case of level 1 whose timer goes off in an hour."""
    await uow.channels.ensure(workspace, channel, now=NOW, is_private=private)
    given: dict[str, Any] = {
        "level": 1,
        "title": "Webhook drops events",
        "policy": {},
        "hours": {},
        "since": NOW,
        "asked_at": NOW,
        "due_at": NOW + HOUR,
        "due_kind": Kind.REMINDED,
        "seq": 1,
        "created_at": NOW,
        "updated_at": NOW,
    } | values
    number = await uow.escalations.next_number(workspace)
    row = Escalation(workspace_id=workspace, channel_id=channel, number=number, **given)
    row.id = f"{workspace}{number:028}"
    await uow.escalations.add(row, event(row, 1, Kind.OPENED, NOW, next_at=row.due_at))
    return row


async def test_numbers_count_within_a_workspace(database: Database) -> None:
    async with database.begin() as uow:
        first = await add_escalation(uow)
        second = await add_escalation(uow)
        other = await add_escalation(uow, workspace="T2")
    assert [row.public_id for row in (first, second, other)] == ["X-1", "X-2", "X-1"]


async def test_who_may_see_it_finds_it(database: Database) -> None:
    """A private channel's case is found only from there, another workspace's never."""
    async with database.begin() as uow:
        await add_escalation(uow)
        secret = await add_escalation(uow, channel="G1", private=True, owner_id="U7")
        await add_channels(uow, "C9")
    async with database.read() as uow:
        find = uow.escalations.by_number
        assert (await find(WORKSPACE, 1, seen_from="C9")).number == 1
        assert (await find(WORKSPACE, 2, seen_from="G1")).id == secret.id
        for workspace, number, seen in ((WORKSPACE, 2, CHANNEL), ("T2", 1, CHANNEL)):
            with pytest.raises(NotFound, match=f"X-{number}"):
                await find(workspace, number, seen_from=seen)
        with pytest.raises(NotFound):
            await uow.escalations.find("T2", secret.id)
        listed = uow.escalations.listed
        assert [row.number for row in await listed(WORKSPACE, seen_from="C9", limit=9)] == [1]
        assert [row.number for row in await listed(WORKSPACE, seen_from="G1", limit=9)] == [1, 2]
        mine = await listed(WORKSPACE, seen_from=None, limit=9, owner_id="U7")
        assert [row.number for row in mine] == [2]
        assert await listed(WORKSPACE, seen_from=CHANNEL, limit=9, owner_id="U7") == []


async def test_the_list_begins_with_what_is_worst(database: Database) -> None:
    async with database.begin() as uow:
        await add_escalation(uow, level=1)
        await add_escalation(uow, level=4)
        await add_escalation(uow, level=4, state=EscalationState.RESOLVED, due_at=None)
        await add_escalation(uow, level=3)
    async with database.read() as uow:
        listed, levels = uow.escalations.listed, uow.escalations.open_by_level
        rows = await listed(WORKSPACE, seen_from="", limit=9, with_resolved=True)
        assert [row.number for row in rows] == [2, 4, 1, 3]
        assert [row.number for row in await listed(WORKSPACE, seen_from="", limit=2)] == [2, 4]
        assert await levels(WORKSPACE) == {1: 1, 3: 1, 4: 1}
        assert await uow.escalations.count_by_state() == {"open": 3, "resolved": 1}


async def test_only_what_is_due_is_taken_and_the_longest_due_first(database: Database) -> None:
    async with database.begin() as uow:
        for minutes in (30, 10, 90, 60):
            await add_escalation(uow, due_at=NOW + timedelta(minutes=minutes))
        await add_escalation(uow, due_at=None, state=EscalationState.RESOLVED)
    async with database.begin() as uow:
        assert not await uow.escalations.any_due(NOW + timedelta(minutes=9))
        assert await uow.escalations.any_due(NOW + HOUR)
        taken = await uow.escalations.due(NOW + HOUR, limit=2)
        assert [row.number for row in taken] == [2, 1]
        assert len(await uow.escalations.due(NOW + HOUR, limit=9)) == 3


async def test_timers_stand_still_where_the_app_was_removed(database: Database) -> None:
    async with database.begin() as uow:
        await add_escalation(uow, workspace="T2", due_at=NOW)
        gone = {"workspace_id": "T2", "installed_at": NOW, "removed_at": NOW}
        uow.session.add(Installation(**gone))
    async with database.begin() as uow:
        assert not await uow.escalations.any_due(NOW)
        assert await uow.escalations.due(NOW, limit=9) == []
        await add_escalation(uow, due_at=NOW)
        assert [row.workspace_id for row in await uow.escalations.due(NOW, limit=9)] == ["T1"]


async def test_two_processes_never_take_the_same_case(database: Database) -> None:
    async with database.begin() as uow:
        for _ in range(4):
            await add_escalation(uow)
    taken: list[list[int]] = []
    both = asyncio.Barrier(2)

    async def sweep() -> None:
        async with database.begin() as uow:
            rows = await uow.escalations.due(NOW + HOUR, limit=2)
            taken.append([row.number for row in rows])
            for row in rows:
                await uow.escalations.retime(row.id, NOW + 2 * HOUR, Kind.RAISED)
            if database.dialect == "postgresql":  # SQLite lets one writer in at a time
                await both.wait()

    await asyncio.gather(sweep(), sweep())
    assert sorted(number for numbers in taken for number in numbers) == [1, 2, 3, 4]


async def test_a_line_of_the_timeline_exists_once(database: Database) -> None:
    async with database.begin() as uow:
        row = await add_escalation(uow)
        uow.session.add(event(row, 2, Kind.REMINDED, NOW + HOUR))
    with pytest.raises(IntegrityError):
        async with database.begin() as uow:
            uow.session.add(event(row, 2, Kind.REMINDED, NOW + HOUR))
    async with database.read() as uow:
        lines = await uow.escalations.timeline(row.id)
    assert [line.kind for line in lines] == [Kind.OPENED, Kind.REMINDED]


async def test_an_incident_becomes_one_case(database: Database) -> None:
    async with database.begin() as uow:
        row = await add_escalation(uow, source_key="alert-1")
        await add_escalation(uow, workspace="T2", source_key="alert-1")
        found = await uow.escalations.by_source(WORKSPACE, "alert-1")
        assert found is not None
        assert found.id == row.id
        assert await uow.escalations.by_source(WORKSPACE, "alert-2") is None
    with pytest.raises(IntegrityError):
        async with database.begin() as uow:
            await add_escalation(uow, source_key="alert-1")


async def test_the_auditor_sees_what_did_not_go_off(database: Database) -> None:
    async with database.begin() as uow:
        await add_escalation(uow, due_at=NOW - HOUR)
        await add_escalation(uow, due_at=None)
        await add_escalation(uow, due_at=None, state=EscalationState.RESOLVED)
        await add_escalation(uow, workspace="T2", due_at=NOW - 2 * HOUR)
    async with database.read() as uow:
        audit = uow.escalation_audit
        assert await audit.overdue(NOW) == Overdue(2, NOW - 2 * HOUR)
        assert await audit.overdue(NOW, workspace_id=WORKSPACE) == Overdue(1, NOW - HOUR)
        assert await audit.overdue(NOW - 3 * HOUR) == Overdue(0, None)
        assert await audit.without_timer() == 1
        assert await audit.without_timer(workspace_id="T2") == 0


async def test_the_auditor_sees_what_went_off_late_or_was_passed_over(database: Database) -> None:
    planned, late = NOW + HOUR, NOW + 2 * HOUR
    async with database.begin() as uow:
        fired = await add_escalation(uow)
        uow.session.add(event(fired, 2, Kind.REMINDED, late, planned_at=planned, late_seconds=3600))
        passed = await add_escalation(uow)
        uow.session.add(event(passed, 2, Kind.ACKNOWLEDGED, late, by_id="U1"))
        in_time = await add_escalation(uow)
        uow.session.add(event(in_time, 2, Kind.ACKNOWLEDGED, NOW, by_id="U1"))
    async with database.read() as uow:
        audit = uow.escalation_audit
        assert await audit.late(NOW, seconds=60) == Late(1, 3600)
        assert await audit.late(NOW, seconds=3600) == Late(0, 0)
        assert await audit.late(NOW, seconds=60, workspace_id="T2") == Late(0, 0)
        assert await audit.late(late + HOUR, seconds=60) == Late(0, 0)
        assert await audit.skipped(NOW) == [Skipped(passed.id, planned, late)]
        assert await audit.skipped(late + HOUR) == []
