"""Connections to PostgreSQL that break, and what others hold of the pool."""

import asyncio
import gc
from typing import Any

import pytest
from sqlalchemy import Integer, bindparam, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from bot.errors import DatabaseAway
from storage.prepared import Prepared
from storage.uow import Database, UnitOfWork
from storage.wire import Wire
from tests.storage.rows import NOW, WORKSPACE
from tests.storage.test_wire import _end_backends, _free, _pid, _rename, _rename_it, _session, _unit

_DIVIDED = Prepared(select(literal_column("6", Integer).op("/")(bindparam("by", type_=Integer))))

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture(autouse=True)
async def _workspace(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)


async def _waits(database: Database) -> None:
    """Return once somebody waits for a lock in this test's database; the server is all tests'."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(30), database.engine.connect() as other:
        while not (await other.execute(query)).scalar_one():
            await other.rollback()  # else it would see the same again
            await asyncio.sleep(0.01)


async def test_a_server_that_goes_away_in_the_first_statement_is_named(database: Database) -> None:
    """BEGIN, the statement's preparing and itself are one trip: any of them may be the last."""
    others: list[asyncio.Task[None]] = []

    async def ends(_: UnitOfWork) -> None:
        others.append(asyncio.create_task(_unit(database, _rename_it)))
        await _waits(database)
        await _end_backends(database)

    with pytest.raises(DatabaseAway):
        await _unit(database, _rename_it, ends)
    with pytest.raises(DatabaseAway):
        await others[0]


async def test_a_cancelled_commit_that_fails_is_cancelled(database: Database) -> None:
    """Who waits for the database to be back would go on else, though told to end."""
    wires: list[Wire] = []

    async def commits() -> None:
        async with database.begin() as uow:
            await _rename(uow, "lost")
            wire, once = _session(uow).wire, _session(uow).wire._once
            wire._once = lambda sql: once(b"SELECT pg_sleep(60) -- " + sql)  # type: ignore[method-assign]
            wires.append(wire)

    committing = asyncio.create_task(commits())
    async with asyncio.timeout(30):
        while not (wires and wires[0]._waiter):  # noqa: ASYNC110 - the server is slow
            await asyncio.sleep(0.01)
    committing.cancel()
    await _end_backends(database)
    with pytest.raises(asyncio.CancelledError):
        await committing


async def test_what_others_hold_of_the_pool_keeps_no_unit_waiting(database: Database) -> None:
    """The process's lock has one; a unit that waited for it would see no session given back."""
    sessions: Any = database._sessions
    sessions._engine.pool._timeout = 0.01
    async with database.engine.connect():
        taken = [await sessions.take() for _ in range(sessions._room._value)]
        for session in taken:
            await sessions.take_back(session)
    assert len(taken) > len(_free(database))


async def test_a_session_given_back_after_the_end_is_not_held(database: Database) -> None:
    sessions: Any = database._sessions
    session = await sessions.take()
    await sessions.close()
    await sessions.take_back(session)
    assert _free(database) == []
    assert session.connected.closed


async def test_a_statement_that_fails_is_prepared_once(database: Database) -> None:
    for _ in range(3):
        with pytest.raises(DBAPIError):
            await _unit(database, lambda uow: _DIVIDED.rows(uow.session, by=0))
    async with database.read() as uow:
        assert (await _DIVIDED.rows(uow.session, by=3))[0][0] == 2
        query = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%6 / %'")
        assert (await uow.session.execute(query)).scalar_one() == 1


async def test_a_server_that_writes_no_more_is_not_asked_again(database: Database) -> None:
    """After a fail-over the place may have another server; the old connection never will."""
    pids: list[int] = []

    async def refused(uow: UnitOfWork) -> None:
        pids.append(await _pid(uow))
        await uow.session.execute(text("SET TRANSACTION READ ONLY"))
        await _rename(uow, "lost")

    with pytest.raises(DatabaseAway):
        await _unit(database, refused)
    async with database.begin() as uow:
        assert await _pid(uow) not in pids


@pytest.mark.parametrize("change", ["DEALLOCATE ALL", "ALTER TABLE workspace ALTER name TYPE text"])
async def test_a_statement_that_was_prepared_too_early_is_tried_again(
    database: Database, change: str
) -> None:
    """By a process that runs while another one migrates; or somebody lets all go."""
    pids: list[int] = []

    async def refused(uow: UnitOfWork) -> None:
        pids.append(await _pid(uow))
        await _rename(uow, "lost")

    await _unit(database, _rename_it, lambda uow: uow.session.execute(text(change)))
    with pytest.raises(DatabaseAway):
        await _unit(database, refused)
    async with database.begin() as uow:
        assert await _pid(uow) not in pids
        await _rename(uow, "again")


async def test_what_was_half_made_when_it_was_cancelled_is_closed(database: Database) -> None:
    """At once, and not when rubbish is collected: a process that ends is still counted else."""
    await database._sessions.close()
    gc.disable()
    try:
        for step in range(40):
            making = asyncio.create_task(_connected(database))
            await asyncio.sleep(step / 5000)
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
        await database.engine.dispose()
        await _nobody_else(database)
    finally:
        gc.enable()


async def _connected(database: Database) -> None:
    async with database.engine.connect() as made:
        await made.execute(text("SELECT 1"))


async def _nobody_else(database: Database) -> None:
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    async with asyncio.timeout(10), database.begin() as uow:
        while (await uow.session.execute(query)).scalar_one():
            await uow.session.execute(text("SELECT pg_stat_clear_snapshot()"))
            await asyncio.sleep(0.01)
