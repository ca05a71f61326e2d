"""Incidents as use cases: what is reported again after its case was closed, and who is asked."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.domain.days import Span
from bot.domain.escalation.incident import incidents
from bot.services import escalations
from bot.services.away import say_away
from bot.services.incidents import take_in
from bot.settings import EscalationSettings
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.escalating import ANA, BEN, MONDAY, PEOPLE

EVENT = {"event_action": "trigger", "dedup_key": "disk", "payload": {"summary": "Disk is full"}}


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    people = EscalationSettings(level2_people=f"{ANA} {BEN}")
    return desk(database, tmp_path, clock=ManualClock(MONDAY), escalation=people)


async def told(room: Desk, body: Any) -> str:
    (incident,) = incidents(body)
    place = {"workspace_id": "T1", "channel_id": "C1"}
    return await take_in(room.ctx, PEOPLE, incident, **place, is_private=False)


async def cases(room: Desk) -> list[tuple[str, str, str]]:
    async with room.ctx.database.read() as uow:
        rows = await uow.escalations.listed("T1", seen_from="C1", limit=9, with_resolved=True)
    return sorted((row.public_id, row.state.value, row.owner_id) for row in rows)


async def close(room: Desk) -> None:
    """Let a person say that the first open case is solved."""
    async with room.ctx.database.read() as uow:
        (row, *_) = await uow.escalations.listed("T1", seen_from="C1", limit=9)
    move = escalations.resolved("restarted")
    await escalations.act(room.ctx, "T1", row.id, move, by=BEN, text="restarted")


def pagerduty(kind: str) -> dict[str, Any]:
    return {"event": {"event_type": f"incident.{kind}", "data": {"id": "P1", "title": "Down"}}}


async def test_a_reopened_incident_is_a_new_case(room: Desk) -> None:
    assert await told(room, pagerduty("triggered")) == "opened"
    assert await told(room, pagerduty("reopened")) == "known"
    assert await told(room, pagerduty("resolved")) == "resolved"
    assert await told(room, pagerduty("triggered")) == "known"  # delivered late, once more
    assert await told(room, pagerduty("reopened")) == "opened"
    assert await told(room, pagerduty("reopened")) == "known"
    assert await told(room, pagerduty("resolved")) == "resolved"
    assert [state for _, state, _ in await cases(room)] == ["resolved", "resolved"]


async def test_an_alarm_after_a_person_closed_its_case_is_a_new_one(room: Desk) -> None:
    """Many senders never say that it is over; their next alarm must not be lost."""
    assert await told(room, EVENT) == "opened"
    await close(room)
    room.clock.advance(timedelta(days=3))
    assert await told(room, EVENT) == "opened"
    assert await told(room, EVENT) == "known"
    assert await told(room, {**EVENT, "event_action": "resolve"}) == "resolved"
    assert [name for name, _, _ in await cases(room)] == ["X-1", "X-2"]


async def test_who_is_on_leave_is_not_asked_first(room: Desk) -> None:
    day = MONDAY.date()
    leave = Span(day, day)
    await say_away(room.ctx, workspace_id="T1", user_id=ANA, span=leave, receipt="a")
    assert await told(room, EVENT) == "opened"
    assert await cases(room) == [("X-1", "open", BEN)]


async def test_what_no_database_stores_is_left_out(room: Desk) -> None:
    body = {"id": "a\x00\ud800", "title": "Disk\x00 is \ud800 full", "detail": "\udfff"}
    assert await told(room, body) == "opened"
    assert await told(room, body) == "known"
