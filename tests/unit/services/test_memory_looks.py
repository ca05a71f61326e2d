"""The tick that remembers looks at what is new; what moved otherwise is found a little later."""

import sqlite3
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import insert

from bot.domain.task import TaskState
from bot.services import memory_records
from bot.services.memory_records import OVERLAP, WHOLE_EVERY, Looked
from storage.inline_sqlite import InlineSession
from storage.models import QualityGate
from tests.storage.rows import add_task
from tests.support.desk import Desk
from tests.unit.decision.acts import accepted
from tests.unit.services.test_memory_records import finished, opened

QUARTER = timedelta(seconds=15)


async def fill(office: Desk, rows: int) -> None:
    """Store tasks that ended, decisions and results of gates, and remember them."""
    now = office.clock.now()
    async with office.ctx.database.begin() as uow:
        for n in range(rows):
            said = {"headline": f"do {n}", "summary": "x"}
            await add_task(
                uow, title=f"task {n}", state=TaskState.DONE, ended_at=now, synthesis=said
            )
        results = [
            {
                "workspace_id": "T1", "service": f"checkout {n}", "is_main": True, "state": "met",
                "checks": [], "digest": f"{now}{n}", "at": now,
            }
            for n in range(rows)
        ]  # fmt: skip
        await uow.session.execute(insert(QualityGate), results)
    for n in range(rows // 5):
        await accepted(office, f"k{rows}-{n}", title=f"Kafka {rows} {n}")
    while await memory_records.sweep(office.ctx):
        pass


async def steps(office: Desk, looked: Looked) -> int:
    """Return how many steps of SQLite's machine a look takes that finds nothing."""
    taken: list[None] = []
    since = looked.since(office.clock.now())
    async with office.ctx.database.read() as uow:
        assert isinstance(uow.session, InlineSession)
        driver = cast(sqlite3.Connection, uow.session.connected.connection.dbapi_connection)
        driver.set_progress_handler(lambda: taken.append(None), 1)
        assert not await uow.memory_records.any_unread(since)
        driver.set_progress_handler(None, 0)
    return len(taken)


@pytest.mark.again
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_look_does_not_grow_with_what_is_remembered(office: Desk) -> None:
    found = []
    for rows in (5, 60):
        await fill(office, rows)
        office.clock.advance(timedelta(hours=1))
        looked = Looked()
        whole = await steps(office, looked)
        looked.through(office.clock.now(), None)
        found.append((whole, await steps(office, looked)))
    (few, first), (many, second) = found
    assert many > 4 * few, "all of it is visited"
    assert second <= first + 20, "only what is new is"


async def test_what_is_new_is_read_at_the_next_look(office: Desk) -> None:
    looked = Looked()
    assert await memory_records.sweep(office.ctx, looked=looked) == 0
    office.clock.advance(QUARTER)
    await finished(office, "Invoices that take an hour")
    await accepted(office, "k1", title="Kafka for orders")
    office.clock.advance(OVERLAP)  # so long ago it ended when its transaction was through
    assert await memory_records.sweep(office.ctx, looked=looked) == 2
    assert await memory_records.sweep(office.ctx, looked=looked) == 0
    assert await opened(office, "D-1")


async def test_what_moved_without_a_new_end_is_found_by_a_whole_look(office: Desk) -> None:
    decision = await accepted(office, "k1", title="Kafka for orders")
    looked = Looked()
    assert await memory_records.sweep(office.ctx, looked=looked) == 1
    office.clock.advance(timedelta(days=1))
    assert await memory_records.sweep(office.ctx, looked=looked) == 0
    async with office.ctx.database.begin() as uow:
        row = await uow.decisions.get(decision.id, lock=True)
        row.title, row.updated_at = "Kafka for all", office.clock.now()
    office.clock.advance(QUARTER)
    assert await memory_records.sweep(office.ctx, looked=looked) == 0
    office.clock.advance(WHOLE_EVERY)
    assert await memory_records.sweep(office.ctx, looked=looked) == 1
    (node,) = await opened(office, "D-1")
    assert node.entity.name == "Kafka for all (D-1)"


async def test_what_one_look_has_no_room_for_is_read_by_the_next(office: Desk) -> None:
    looked = Looked()
    assert await memory_records.sweep(office.ctx, looked=looked) == 0
    office.clock.advance(QUARTER)
    for n in range(3):
        await accepted(office, f"k{n}", title=f"Kafka {n}")
    read = []
    for _ in range(3):
        read.append(await memory_records.sweep(office.ctx, looked=looked, batch=2))
        office.clock.advance(2 * OVERLAP)
    assert read == [2, 1, 0]
