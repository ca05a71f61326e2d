"""Many rows in one statement: each value where it belongs, on both databases."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.escalation import EscalationState, Kind
from storage.models import Escalation, EscalationEvent, OutboxRow
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE
from tests.storage.test_escalations import HOUR, add_escalation

LATER = NOW + HOUR


def moved(row: Escalation, **values: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": EscalationState.OPEN,
        "level": 1,
        "owner_id": "",
        "since": NOW,
        "asked_at": LATER,
        "pages": 0,
        "hours": "{}",
        "due_at": LATER + HOUR,
        "due_kind": Kind.RAISED,
        "seq": 2,
    } | values


def line(row: Escalation, **values: Any) -> dict[str, Any]:
    return {
        "escalation_id": row.id,
        "workspace_id": WORKSPACE,
        "seq": 2,
        "kind": Kind.REMINDED,
        "state": EscalationState.OPEN,
        "level": 1,
        "owner_id": "U1",
        "late_seconds": 0,
    } | values


async def test_each_case_gets_its_own_values_and_no_other_changes(database: Database) -> None:
    async with database.begin() as uow:
        rows = [await add_escalation(uow, owner_id="U1", pages=3) for _ in range(4)]
    changes = [
        moved(rows[0]),
        moved(rows[1], level=3, owner_id="U‘3’", hours='{"timezone": "Asia/Kolkata"}'),
        moved(rows[2], state=EscalationState.SNOOZED, snoozed_until=LATER, due_at=None, pages=7),
    ]
    async with database.begin() as uow:
        await uow.escalations.move(changes, now=LATER)
    async with database.read() as uow:
        found = [await uow.escalations.find(WORKSPACE, row.id) for row in rows]
    assert [row.level for row in found] == [1, 3, 1, 1]
    assert [row.owner_id for row in found] == ["", "U‘3’", "", "U1"]
    assert [row.hours for row in found] == [{}, {"timezone": "Asia/Kolkata"}, {}, {}]
    assert [row.state.value for row in found] == ["open", "open", "snoozed", "open"]
    assert [row.snoozed_until for row in found] == [None, None, LATER, None]
    assert [row.due_at for row in found] == [LATER + HOUR, LATER + HOUR, None, LATER]
    assert [row.pages for row in found] == [0, 0, 7, 3]
    assert [row.updated_at for row in found] == [LATER, LATER, LATER, NOW]


async def test_each_line_has_its_own_values(database: Database) -> None:
    async with database.begin() as uow:
        rows = [await add_escalation(uow) for _ in range(2)]
        late = line(rows[1], kind=Kind.RAISED, planned_at=NOW, late_seconds=3600, next_at=LATER)
        await uow.escalations.tell([line(rows[0]), late], now=LATER)
        await uow.escalations.tell([], now=LATER)
    async with database.read() as uow:
        first, second = [await uow.escalations.event(row.id, 2) for row in rows]
    assert _said(first) == (Kind.REMINDED, LATER, None, 0, None, "")
    assert _said(second) == (Kind.RAISED, LATER, NOW, 3600, LATER, "")


def _said(event: EscalationEvent) -> tuple[Any, ...]:
    return (
        *(event.kind, event.at, event.planned_at),
        *(event.late_seconds, event.next_at, event.text),
    )


def _call(key: str, now: datetime = NOW, **values: Any) -> dict[str, Any]:
    place = {"workspace_id": WORKSPACE, "channel_id": CHANNEL, "now": now}
    return place | {"key": key, "method": "chat.postMessage", "view": "card"} | values


async def _rows(uow: UnitOfWork) -> dict[str, OutboxRow]:
    return {row.key: row for row in await uow.session.scalars(select(OutboxRow))}


async def test_calls_are_queued_once_and_edits_again(database: Database) -> None:
    """In order, in the lanes that the delivery reads; an edit twice in one batch is one."""
    edit = _call("a:edit", method="chat.update", target_key="a")
    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
        await uow.outbox_many.add([_call("b"), _call("a", thread_ts="1.0"), _call("c")])
        await uow.outbox_many.edit([edit, edit])
    async with database.begin() as uow:
        sent = (await _rows(uow))["a:edit"]
        sent.state, sent.attempts = "sent", 2
        await uow.session.flush()
        later = NOW + timedelta(minutes=5)
        await uow.outbox_many.add([_call("a", later), _call("d", later)])
        await uow.outbox_many.edit([edit | {"now": later}])
        uow.session.expire_all()
    async with database.read() as uow:
        found = await _rows(uow)
    assert sorted(found, key=lambda key: found[key].id)[:3] == ["b", "a", "c"]
    assert sorted(found) == ["a", "a:edit", "b", "c", "d"]
    assert (found["a"].thread_ts, found["a"].created_at) == ("1.0", NOW)
    assert found["a"].lane == found["d"].lane == f"post {WORKSPACE} {CHANNEL}"
    again = found["a:edit"]
    assert (again.lane, again.state, again.attempts) == (f"edit {WORKSPACE} a", "pending", 0)
    assert (again.version, again.not_before, again.payload) == (2, later, {})
