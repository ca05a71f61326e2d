"""Short statements run at once; what may wait for a lock or the disk leaves the loop free."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from bot.errors import DatabaseAway
from storage import inline_sqlite
from storage.models import Workspace
from storage.texts import driver_of
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


def _torn(file: Path) -> bytes:
    """Spoil a file's first page; returns what it was."""
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.read_bytes()
    _write_over(file, b"?" * 4096)
    return whole[:4096]


def _write_over(file: Path, begin: bytes) -> None:
    with file.open("r+b") as opened:
        opened.write(begin)


async def test_a_file_that_was_unreadable_for_a_while_is_written_again(database: Database) -> None:
    """An error that is no lock's ends its own unit; the next one begins afresh."""
    await _write(database, "before")
    file = Path(database.engine.url.database or "")
    whole = _torn(file)
    with pytest.raises(DatabaseError, match="not a database"):
        await _write(database, "meanwhile")
    _write_over(file, whole)
    await _write(database, "after")
    assert await _count(database) == 2


async def test_what_cannot_be_undone_alone_is_undone_with_all_beside_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stubborn:
        def __init__(self, real: sqlite3.Connection) -> None:
            self._real = real
            self.rollback = real.rollback

        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if statement.startswith("ROLLBACK TO"):
                raise sqlite3.OperationalError("disk I/O error")
            return self._real.execute(statement, *values)

    real = driver_of
    monkeypatch.setattr(inline_sqlite, "driver_of", lambda connection: Stubborn(real(connection)))

    async def half() -> None:
        async with database.begin() as uow:
            await uow.channels.ensure_workspace("half", now=NOW)
            raise LookupError

    first, error = await asyncio.gather(_write(database), half(), return_exceptions=True)
    assert isinstance(first, DatabaseAway)
    assert isinstance(error, LookupError)
    assert await _count(database) == 0
