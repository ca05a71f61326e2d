"""Killed at any moment and started again, a task finishes, and what was paid stays paid once."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.decision import DecisionState
from bot.domain.output import SpecialistOutput
from bot.domain.task import TaskState
from bot.services import decisions
from bot.workflows.engine import AlreadyRunning, Engine
from storage.models import Decision
from tests.support.crash_run import TASK_FILE, CountedModel, calls, open_desk
from tests.support.desk import Desk
from tests.workflows.conftest import running

STEPS = ("plan", "a1", "a2", "a3", "a4", "synthesis")
MOMENTS = [
    "call:plan",
    "call:a2",
    "news:AssignmentEnded:a2",
    "news:DecisionProposed",
    *(
        pytest.param(moment, marks=pytest.mark.long)
        for moment in (
            "call:synthesis",
            "news:TaskPlanned",
            "news:AssignmentStarted:a3",
            "news:TaskSynthesised",
        )
    ),
]


async def _die(url: str, home: Path, *how: str) -> str:
    """Work a task in a process that kills itself; returns the task's id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.crash_run", url, str(home), *how
    )
    assert await process.wait() == -signal.SIGKILL
    return (home / TASK_FILE).read_text()


async def _go_on(office: Desk, task_id: str) -> None:
    async with asyncio.timeout(60), when_free(office) as engine:
        task = await office.task(task_id)
        await engine.run_task(task.id, task.workflow_id)


@asynccontextmanager
async def when_free(office: Desk) -> AsyncIterator[Engine]:
    """Launch as soon as the dead process's lock is free: PostgreSQL needs a moment to notice."""
    while True:
        engine = Engine(office.ctx, kind="bot", only=True)
        try:
            await engine.launch()
        except AlreadyRunning:
            await asyncio.sleep(0.05)
            continue
        try:
            yield engine
        finally:
            await engine.close()
        return


@pytest.mark.chaos
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_killed_task_finishes_and_nothing_done_is_paid_again(
    database_url: str, tmp_path: Path, moment: str
) -> None:
    task_id = await _die(database_url, tmp_path, moment)
    office = open_desk(database_url, tmp_path)
    try:
        await _go_on(office, task_id)
        task = await office.task(task_id)
        async with office.ctx.database.read() as uow:
            rows = await uow.ledger.of_task(task_id)
            plan = await uow.plans.of_round(task_id, 1)
            assert plan is not None
            items = await uow.plans.assignments(plan.id)
            proposed = await uow.decisions.of_task(task_id)
    finally:
        await office.ctx.database.close()
    assert task.state is TaskState.DONE
    # Each result is where it belongs, and made of what it needed.
    assert {item.key: SpecialistOutput.model_validate(item.output).headline for item in items} == {
        "a1": "a1()",
        "a2": "a2(a1)",
        "a3": "a3(a1)",
        "a4": "a4(a2,a3)",
    }
    assert len(proposed) == 1
    done = Counter(row.step.rsplit(":", 1)[-1] for row in rows if row.state == "done")
    assert done == Counter(STEPS)
    lost = Counter(row.step.rsplit(":", 1)[-1] for row in rows if row.state == "lost")
    # Every call that was made is on record; more were made only for those that were lost, and a
    # lost one may have been reserved but not yet made.
    assert done <= Counter(calls(tmp_path)) <= done + lost
    assert {row.state for row in rows} <= {"done", "lost"}
    if moment.startswith("call:"):
        assert lost[moment.removeprefix("call:")] == 1


async def test_recovered_work_runs_on_the_loop_that_owns_the_database(
    database_url: str, tmp_path: Path
) -> None:
    task_id = await _die(database_url, tmp_path, "call:a1")
    office = open_desk(database_url, tmp_path)
    assert isinstance(office.model, CountedModel)
    try:
        await _go_on(office, task_id)
    finally:
        await office.ctx.database.close()
    assert office.model.loops == {asyncio.get_running_loop()}


async def test_a_task_that_was_stored_but_never_started_gets_its_turn(
    database_url: str, tmp_path: Path
) -> None:
    office = open_desk(database_url, tmp_path)
    try:
        task = await office.take_in()
        async with running(office) as engine, asyncio.timeout(30):
            await _until_done(office, task.id)
            assert await engine.sweep(surface="slack") == 0
        assert (await office.task(task.id)).state is TaskState.DONE
        assert sorted(calls(tmp_path)) == sorted(STEPS)
    finally:
        await office.ctx.database.close()


async def test_a_redraft_that_was_asked_for_but_never_started_is_swept_up(
    database_url: str, tmp_path: Path
) -> None:
    office = open_desk(database_url, tmp_path)
    try:
        task = await office.take_in()
        async with running(office) as engine:
            await engine.run_task(task.id, task.workflow_id)
            async with office.ctx.database.read() as uow:
                (made,) = await uow.decisions.of_task(task.id)
            wanted = DecisionState.CHANGES_REQUESTED
            await decisions.decide(office.ctx, made.id, wanted, by="U1", reason="use 18")
        async with running(office) as engine:
            assert await engine.sweep(surface="terminal") == 0
            assert await engine.sweep(surface="slack") == 1
            assert await engine.sweep(surface="slack") == 0
            async with asyncio.timeout(30):
                decision = await _redrafted(office, made.id)
        assert decision.revision == 2
    finally:
        await office.ctx.database.close()


async def _until_done(office: Desk, task_id: str) -> None:
    while True:
        if (await office.task(task_id)).state is TaskState.DONE:
            return
        await asyncio.sleep(0.02)


async def _redrafted(office: Desk, decision_id: str) -> Decision:
    while True:
        async with office.ctx.database.read() as uow:
            decision = await uow.decisions.get(decision_id)
        if decision.state is DecisionState.PROPOSED:
            return decision
        await asyncio.sleep(0.05)


async def test_a_second_process_is_told_that_the_first_one_lives(
    database_url: str, tmp_path: Path
) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.hold_lock",
        database_url,
        str(tmp_path),
        stdout=asyncio.subprocess.PIPE,
    )
    office = open_desk(database_url, tmp_path)
    try:
        assert holder.stdout is not None
        async for line in holder.stdout:  # among log lines
            if line == b"held\n":
                break
        with pytest.raises(AlreadyRunning):
            await Engine(office.ctx, kind="bot", only=True).launch()
        async with running(office, kind="ask-1"):  # another kind is another lock
            pass
        os.kill(holder.pid, signal.SIGKILL)
        await holder.wait()
        async with asyncio.timeout(60), when_free(office):
            pass
    finally:
        if holder.returncode is None:
            holder.kill()
            await holder.wait()
        await office.ctx.database.close()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_living_process_takes_over_from_a_dead_one(
    database_url: str, tmp_path: Path
) -> None:
    office = open_desk(database_url, tmp_path)
    try:
        async with running(office, only=False) as engine:
            assert engine.executor_id == "bot-0"
            task_id = await _die(database_url, tmp_path, "call:a2", "many")
            async with asyncio.timeout(60):
                while (await office.task(task_id)).state is not TaskState.DONE:
                    await engine.take_over()
                    await asyncio.sleep(0.05)
        once = Counter(STEPS)
        # a3 may have been asked for beside a2 when the process died.
        assert once + Counter(["a2"]) <= Counter(calls(tmp_path)) <= once + Counter(["a2", "a3"])
    finally:
        await office.ctx.database.close()
