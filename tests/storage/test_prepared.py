"""Prepared statements do what the library does: the same rows, objects, errors and undoing."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, event, select
from sqlalchemy.exc import IntegrityError, NoResultFound, PendingRollbackError, StatementError

from bot.domain.task import AssignmentState, TaskState
from bot.errors import Bug
from storage.inserts import insert
from storage.models import Task, Workspace
from storage.models.base import table_of
from storage.prepared import Prepared
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE, add_plan, add_task

_TASK = table_of(Task)
_STATES = Prepared(
    select(_TASK.c.state, _TASK.c.created_at, _TASK.c.synthesis).where(
        _TASK.c.workspace_id == bindparam("workspace_id"), _TASK.c.state != TaskState.STOPPED
    )
)
_ONE = Prepared(select(Task).where(Task.id == bindparam("task_id")))
_WORKSPACE = table_of(Workspace)
_RENAME = Prepared(_WORKSPACE.update().values(name=bindparam("new")).returning(_WORKSPACE.c.name))


async def _states(database: Database) -> list[tuple[Any, ...]]:
    async with database.read() as uow:
        return [tuple(row) for row in await _STATES.rows(uow.session, workspace_id=WORKSPACE)]


async def test_rows_come_as_the_library_gives_them(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        task.synthesis = {"words": ["é"]}
    direct = await _states(database)
    said: list[str] = []

    def listen(*given: Any) -> None:
        said.append(given[2])

    event.listen(Engine, "before_cursor_execute", listen)  # the library says it then
    try:
        assert direct == await _states(database)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    assert any("task.synthesis" in statement for statement in said)
    assert direct == [(TaskState.ACCEPTED, NOW, {"words": ["é"]})]


async def test_an_object_is_the_sessions_and_its_changes_are_kept(database: Database) -> None:
    async with database.begin() as uow:
        task_id = (await add_task(uow)).id
    async with database.begin() as uow:
        task = await _ONE.the(uow.session, Task, task_id=task_id)
        assert await uow.session.get_one(Task, task_id) is task
        task.title = "changed"
        assert await _ONE.first(uow.session, Task, task_id=task_id) is task
        ((name,),) = await Prepared(select(_TASK.c.title)).rows(uow.session)
        assert name == "changed"  # written down before the statement
        task.state = TaskState.PLANNING
    async with database.read() as uow:
        kept = await uow.session.get_one(Task, task_id)
        assert (kept.title, kept.state) == ("changed", TaskState.PLANNING)
        with pytest.raises(NoResultFound):
            await _ONE.the(uow.session, Task, task_id="nobody")


async def test_a_new_row_has_what_its_columns_leave_to_a_default(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        plan = await add_plan(uow, task, "dba")
        assert plan.id
        await insert(uow.session, plan)  # it is there already
        task.title = "later"
    async with database.read() as uow:
        (item,) = await uow.plans.assignments(plan.id)
        assert (item.state, item.problem, item.depends_on) == (AssignmentState.WAITING, "", [])
        assert (await uow.tasks.get(task.id)).title == "later"


async def _rename(uow: UnitOfWork) -> None:
    await _RENAME.rows(uow.session, new="renamed")


async def _twice(uow: UnitOfWork) -> None:
    await insert(uow.session, Workspace(id=WORKSPACE, name="", created_at=NOW))


async def _naive(uow: UnitOfWork) -> None:
    await uow.channels.ensure_workspace("new", now=NOW.replace(tzinfo=None))


async def _fail_and_go_on(uow: UnitOfWork) -> None:
    uow.session.add(Workspace(id=WORKSPACE, name="", created_at=NOW))
    with suppress(IntegrityError):
        await uow.session.flush()


async def _in_one_unit(database: Database, *acts: Callable[[UnitOfWork], Any]) -> None:
    async with database.begin() as uow:
        for act in acts:
            await act(uow)


@pytest.mark.parametrize(
    ("act", "kind"), [(_twice, IntegrityError), (_naive, StatementError)], ids=["twice", "naive"]
)
async def test_errors_are_the_librarys_and_undo_the_unit(
    database: Database, act: Callable[[UnitOfWork], Any], kind: type[Exception]
) -> None:
    async with database.begin() as uow:
        await add_task(uow)
    with pytest.raises(kind):
        await _in_one_unit(database, _rename, act)
    async with database.read() as uow:
        assert (await uow.session.get_one(Workspace, WORKSPACE)).name == ""


async def test_nothing_is_said_after_a_failed_flush(database: Database) -> None:
    """Its savepoint is gone: the statement would stay with the others of the transaction."""
    async with database.begin() as uow:
        await add_task(uow)
    with pytest.raises(PendingRollbackError):
        await _in_one_unit(database, _fail_and_go_on, _rename)
    async with database.read() as uow:
        assert (await uow.session.get_one(Workspace, WORKSPACE)).name == ""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_lists_and_forgotten_columns_are_refused(database: Database) -> None:
    lists = Prepared(select(_TASK.c.id).where(_TASK.c.state.in_([TaskState.DONE])))
    forgets = Prepared(_TASK.insert().values(id=bindparam("id")))
    async with database.read() as uow:
        with pytest.raises(Bug, match="lists"):
            await lists.rows(uow.session)
        with pytest.raises(Bug, match="defaults"):
            await forgets.rows(uow.session, id="x")
