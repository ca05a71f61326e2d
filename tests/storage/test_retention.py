"""What the clean-up removes, in batches, and what it leaves because something needs it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.decision import DecisionState
from bot.domain.task import TaskState
from bot.services.retention import count_rows, remove_rows
from bot.settings import RetentionSettings
from storage.models import AuditEntry, Message, OutboxRow, Receipt, ScheduleRun, Task
from storage.repositories.retention import REMOVED
from storage.repositories.schedules import ScheduleRepository
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE, add_decision, add_task

OLD = NOW - timedelta(days=40)
ALL = RetentionSettings(message_days=30, audit_days=30)


async def _post(uow: UnitOfWork, key: str, *, task_id: str | None = None, state: str) -> None:
    session = uow.session
    session.add(
        OutboxRow(
            workspace_id=WORKSPACE,
            channel_id="C1",
            task_id=task_id,
            key=key,
            method="chat.postMessage",
            payload={"text": key},
            state=state,
            not_before=OLD,
            created_at=OLD,
            sent_at=OLD if state == "sent" else None,
            sent_ts="1.0",
        )
    )
    await session.flush()


async def _tasks(uow: UnitOfWork) -> tuple[Task, Task, Task]:
    """Store three old tasks: one over, one open, one over whose decision is open."""
    ended: dict[str, Any] = {
        "state": TaskState.DONE,
        "ended_at": OLD,
        "created_at": OLD,
        "updated_at": OLD,
    }
    over = await add_task(uow, **ended)
    opened = await add_task(uow, created_at=OLD, updated_at=OLD, state=TaskState.PAUSED)
    undecided = await add_task(uow, **ended)
    await add_decision(uow, undecided)
    await add_decision(uow, over, state=DecisionState.ACCEPTED)
    return over, opened, undecided


async def test_contents_of_sent_posts_go_and_their_rows_stay(database: Database) -> None:
    async with database.begin() as uow:
        for task in await _tasks(uow):
            await _post(uow, f"sent-{task.number}", task_id=task.id, state="sent")
        await _post(uow, "nobody's", state="sent")
        await _post(uow, "dead", state="dead")
    wanted = await count_rows(database, RetentionSettings(), now=NOW)
    counts = await remove_rows(database, RetentionSettings(), now=NOW, batch=1)
    assert wanted == counts
    assert counts["posts"] == 2
    async with database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow))).all()
    assert {row.key: row.payload == {} for row in rows} == {
        "sent-1": True,
        "sent-2": False,
        "sent-3": False,
        "nobody's": True,
        "dead": False,
    }
    assert {row.sent_ts for row in rows} == {"1.0"}
    assert (await remove_rows(database, RetentionSettings(), now=NOW))["posts"] == 0


async def test_receipts_and_audit_go_by_age(database: Database) -> None:
    async with database.begin() as uow:
        over, opened, _ = await _tasks(uow)
        for key, at, task in (("a", OLD, over), ("b", OLD, opened), ("c", NOW, over)):
            assert await uow.receipts.claim(WORKSPACE, key, now=at)
            await uow.receipts.link(WORKSPACE, key, task.id)
            await uow.audit.add(
                WORKSPACE, "U1", action="task.stop", noun="task", noun_id=key, at=at
            )
    kept = await remove_rows(database, RetentionSettings(), now=NOW)
    assert (kept["receipts"], "audit" in kept) == (1, False)
    assert (await remove_rows(database, ALL, now=NOW))["audit"] == 2
    async with database.read() as uow:
        assert set((await uow.session.scalars(select(Receipt.key))).all()) == {"b", "c"}
        assert (await uow.session.scalars(select(AuditEntry.noun_id))).all() == ["c"]


async def test_texts_go_only_when_told_to_and_nothing_open_needs_them(database: Database) -> None:
    async with database.begin() as uow:
        tasks = await _tasks(uow)
        for task in tasks:
            thread = await uow.threads.get(task.thread_id)
            await uow.threads.add_message(
                thread, ts=f"{task.number}.0", user_id="U1", text="hello", trusted=True, now=OLD
            )
        # Open, and in no thread: it keeps nobody's texts.
        (await add_decision(uow, tasks[1])).thread_id = None
    assert "messages" not in await remove_rows(database, RetentionSettings(), now=NOW)
    wanted = await count_rows(database, ALL, now=NOW)
    counts = await remove_rows(database, ALL, now=NOW)
    assert (counts["messages"], counts["wishes"]) == (1, 1) == (wanted["messages"], 1)
    async with database.read() as uow:
        for task in tasks:
            gone = task is tasks[0]
            (message,) = await uow.threads.messages(task.thread_id)
            assert (message.text == REMOVED) == gone
            assert ((await uow.tasks.get(task.id)).text == REMOVED) == gone
        assert len((await uow.session.scalars(select(Message))).all()) == 3


async def test_a_schedule_s_latest_run_stays(database: Database) -> None:
    async with database.begin() as uow:
        schedules = ScheduleRepository(uow.session)
        for days in range(3):
            slot = OLD - timedelta(days=days)
            await schedules.claim("clean-up", slot, worker="bot-0", now=slot)
            await schedules.end(
                "clean-up", slot, worker="bot-0", started_at=slot, problem="", now=slot
            )
    assert (await remove_rows(database, RetentionSettings(), now=NOW))["schedule_runs"] == 2
    async with database.read() as uow:
        assert (await uow.session.scalars(select(ScheduleRun.slot))).all() == [OLD]
