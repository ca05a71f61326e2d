"""An agent session follows its task: queued when it changes, only in direct messages."""

from typing import Any

from bot.domain.lanes import SESSION_RENAME, SESSION_STATUS
from bot.domain.roots import provisional
from bot.domain.task import TaskState
from bot.services.sessions import show_session
from storage.models import OutboxRow, Task
from tests.support.desk import Desk


async def show(office: Desk, task: Task, **values: Any) -> list[OutboxRow]:
    """Change the task, show its session, and return the session's rows."""
    async with office.ctx.database.begin() as uow:
        found = await uow.tasks.get(task.id, lock=True)
        for name, value in values.items():
            setattr(found, name, value)
        await show_session(uow, found, now=office.clock.now())
        await uow.session.flush()
    async with office.ctx.database.read() as uow:
        rows = [
            await uow.outbox.by_key(task.workspace_id, f"session:{task.id}{part}")
            for part in ("", ":title")
        ]
    return [row for row in rows if row is not None]


async def test_it_follows_the_task(office: Desk) -> None:
    """Processing, suspended while it waits, active at the end; one row, its newest state."""
    task = await office.take_in(channel_id="D1")
    seen = []
    for state in (TaskState.PLANNING, TaskState.AWAITING_APPROVAL, TaskState.WORKING):
        (row,) = await show(office, task, state=state)
        seen.append((row.payload["status"], row.version))
    assert seen == [("processing", 1), ("suspended", 2), ("processing", 3)]
    (row,) = await show(office, task, state=TaskState.DONE)
    assert (row.method, row.payload["status"]) == (SESSION_STATUS, "active")
    assert row.payload["thread_ts"] == "1700000001.000100"


async def test_what_did_not_change_is_not_sent_again(office: Desk) -> None:
    task = await office.take_in(channel_id="D1")
    await show(office, task, state=TaskState.PLANNING)
    (row,) = await show(office, task, state=TaskState.WORKING)
    assert row.version == 1


async def test_it_takes_the_tasks_title_once_there_is_one(office: Desk) -> None:
    """The wish stands for it until then."""
    task = await office.take_in("an API for invoices", channel_id="D1")
    (row,) = await show(office, task)
    assert row.payload["title"] == "an API for invoices"
    _, title = await show(office, task, title="Invoices")
    assert (title.method, title.payload["title"]) == (SESSION_RENAME, "Invoices")


async def test_channels_have_no_sessions(office: Desk) -> None:
    assert await show(office, await office.take_in()) == []


async def test_a_thread_whose_first_message_is_to_come_has_none_yet(office: Desk) -> None:
    """Slack would not know it; the next news find its place."""
    task = await office.take_in(channel_id="D1", root_ts=provisional("x"))
    assert await show(office, task) == []
