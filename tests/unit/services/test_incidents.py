"""Incidents as use cases: what is reported again after its case was closed, and who is asked."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.days import Span
from bot.domain.escalation.incident import incidents
from bot.services import escalations
from bot.services.away import say_away
from bot.services.incident_facts import keep_report
from bot.services.incidents import take_in
from bot.settings import EscalationSettings
from storage.models import IncidentFact, MeasureOrigin
from storage.uow import Database
from tests.measures.payloads import alert
from tests.support.desk import Desk, desk
from tests.support.escalating import ANA, BEN, MONDAY, PEOPLE

EVENT = {"event_action": "trigger", "dedup_key": "disk", "payload": {"summary": "Disk is full"}}


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    people = EscalationSettings(level2_people=f"{ANA} {BEN}")
    return desk(database, tmp_path, clock=ManualClock(MONDAY), escalation=people)


async def told(room: Desk, body: Any, *, private: bool = False) -> str:
    (incident,) = incidents(body)
    place = {"workspace_id": "T1", "channel_id": "C1"}
    return await take_in(room.ctx, PEOPLE, incident, **place, is_private=private)


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


async def fact(room: Desk) -> IncidentFact:
    """Return the only incident that is kept as a fact."""
    async with room.ctx.database.read() as uow:
        return (await uow.session.scalars(select(IncidentFact))).one()


async def test_a_private_channels_incident_is_no_fact(room: Desk) -> None:
    """What is measured can be seen everywhere, and so would its service's name."""
    said = {"id": "7", "title": "Slow", "severity": "error", "service": "secret-project"}
    assert await told(room, said, private=True) == "opened"
    await close(room)
    async with room.ctx.database.read() as uow:
        assert (await uow.session.scalars(select(IncidentFact))).all() == []
        assert (await uow.session.scalars(select(MeasureOrigin))).all() == []


async def test_an_escalated_incident_is_a_fact_as_well(room: Desk) -> None:
    """What people do in Slack counts where the source says no moments."""
    began = MONDAY - timedelta(minutes=20)
    said = {"id": "7", "title": "Slow", "severity": "error", "service": "orders"}
    assert await told(room, {**said, "started_at": began.isoformat()}) == "opened"
    found = await fact(room)
    assert (found.source, found.origin, found.level) == ("webhook", "orders", 2)
    assert (found.started_at, found.detected_at) == (began, MONDAY)
    assert (found.acknowledged_at, found.resolved_at) == (None, None)
    async with room.ctx.database.read() as uow:
        (row,) = await uow.escalations.listed("T1", seen_from="C1", limit=9)
    room.clock.advance(timedelta(minutes=5))
    await escalations.acknowledge(room.ctx, PEOPLE, row, by=BEN)
    room.clock.advance(timedelta(hours=1))
    await close(room)
    found = await fact(room)
    assert found.acknowledged_at == MONDAY + timedelta(minutes=5)
    assert found.resolved_at == MONDAY + timedelta(minutes=65)
    assert found.origin == "orders"


async def test_a_moment_that_cannot_be_opens_the_case_all_the_same(room: Desk) -> None:
    said = {"id": "7", "title": "Slow", "started_at": "2099-01-01T00:00:00Z"}
    assert await told(room, said) == "opened"
    assert (await fact(room)).started_at is None


async def test_alarms_keep_their_own_moments(room: Desk) -> None:
    """Alertmanager's repeated reports are one fact, whatever its escalation says."""
    body = alert("2026-03-02T08:00:00Z")
    await told(room, body)
    for report in (body, body, alert("2026-03-02T08:00:00Z", "2026-03-02T08:30:00Z"), body):
        await keep_report(room.ctx, "T1", report)
    found = await fact(room)
    assert found.detected_at is not None
    assert found.resolved_at is not None
    assert found.resolved_at - found.detected_at == timedelta(minutes=30)
    await keep_report(room.ctx, "T1", alert("2099-01-01T00:00:00Z"))
    await keep_report(room.ctx, "T1", {"event": {"event_type": "service.created"}})
    assert await fact(room)
