"""Short statements run at once; what may wait for a lock or the disk leaves the loop free."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.engine import database_url, open_engine
from storage.inline_sqlite import connect


async def test_the_loop_runs_on_while_another_process_holds_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    engine = open_engine(database_url(f"sqlite:///{file}"))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE t (n INTEGER UNIQUE)"))
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO t VALUES (1)"))

    writing = asyncio.create_task(write())
    for _ in range(20):  # the loop turns although the writer waits
        await asyncio.sleep(0.01)
    assert not writing.done()
    async with engine.connect() as connection:  # and readers wait for nobody
        reading = connection.execution_options(teamlead_read_only=True)
        found = (await (await reading).execute(text("SELECT count(*) FROM t"))).scalar()
    assert found == 0
    other.execute("COMMIT")
    other.close()
    async with asyncio.timeout(30):
        await writing
    with pytest.raises(IntegrityError):
        await write()
    await engine.dispose()


async def test_it_needs_no_turn_of_the_loop_for_a_statement(tmp_path: Path) -> None:
    connection = connect(tmp_path / "x.db", check_same_thread=False)
    await connection
    turns: list[int] = []
    asyncio.get_running_loop().call_soon(turns.append, 1)
    cursor = await connection.execute("SELECT 1")
    assert list(await cursor.fetchall()) == [(1,)]
    assert turns == []
    await connection.execute("PRAGMA user_version")  # may wait, and so goes to the thread
    assert turns == [1]
    await connection.close()
    with pytest.raises(ValueError, match=r"no active connection|Connection closed"):
        await connection.execute("SELECT 1")
