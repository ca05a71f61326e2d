"""What objects were changed is written down as the library would: the same rows and errors."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from bot.domain.task import TaskState
from storage.models import Task, Workspace
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE, add_task


async def _task_id(database: Database) -> str:
    async with database.begin() as uow:
        return (await add_task(uow)).id


def _library_writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each flush that is left to the library."""
    seen: list[str] = []
    flush: Callable[..., None] = Session.flush

    def noted(self: Session, objects: Any = None) -> None:
        seen.append("flush")
        flush(self, objects)

    monkeypatch.setattr(Session, "flush", noted)
    return seen


async def test_values_of_all_kinds_are_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = await _task_id(database)
    left = _library_writes(monkeypatch)
    async with database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        task.state, task.synthesis, task.resume_at = TaskState.PAUSED, {"a": ["é"]}, NOW
        task.title = task.title  # no change
        await uow.session.flush()
        assert not uow.session.dirty
        task.resume_at = None
    async with database.begin() as uow:
        kept = await uow.tasks.get(task_id, lock=True)
        assert (kept.state, kept.synthesis) == (TaskState.PAUSED, {"a": ["é"]})
        assert (kept.resume_at, kept.created_at) == (None, NOW)
        assert kept.synthesis is not None
        kept.synthesis["b"] = 1
        flag_modified(kept, "synthesis")
    async with database.read() as uow:
        assert (await uow.tasks.get(task_id)).synthesis == {"a": ["é"], "b": 1}
    if database.dialect == "sqlite":
        assert not left  # or this test would prove the library


async def test_an_expression_is_computed_by_the_database(database: Database) -> None:
    task_id = await _task_id(database)
    async with database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        task.title = "with it"
        task.run = Task.run + 1
    async with database.read() as uow:
        kept = await uow.tasks.get(task_id)
        assert (kept.run, kept.title) == (2, "with it")


async def test_new_rows_and_changes_are_written_together(database: Database) -> None:
    task_id = await _task_id(database)
    async with database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        uow.session.add(Workspace(id="T2", name="new", created_at=NOW))
        task.title = "changed"
    async with database.read() as uow:
        assert (await uow.session.get_one(Workspace, "T2")).name == "new"
        assert (await uow.tasks.get(task_id)).title == "changed"


async def _same_key(uow: UnitOfWork, task: Task) -> None:
    other = await add_task(uow)
    other.number = task.number


async def _naive(uow: UnitOfWork, task: Task) -> None:
    task.resume_at = NOW.replace(tzinfo=None)


async def _gone(uow: UnitOfWork, task: Task) -> None:
    statement = delete(Task).where(Task.id == task.id)
    await uow.session.execute(statement.execution_options(synchronize_session=False))
    task.title = "of nobody"


async def _renamed_and(
    database: Database, task_id: str, act: Callable[[UnitOfWork, Task], Any]
) -> None:
    async with database.begin() as uow:
        await uow.session.execute(update(Workspace).values(name="renamed"))
        await act(uow, await uow.tasks.get(task_id, lock=True))


@pytest.mark.parametrize(
    ("act", "kind"),
    [(_same_key, IntegrityError), (_naive, StatementError), (_gone, StaleDataError)],
    ids=["unique", "naive", "gone"],
)
async def test_what_is_refused_undoes_the_unit(
    database: Database, act: Callable[[UnitOfWork, Task], Any], kind: type[Exception]
) -> None:
    task_id = await _task_id(database)
    with pytest.raises(kind):
        await _renamed_and(database, task_id, act)
    async with database.read() as uow:
        assert (await uow.tasks.get(task_id)).title == ""
        assert (await uow.session.get_one(Workspace, WORKSPACE)).name == ""
