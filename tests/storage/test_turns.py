"""Taking a turn: each task once, whoever holds its row."""

from datetime import timedelta

from bot.domain.task import TaskState
from storage.uow import Database
from tests.storage.rows import NOW, add_task

LATER = NOW + timedelta(minutes=1)


async def test_what_waits_is_taken_once_and_in_the_order_of_those_who_chose(
    database: Database,
) -> None:
    async with database.begin() as uow:
        tasks = [await add_task(uow, root_ts=f"{number}.0", id=f"t{number}") for number in range(4)]
        tasks[1].state = TaskState.STOPPED
        await uow.session.flush()
        wanted = ["t3", "t0", "t1", "unknown"]
        taken = await uow.turns.take(wanted, now=LATER)
        assert [task.id for task in taken] == ["t3", "t0"]
        assert all(task in tasks for task in taken), "as this unit holds them"
        assert {(task.started_run, task.updated_at) for task in taken} == {(1, LATER)}
        assert await uow.turns.take(wanted, now=LATER) == []
    async with database.read() as uow:
        waiting = await uow.turns.waiting(surface="slack", per_channel=9)
        assert [item.task_id for item in waiting] == ["t2"]
        assert sum((await uow.turns.at_work(surface="slack")).values()) == 2
