"""Short statements run at once; what may wait for a lock or the disk leaves the loop free."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.errors import DatabaseAway
from storage.models import Workspace
from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _count(database: Database) -> int | None:
    async with database.read() as uow:
        return await uow.session.scalar(select(func.count()).select_from(Workspace))


def _lock(database: Database) -> sqlite3.Connection:
    """Take the write lock as another process would."""
    file = Path(database.engine.url.database or "")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


async def _write(database: Database, name: str = WORKSPACE) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(name, now=NOW)


async def test_the_loop_runs_on_while_another_process_holds_the_lock(database: Database) -> None:
    other = _lock(database)
    writing = asyncio.create_task(_write(database))
    for _ in range(20):  # the loop turns although the writer waits
        await asyncio.sleep(0.01)
    assert not writing.done()
    assert await _count(database) == 0  # and readers wait for nobody
    other.execute("COMMIT")
    other.close()
    async with asyncio.timeout(30):
        await writing
    assert await _count(database) == 1


async def test_it_needs_no_turn_of_the_loop_for_a_statement(database: Database) -> None:
    await _count(database)  # a connection is open now
    turns: list[int] = []
    asyncio.get_running_loop().call_soon(turns.append, 1)
    assert await _count(database) == 0
    assert turns == []


async def test_more_readers_than_connections_do_not_stop_the_loop(database: Database) -> None:
    together = asyncio.Barrier(25)

    async def read() -> int | None:
        async with database.read() as uow:
            await together.wait()
            return await uow.session.scalar(select(func.count()).select_from(Workspace))

    async with asyncio.timeout(30):
        assert await asyncio.gather(*(read() for _ in range(25))) == [0] * 25


async def test_a_lock_that_is_not_given_up_is_said(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.writers.BUSY_TIMEOUT_MS", 50)
    other = _lock(database)
    with pytest.raises(DatabaseAway):
        await _write(database, "first")
    other.close()
    await _write(database, "second")
    assert await _count(database) == 1
