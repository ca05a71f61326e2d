"""The unit of work: all or nothing, readers leave no trace, no writer's change is lost."""

import asyncio

import pytest
from sqlalchemy import select

from storage.models import Workspace
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE


async def _exists(database: Database) -> bool:
    async with database.read() as uow:
        found = await uow.session.scalars(select(Workspace.id).where(Workspace.id == WORKSPACE))
        return found.one_or_none() is not None


async def test_commits_when_the_block_ends(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
    assert await _exists(database)


async def test_rolls_back_when_the_block_raises(database: Database) -> None:
    async def fail(uow: UnitOfWork) -> None:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        async with database.begin() as uow:
            await fail(uow)
    assert not await _exists(database)


async def test_a_writer_works_again_after_one_that_failed(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.begin():
            raise LookupError
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
    assert await _exists(database)


async def test_what_a_reader_writes_is_not_kept(database: Database) -> None:
    async with database.read() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
    assert not await _exists(database)


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        assert not await _exists(database)
    assert await _exists(database)


async def test_fifty_concurrent_increments_are_all_kept(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)

    async def increment() -> None:
        async with database.begin() as uow:
            query = select(Workspace).where(Workspace.id == WORKSPACE).with_for_update()
            row = (await uow.session.scalars(query)).one()
            await asyncio.sleep(0)
            row.last_task_number += 1

    await asyncio.gather(*(increment() for _ in range(50)))
    async with database.read() as uow:
        row = await uow.session.get_one(Workspace, WORKSPACE)
        assert row.last_task_number == 50


async def test_everything_is_given_back(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
    await _exists(database)
    out = database.engine.pool.checkedout  # type: ignore[attr-defined]  # of QueuePool
    assert out() == (1 if database.dialect == "postgresql" else 0)  # kept for the next unit
    await database._sessions.close()
    assert out() == 0


async def test_the_dialect_is_named(database: Database, database_url: str) -> None:
    assert database_url.startswith(database.dialect)
