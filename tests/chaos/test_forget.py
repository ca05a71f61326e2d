"""Kill -9 while a person is being forgotten: the next process goes on with name and counts."""

import asyncio
import json
from pathlib import Path

import pytest

from storage.engine import database_url, open_engine
from storage.models import Message
from storage.uow import Database
from tests.storage.rows import NOW, add_task
from tests.support.databases import migrated_file
from tests.support.processes import Home, kill, teamlead, until

ME = "U0FORGETME"
WORDS = "canary words of one person"
MANY = 20_000

pytestmark = [pytest.mark.chaos, pytest.mark.long]  # a claim is left for a minute


async def filled(file: Path) -> None:
    """Store what somebody wrote in years."""
    file.parent.mkdir(parents=True)
    await migrated_file(file)
    database = Database(open_engine(database_url(f"sqlite:///{file}")))
    async with database.begin() as uow:
        task = await add_task(uow, requester_id=ME, text=WORDS)
        uow.session.add_all(
            Message(
                workspace_id="T1",
                channel_id="C1",
                thread_id=task.thread_id,
                ts=f"1700000000.{number:06}",
                user_id=ME,
                text=f"{WORDS}, number {number}",
                created_at=NOW,
            )
            for number in range(MANY)
        )
    await database.close()


async def test_killed_in_the_middle(tmp_path: Path) -> None:
    home = Home(tmp_path, "http://127.0.0.1:9")
    await filled(tmp_path / "teamlead" / "teamlead.db")

    def removed() -> int:
        rows = home._rows("SELECT removed, id FROM forgetting")
        return int(json.loads(rows[0][0]).get("message", 0)) if rows else 0

    def left() -> int:
        return len(home._rows(f"SELECT id, ts FROM message WHERE text LIKE '{WORDS}%'"))

    async with teamlead(home, "forget", ME, "--yes") as process:
        # Each message is changed twice, the name first.
        await until(lambda: removed() > MANY * 3 // 2, process=process)
        await kill(process)
    assert 0 < left() < MANY
    assert home._rows("SELECT ended_at, id FROM forgetting")[0][0] is None
    async with teamlead(home, "forget", ME, "--yes") as process:
        async with asyncio.timeout(200):
            said, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
    assert f"Forgotten in workspace T1: {MANY:,} messages, 1 task" in said.decode()
    assert left() == 0
    (name,) = {row[0] for row in home._rows("SELECT DISTINCT user_id, channel_id FROM message")}
    assert home._rows("SELECT requester_id, title FROM task")[0][0] == name
    assert name.startswith("forgotten-")
