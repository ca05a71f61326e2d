"""The questions about tasks, private channels included."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from bot.domain.task import ENDED, TaskState
from bot.errors import NotFound
from storage.models import Task, new_id
from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE, add_task


async def test_get_with_and_without_lock(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        assert (await uow.tasks.get(task.id)).number == 1
        assert (await uow.tasks.get(task.id, lock=True)).public_id == "T-1"
        with pytest.raises(NoResultFound):
            await uow.tasks.get(new_id())


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_locked_task_is_what_others_made_of_it(database: Database) -> None:
    """On SQLite nobody else writes meanwhile."""
    async with database.begin() as uow:
        task = await add_task(uow)
    for thread_id in (None, task.thread_id):
        async with database.begin() as uow:
            known = await uow.tasks.get(task.id)
            known.title = "mine"
            before = known.run
            async with database.begin() as other:
                (await other.tasks.get(task.id, lock=True)).run += 1
            locked = (
                await uow.tasks.get(task.id, lock=True)
                if thread_id is None
                else await uow.tasks.of_thread(thread_id, lock=True)
            )
            assert locked is known
            assert (known.run, known.title) == (before + 1, "mine")


async def test_defaults_of_a_new_task(database: Database) -> None:
    async with database.begin() as uow:
        made = await add_task(uow)
    async with database.read() as uow:
        task = await uow.tasks.get(made.id)
    assert task.state is TaskState.ACCEPTED
    assert (task.round, task.run, task.mode, task.extra_budget_micros) == (1, 1, "auto", 0)
    assert (task.synthesis, task.answer, task.resume_at) == (None, None, None)
    assert task.workflow_id == f"task:{task.id}:1"


async def test_two_tasks_cannot_have_one_number(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
    with pytest.raises(IntegrityError):
        async with database.begin() as uow:
            await uow.tasks.add(
                Task(
                    workspace_id=WORKSPACE,
                    channel_id="C1",
                    thread_id=task.thread_id,
                    number=task.number,
                    requester_id="U1",
                    text="x",
                    created_at=NOW,
                    updated_at=NOW,
                )
            )


async def test_by_number_from_the_same_and_other_channels(database: Database) -> None:
    async with database.begin() as uow:
        public = await add_task(uow, channel="C1")
        secret = await add_task(uow, channel="G1", private=True)
        find = uow.tasks.by_number
        assert (await find(WORKSPACE, public.number, seen_from="G1")).id == public.id
        assert (await find(WORKSPACE, secret.number, seen_from="G1")).id == secret.id
        with pytest.raises(NotFound, match="T-2"):
            await find(WORKSPACE, secret.number, seen_from="C1")
        with pytest.raises(NotFound):
            await find(WORKSPACE, 99, seen_from="C1")
        with pytest.raises(NotFound):
            await find("T2", public.number, seen_from="C1")


async def test_of_thread_is_the_newest(database: Database) -> None:
    async with database.begin() as uow:
        await add_task(uow, root_ts="7.0")
        newer = await add_task(uow, root_ts="7.0")
        found = await uow.tasks.of_thread(newer.thread_id)
        assert found is not None
        assert found.id == newer.id
        assert await uow.tasks.of_thread(new_id()) is None


async def test_newest_by_channel_and_limit(database: Database) -> None:
    async with database.begin() as uow:
        for channel in ("C1", "C2", "C1"):
            await add_task(uow, channel=channel)
        numbers = [task.number for task in await uow.tasks.newest(WORKSPACE, limit=2)]
        assert numbers == [3, 2]
        here = await uow.tasks.newest(WORKSPACE, limit=9, channel_id="C1")
        assert [task.number for task in here] == [3, 1]
        assert not await uow.tasks.newest("T2", limit=9)


async def test_open_in_leaves_out_what_has_ended(database: Database) -> None:
    async with database.begin() as uow:
        for state in TaskState:
            await add_task(uow, state=state)
        await add_task(uow, channel="C2")
        states = [t.state for t in await uow.tasks.open_in(WORKSPACE, channel_id="C1")]
        assert states == [state for state in TaskState if state not in ENDED]
        assert len(await uow.tasks.open_in(WORKSPACE)) == len(states) + 1


async def test_in_states_by_surface(database: Database) -> None:
    async with database.begin() as uow:
        later = await add_task(uow, state=TaskState.WORKING, created_at=NOW + timedelta(minutes=1))
        sooner = await add_task(uow, state=TaskState.PLANNING)
        await add_task(uow, state=TaskState.DONE)
        await add_task(uow, channel="terminal", surface="terminal", state=TaskState.WORKING)
        wanted = {TaskState.PLANNING, TaskState.WORKING}
        found = await uow.tasks.in_states(wanted, surface="slack")
        assert [task.id for task in found] == [sooner.id, later.id]
        assert len(await uow.tasks.in_states(wanted, surface="terminal")) == 1


async def test_due_to_resume(database: Database) -> None:
    async with database.begin() as uow:
        due = await add_task(uow, state=TaskState.PAUSED, resume_at=NOW)
        await add_task(uow, state=TaskState.PAUSED, resume_at=NOW + timedelta(seconds=1))
        await add_task(uow, state=TaskState.PAUSED)
        await add_task(uow, state=TaskState.STOPPED, resume_at=NOW)
        await add_task(
            uow, channel="terminal", surface="terminal", state=TaskState.PAUSED, resume_at=NOW
        )
        found = await uow.tasks.due_to_resume(NOW, surface="slack")
        assert [task.id for task in found] == [due.id]
