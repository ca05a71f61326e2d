"""The engine's own life: one after the other, side by side, interrupted and taken up again."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dbos import DBOS

from bot.domain.output import SpecialistOutput
from bot.domain.task import TaskState
from bot.errors import Bug
from bot.model.port import Request
from bot.workflows import holder
from bot.workflows.engine import AlreadyRunning, Engine, _config, _enable_wal, _restart_log
from bot.workflows.executors import AdvisoryLocks, FileLocks
from bot.workflows.serializer import JsonSerializer, StepFailed
from storage.files import database_file, lock_folder
from storage.uow import Database
from tests.support.crash_run import step_of
from tests.support.desk import Desk
from tests.support.replacing import replace_method
from tests.workflows.conftest import noted, running


async def test_two_engines_one_after_the_other(office: Desk) -> None:
    for number in range(2):
        task = await office.take_in(ts=f"170000000{number}.0")
        async with running(office) as engine:
            await engine.run_task(task.id, task.workflow_id)
        assert (await office.task(task.id)).state is TaskState.DONE
    await office.ctx.database._sessions.close()  # lets go of what the next unit would have had
    assert office.ctx.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of QueuePool


def test_what_is_in_the_log_is_written_over(tmp_path: Path) -> None:
    file, log = tmp_path / "engine.db", tmp_path / "engine.db-wal"
    _enable_wal(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE step (made BLOB)")
        with connection:
            connection.execute("INSERT INTO step VALUES (zeroblob(100000))")
        before = log.stat().st_size
        _restart_log(file)
        with connection:
            connection.execute("INSERT INTO step VALUES (zeroblob(50000))")
        assert log.stat().st_size == before
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO step VALUES (1)")
        _restart_log(file)  # somebody is at it: it goes on as it is
        connection.execute("COMMIT")


async def test_without_an_engine_no_workflow_finds_a_context(office: Desk) -> None:
    async with running(office):
        assert holder.context() is office.ctx
    with pytest.raises(Bug):
        holder.context()


async def test_several_processes_take_a_slot_each(office: Desk) -> None:
    async with running(office, only=False) as engine:
        assert engine.executor_id == "bot-0"
    database = office.ctx.database
    sqlite = database.dialect == "sqlite"
    other = (
        FileLocks(lock_folder(database_file(database.engine.url)))
        if sqlite
        else AdvisoryLocks(database.engine)
    )
    assert await other.take("bot-0")
    async with running(office, only=False) as engine:
        assert engine.executor_id == "bot-1"
    await other.close()


async def test_what_was_under_way_at_the_end_goes_on_with_the_next_engine(office: Desk) -> None:
    asked = asyncio.Event()
    real = office.model.call

    async def hang(request: Request[SpecialistOutput]) -> object:
        if step_of(request) == "a1":
            asked.set()
            await asyncio.Event().wait()
        return await real(request)

    replace_method(office.model, "call", hang)
    task = await office.take_in()
    async with running(office) as engine:
        await engine.start_task(task.id, task.workflow_id)
        await asked.wait()
    assert (await office.task(task.id)).state is TaskState.WORKING
    replace_method(office.model, "call", real)
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
    assert (await office.task(task.id)).state is TaskState.DONE
    async with office.ctx.database.read() as uow:
        rows = await uow.ledger.of_task(task.id)
    assert sorted(row.state for row in rows) == ["done"] * 6 + ["lost"]


async def test_a_run_that_ended_without_its_task_is_started_anew(office: Desk) -> None:
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
        await noted()
        async with office.ctx.database.begin() as uow:  # as if its end had not been written
            (await uow.tasks.get(task.id)).state = TaskState.WORKING
        assert await engine.sweep(surface="slack") == 1
        again = await office.task(task.id)
        assert again.run == 2
        await engine.run_task(again.id, again.workflow_id)
        assert await engine.sweep(surface="slack") == 0
    assert (await office.task(task.id)).state is TaskState.DONE
    assert len(office.model.history) == 6


async def test_a_refused_engine_leaves_nothing_behind(database: Database, office: Desk) -> None:
    async with running(office):
        if database.dialect == "sqlite":
            with pytest.raises(AlreadyRunning):
                await Engine(office.ctx, kind="bot", only=True).launch()
        else:
            # A session may take its own lock twice: another pool is another session.
            other = AdvisoryLocks(database.engine)
            assert not await other.take("bot")
            await other.close()
        assert holder.context() is office.ctx


async def test_file_locks(tmp_path: Path) -> None:
    first, second = FileLocks(tmp_path / "locks"), FileLocks(tmp_path / "locks")
    assert await first.take("bot")
    assert await first.take("bot")
    assert not await second.take("bot")
    assert await second.take("bot-1")
    await first.close()
    assert await second.take("bot")
    await second.close()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_advisory_locks(database: Database) -> None:
    first, second = AdvisoryLocks(database.engine), AdvisoryLocks(database.engine)
    assert await first.take("bot")
    assert await first.take("bot")
    assert not await second.take("bot")
    assert await second.take("bot-1")
    await first.close()
    assert await second.take("bot")
    await second.close()
    await second.close()


def test_errors_and_plain_values_are_kept_as_json() -> None:
    serializer = JsonSerializer()
    for value in ({"a": [1, "ü", None]}, "x", 3.5):
        assert serializer.deserialize(serializer.serialize(value)) == value
    back = serializer.deserialize(serializer.serialize(KeyError("k")))
    assert isinstance(back, StepFailed)
    assert str(back) == "KeyError: 'k'"
    with pytest.raises(TypeError, match="set cannot be kept"):
        serializer.serialize({1})


async def test_work_of_the_living_is_not_taken_over(office: Desk) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()
    real = office.model.call

    async def slow(request: Request[SpecialistOutput]) -> object:
        asked.set()
        await go_on.wait()
        return await real(request)

    replace_method(office.model, "call", slow)
    task = await office.take_in()
    async with running(office, only=False) as engine:
        await engine.start_task(task.id, task.workflow_id)
        await asked.wait()
        assert await engine.take_over() == 0
        go_on.set()
        await engine.run_task(task.id, task.workflow_id)
    assert len(office.model.history) == 6


def test_kinds_of_processes_do_not_share_a_queue() -> None:
    """A task that waits in the bot's queue is not for `ask`, which shows nobody in Slack."""
    configs = [_config("sqlite://", "x", kind=kind) for kind in ("bot", "ask-1", "ask-2")]
    assert len({config["name"] for config in configs}) == 3
    # The library wants version names to be unique, too.
    assert len({config["application_version"] for config in configs}) == 3


async def test_a_failed_launch_leaves_nothing_behind(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(DBOS, "launch", fail)
        with pytest.raises(OSError, match="disk full"):
            await Engine(office.ctx, kind="bot", only=True).launch()
    with pytest.raises(Bug):
        holder.context()
    async with running(office):
        pass


def test_the_engines_file_is_its_owners_alone(tmp_path: Path) -> None:
    """The folder may be anybody's: DATABASE_URL can lie outside the home."""
    file = tmp_path / "open" / "engine.db"
    _enable_wal(file)
    assert file.stat().st_mode & 0o777 == 0o600
