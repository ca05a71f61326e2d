"""The engine's finished runs and old lock files: removed when nothing needs them."""

import asyncio
import fcntl
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from dbos._dbos import _get_dbos_instance

from bot.clock import SystemClock
from bot.domain.decision import DecisionState
from bot.domain.task import TaskState
from bot.errors import ModelUnavailable
from bot.model.port import SynthesisRequest
from bot.services import decisions
from bot.services.workers import Presence
from bot.settings import Settings
from bot.workflows.cleanup import clean_up_database
from bot.workflows.records import open_records
from scheduler.ticks import Ticks
from storage.files import database_file, lock_folder
from storage.repositories.schedules import ScheduleRepository
from storage.uow import Database
from tests.support.desk import Desk
from tests.support.replacing import replace_method
from tests.workflows.conftest import noted, running


async def _ids(database: Database) -> set[str]:
    async with open_records(database) as records:
        assert records is not None
        return {run.workflow_id for run in await records.of_prefix("task:", "decision:")}


async def test_runs_go_when_their_task_has_ended(office: Desk) -> None:
    """An open task's run stays, also beside a bot that runs; a second clean-up finds nothing."""
    database, settings = office.ctx.database, office.ctx.settings
    done = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(done.id, done.workflow_id)
        office.model.enqueue(SynthesisRequest, ModelUnavailable("down"))
        paused = await office.take_in(ts="1700000002.0")
        await engine.run_task(paused.id, paused.workflow_id)
        await noted()
        assert (await office.task(paused.id)).state is TaskState.PAUSED
        assert await _ids(database) == {done.workflow_id, paused.workflow_id}
        soon = SystemClock().now() + timedelta(days=6)
        assert (await clean_up_database(database, settings, now=soon))["runs"] == 0
        later = SystemClock().now() + timedelta(days=8)
        for dry_run in (True, False):
            counts = await clean_up_database(database, settings, now=later, dry_run=dry_run)
            assert counts["runs"] == 1
        assert await _ids(database) == {paused.workflow_id}
        assert (await clean_up_database(database, settings, now=later))["runs"] == 0
        assert await engine.sweep(surface="slack") == 0


async def test_an_end_is_noted_although_the_engine_closes_at_once(office: Desk) -> None:
    """Else the run would begin again with each launch, and its records would stay for ever."""
    task = await office.take_in()
    async with running(office) as engine:
        records, may = _get_dbos_instance()._sys_db, threading.Event()
        note = records.update_workflow_outcome

        def noted_late(*place: Any, **more: Any) -> bool:
            assert may.wait(60)
            return note(*place, **more)

        replace_method(records, "update_workflow_outcome", noted_late)
        await engine.run_task(task.id, task.workflow_id)
        assert (await office.task(task.id)).state is TaskState.DONE
        asyncio.get_running_loop().call_soon(may.set)
    async with open_records(office.ctx.database) as found:
        assert found is not None
        assert [run.status for run in await found.of_prefix("task:")] == ["SUCCESS"]


async def test_nothing_ran_yet(database: Database) -> None:
    """A database whose engine never started has no runs to remove."""
    counts = await clean_up_database(database, Settings(), now=SystemClock().now())
    assert counts["runs"] == 0


async def test_a_redraft_s_run_stays_while_its_decision_waits_for_it(office: Desk) -> None:
    """Forgotten, it would be taken for one that never started, and paid again."""
    task = await office.take_in()
    async with running(office) as engine:
        await engine.run_task(task.id, task.workflow_id)
        async with office.ctx.database.read() as uow:
            (made,) = await uow.decisions.of_task(task.id)
        wanted = DecisionState.CHANGES_REQUESTED
        asked = await decisions.decide(office.ctx, made.id, wanted, by="U1", reason="use 18")
        await engine.start_revision(asked.id, asked.revision + 1)
        runs = await _until_over(office.ctx.database, f"decision:{made.id}:")
        async with office.ctx.database.begin() as uow:
            row = await uow.decisions.get(made.id)
            row.state = wanted  # as after a redraft that failed
        later = SystemClock().now() + timedelta(days=8)
        await clean_up_database(office.ctx.database, office.ctx.settings, now=later)
    assert await _ids(office.ctx.database) == runs


async def _until_over(database: Database, prefix: str) -> set[str]:
    while True:
        async with open_records(database) as records:
            assert records is not None
            runs = await records.of_prefix(prefix)
        if runs and all(run.status == "SUCCESS" for run in runs):
            return {run.workflow_id for run in runs}


async def test_old_lock_files_that_nobody_holds_go(database: Database) -> None:
    """SQLite only: PostgreSQL's locks are no files."""
    if database.dialect != "sqlite":
        counts = await clean_up_database(database, Settings(), now=SystemClock().now())
        assert "locks" not in counts
        return
    folder = lock_folder(database_file(database.engine.url))
    folder.mkdir()
    now = SystemClock().now()
    for name in ("ask-old", "ask-held", "ask-new", "bot"):
        (folder / f"{name}.lock").touch()
        if name != "ask-new":
            os.utime(folder / f"{name}.lock", (0, 0))
    with (folder / "ask-held.lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for dry_run in (True, False):
            counts = await clean_up_database(database, Settings(), now=now, dry_run=dry_run)
            assert counts["locks"] == 1
    assert {file.stem for file in folder.iterdir()} == {"ask-held", "ask-new", "bot"}


async def test_the_daily_clean_up_is_a_schedule(office: Desk, tmp_path: Path) -> None:
    """Of two processes' ticks one runs it, at the next 03:30 UTC, and notes it."""
    async with running(office) as engine:
        both = [Ticks(office.ctx, engine, Presence(f"bot-{n}", office.clock.now())) for n in (0, 1)]
        office.clock.advance(timedelta(days=1))
        for ticks in both:
            await ticks.run("catch-up")
    async with office.ctx.database.read() as uow:
        (run,) = await ScheduleRepository(uow.session).of("clean-up")
    assert (run.slot.hour, run.slot.minute, run.state, run.worker_id) == (3, 30, "done", "bot-0")
    assert both[0].names >= {
        "resume-due",
        "sweep",
        "heartbeat",
        "clean-up",
        "decisions-due",
    }
