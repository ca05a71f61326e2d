"""Running totals of a day's money are what the rows say, whoever wrote them and whatever failed."""

import sqlite3
from datetime import datetime, timedelta
from typing import cast
from unittest.mock import patch

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from bot.services.budgets import day_start
from storage import spent
from storage.files import database_file
from storage.models import ModelCall, Task
from storage.repositories.ledger import Look
from storage.sessions import InlineSessions
from storage.texts import driver_of
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE, add_call, add_task

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TODAY = day_start(NOW)


async def _look(uow: UnitOfWork, task: Task, *, since: datetime = TODAY) -> Look:
    return await uow.ledger.look(task.workspace_id, task.channel_id, task.id, "plan", since=since)


async def _summed(uow: UnitOfWork, task: Task, *, since: datetime = TODAY) -> Look:
    with patch("storage.repositories.ledger.are_kept", return_value=False):
        return await _look(uow, task, since=since)


async def _check(database: Database, task: Task, *, day: int, channel: int) -> None:
    async with database.begin() as uow:
        seen = await _look(uow, task)
        assert (seen.spent["day"], seen.spent["channel"]) == (day, channel)
        assert seen == await _summed(uow, task)


async def _tasks(database: Database) -> tuple[Task, Task]:
    async with database.begin() as uow:
        return await add_task(uow), await add_task(uow, channel="C2")


async def test_they_follow_every_change_of_a_call(database: Database) -> None:
    mine, far = await _tasks(database)
    await _check(database, mine, day=0, channel=0)
    async with database.begin() as uow:
        alien = await add_task(uow, workspace="T2")
        for task in (mine, mine, far, alien):
            await uow.ledger.add(
                workspace_id=task.workspace_id,
                channel_id=task.channel_id,
                task_id=task.id,
                step=f"s{task.channel_id}{await _count(uow)}",
                attempt=1,
                state="reserved",
                model="m",
                reserved_micros=500,
                started_at=NOW,
            )
        await add_call(uow, mine, "old", "done", cost_micros=7, started_at=NOW - timedelta(days=1))
    await _check(database, mine, day=1500, channel=1000)
    await _check(database, alien, day=500, channel=500)
    async with database.begin() as uow:
        first, second = (await uow.ledger.of_task(mine.id))[-2:]
        await uow.ledger.note(first.id, {"state": "done", "cost_micros": 120})
        second.state = "lost"
    await _check(database, mine, day=1120, channel=620)
    async with database.begin() as uow:
        await uow.session.execute(delete(ModelCall).where(ModelCall.id == first.id))
        moved = update(ModelCall).where(ModelCall.id == second.id)
        await uow.session.execute(moved.values(channel_id="C2"))
    await _check(database, mine, day=1000, channel=0)
    await _check(database, far, day=1000, channel=1000)


async def _count(uow: UnitOfWork) -> int:
    return sum([len(await uow.ledger.of_task(task.id)) for task in await uow.tasks.open_in("T1")])


async def test_what_is_undone_was_not_spent(database: Database) -> None:
    mine, _ = await _tasks(database)
    with pytest.raises(LookupError):
        await _spend_and_break(database, mine)
    await _check(database, mine, day=0, channel=0)


async def _spend_and_break(database: Database, task: Task) -> None:
    async with database.begin() as uow:
        assert (await _look(uow, task)).spent["day"] == 0  # summed up here, and forgotten with it
        await add_call(uow, task, "plan", "done", cost_micros=5)
        assert (await _look(uow, task)).spent["day"] == 5
        raise LookupError


async def test_another_process_spends_too(database: Database) -> None:
    mine, _ = await _tasks(database)
    async with database.begin() as uow:
        call = await add_call(uow, mine, "plan", "reserved", reserved_micros=500)
    await _check(database, mine, day=500, channel=500)
    for cost in (100, 20):
        other = sqlite3.connect(database_file(database.engine.url))
        with other:
            changed = "UPDATE model_call SET state = 'done', cost_micros = ? WHERE id = ?"
            other.execute(changed, (cost, call.id))
        other.close()
        await _check(database, mine, day=cost, channel=cost)


async def test_an_earlier_day_is_counted_when_it_is_asked_for(database: Database) -> None:
    mine, _ = await _tasks(database)
    yesterday = TODAY - timedelta(days=1)
    async with database.begin() as uow:
        for number, started in enumerate((yesterday, TODAY, TODAY + timedelta(days=1))):
            await add_call(uow, mine, f"s{number}", "done", cost_micros=1, started_at=started)
    async with database.begin() as uow:
        for since, micros in ((TODAY, 2), (yesterday, 3), (TODAY, 2), (NOW, 1)):
            seen = await _look(uow, mine, since=since)
            assert (seen.spent["day"], seen.spent["channel"]) == (micros, micros)
            assert seen == await _summed(uow, mine, since=since)


async def test_a_reader_sums_up_and_a_writer_does_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, _ = await _tasks(database)
    made: list[str] = []

    async def noted(session: object, workspace: str, *, since: datetime) -> None:
        made.append(workspace)
        await anew(session, workspace, since=since)  # type: ignore[arg-type]  # as it was given

    anew = spent.count_anew
    monkeypatch.setattr("storage.repositories.ledger.count_anew", noted)
    for _ in range(3):
        async with database.begin() as uow:
            await add_call(uow, mine, f"s{len(made)}{await _count(uow)}", "done", cost_micros=1)
            await _look(uow, mine)
    assert made == [WORKSPACE]
    async with database.read() as uow:
        assert (await _look(uow, mine)).spent == {"task": 3, "channel": 3, "day": 3}
    assert made == [WORKSPACE]
    assert mine.channel_id == CHANNEL


async def test_a_file_that_cannot_be_read_is_named_as_the_library_would(database: Database) -> None:
    sessions = cast(InlineSessions, database._sessions)
    connection = sessions._engine.connect()
    try:
        driver_of(connection).set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        with pytest.raises(DBAPIError):
            spent.keep(connection)
    finally:
        driver_of(connection).set_authorizer(None)
        connection.close()
