"""What reviews found and how gates stand is remembered, by the one who may see it."""

import sqlite3
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import insert, select

from bot.domain.roots import provisional
from bot.services import memory_records, memory_views
from bot.services.architecture_review_steps import summary_key
from bot.services.memory import Node, forget_entity, open_nodes
from storage.inline_sqlite import InlineSession
from storage.models import ArchitectureReview, Matrix, OutboxRow, QualityGate
from tests.support.desk import Desk


async def opened(office: Desk, name: str, *, seen_from: str = "C1") -> list[Node]:
    async with office.ctx.database.read() as uow:
        return await open_nodes(uow, "T1", [name], seen_from=seen_from)


def texts(node: Node) -> set[str]:
    return {row.text for row in node.observations}


async def gate(
    office: Desk, commit: str, state: str, *, main: bool = True, scope: str = ""
) -> None:
    """Store a result of the service `checkout`; each is a minute after the last."""
    office.clock.advance(timedelta(minutes=1))
    now = office.clock.now()
    check = {"check": "coverage", "state": state, "value": 71.5, "limit": 80, "waiver": ""}
    met = {"check": "tests", "state": "met", "value": 0, "limit": 0, "waiver": ""}
    async with office.ctx.database.begin() as uow:
        for channel, private in (("C1", False), ("G1", True)):
            await uow.channels.ensure("T1", channel, now=now, is_private=private)
        uow.session.add(
            QualityGate(
                workspace_id="T1", scope=scope, service="checkout", commit=commit,
                branch="main" if main else "wip", is_main=main, state=state,
                checks=[check, met], digest=f"{commit}{scope}", at=now,
            )
        )  # fmt: skip


async def test_a_gate_is_one_thing_whose_last_result_holds(office: Desk) -> None:
    await gate(office, "aaaaaaaaaaaa", "missed")
    await gate(office, "bbbbbbbbbbbb", "met", main=False)
    assert await memory_records.sweep(office.ctx) == 1, "a branch's result is not remembered"
    assert await memory_records.sweep(office.ctx) == 0
    (node,) = await opened(office, "quality gate of checkout")
    assert texts(node) == {
        "Missed on 2026-03-02 at aaaaaaaaaa.", "Missed: coverage 71.5, asked for 80."
    }  # fmt: skip
    assert [(row.kind, other.name) for row, other in node.outward] == [("gate_of", "checkout")]
    await gate(office, "cccccccccccc", "met")
    await gate(office, "dddddddddddd", "met")
    assert await memory_records.sweep(office.ctx) == 1, "only the newest is read"
    (again,) = await opened(office, "quality gate of checkout")
    assert again.entity.id == node.entity.id
    assert texts(again) == {"Met on 2026-03-02 at dddddddddd."}
    async with office.ctx.database.read() as uow:
        before = await uow.memory.history("T1", node.entity.id, seen_from="C1", limit=9)
    assert {row.text for row in before} == texts(node)


async def test_of_a_gate_of_many_runs_the_newest_history_is_kept(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_records, "KEPT_HISTORY", 2)
    for commit in ("aaaa", "bbbb", "cccc", "dddd", "eeee"):
        await gate(office, commit, "met")
        assert await memory_records.sweep(office.ctx) == 1
    (node,) = await opened(office, "quality gate of checkout")
    assert texts(node) == {"Met on 2026-03-02 at eeee."}
    async with office.ctx.database.read() as uow:
        before = await uow.memory.history("T1", node.entity.id, seen_from="C1", limit=9)
    assert [row.text[-5:] for row in before] == ["dddd.", "cccc."]


async def test_a_private_channels_gate_stays_there(office: Desk) -> None:
    await gate(office, "aaaaaaaaaaaa", "missed", scope="G1")
    await memory_records.sweep(office.ctx)
    assert await opened(office, "quality gate of checkout") == []
    (node,) = await opened(office, "quality gate of checkout", seen_from="G1")
    assert {other.scope for _, other in node.outward} == {"G1"}


async def test_a_review_that_is_over_is_found_by_its_number_and_not_read_again(
    office: Desk,
) -> None:
    task = await office.take_in()
    now = office.clock.now()
    summary = {"headline": "Cut the monolith.", "findings": ["Two writers."], "questions": ["Who?"]}
    async with office.ctx.database.begin() as uow:
        for number, closed in ((1, now), (2, None)):
            uow.session.add(
                ArchitectureReview(
                    workspace_id="T1", channel_id="C1", thread_id=task.thread_id, number=number,
                    slot_key=f"s{number}", state="closed" if closed else "open", window_minutes=60,
                    since=now, opens_at=now, closes_at=now, created_at=now, closed_at=closed,
                    summary=summary,
                )
            )  # fmt: skip
    assert await memory_records.sweep(office.ctx) == 1
    (node,) = await opened(office, "AR-1")
    assert texts(node) == {"Cut the monolith.", "Two writers.", "Open: Who?"}
    assert await places(office, node) == {("C1", "1700000001.000100")}, "its thread"
    review_id = node.entity.record_id or ""
    async with office.ctx.database.begin() as uow:
        await uow.outbox.add(
            workspace_id="T1", channel_id="C1", key=summary_key(review_id), method="x",
            payload={}, now=now,
        )  # fmt: skip
        (post,) = (await uow.session.scalars(select(OutboxRow))).all()
        post.sent_ts = "1700000007.000100"
    assert await places(office, node) == {("C1", "1700000007.000100")}, "its summary"
    async with office.ctx.database.begin() as uow:
        await forget_entity(uow, "T1", node.entity, by="U1", at=now)
    assert await memory_records.sweep(office.ctx) == 0
    assert await opened(office, "AR-1") == []


async def places(office: Desk, node: Node) -> set[tuple[str, str]]:
    """Return the messages that the page of a thing links to."""
    async with office.ctx.database.read() as uow:
        return set((await memory_views.thing_of(uow, node, seen_from="C1")).places)


async def test_a_matrix_leads_to_its_card_once_that_is_posted(office: Desk) -> None:
    task = await office.take_in()
    now = office.clock.now()
    async with office.ctx.database.begin() as uow:
        uow.session.add(
            Matrix(
                workspace_id="T1", channel_id="C1", thread_id=task.thread_id, number=1,
                question="Which queue?", criteria=[], owner_id="U1", invited=[], specialists=[],
                revealed_at=now, created_at=now, updated_at=now,
            )
        )  # fmt: skip
        thread = await uow.threads.get(task.thread_id)
        ts, thread.root_ts = thread.root_ts, provisional("m1")
    assert await memory_records.sweep(office.ctx) == 1
    (node,) = await opened(office, "M-1")
    assert await places(office, node) == {("C1", "")}
    async with office.ctx.database.begin() as uow:
        (await uow.threads.get(task.thread_id)).root_ts = ts
    assert await places(office, node) == {("C1", ts)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_history_is_not_compared_with_itself(office: Desk) -> None:
    """Each tick asks: of 400 results the work grows with their number, not with its square."""
    await gate(office, "first", "met")
    now = office.clock.now()
    rows = [
        {
            "workspace_id": "T1", "service": "checkout", "is_main": True, "state": "met",
            "checks": [], "digest": str(n), "at": now + timedelta(minutes=n),
        }
        for n in range(400)
    ]  # fmt: skip
    async with office.ctx.database.begin() as uow:
        await uow.session.execute(insert(QualityGate), rows)
    thousands: list[None] = []
    async with office.ctx.database.read() as uow:
        assert isinstance(uow.session, InlineSession)
        driver = cast(sqlite3.Connection, uow.session.connected.connection.dbapi_connection)
        driver.set_progress_handler(lambda: thousands.append(None), 1_000)
        (last,) = await uow.memory_records.gates(limit=50)
        driver.set_progress_handler(None, 0)
    assert last.digest == "399"
    assert len(thousands) < 50
