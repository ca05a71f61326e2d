"""Receipts: whatever is delivered often is taken in once."""

import asyncio

from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE, add_task


async def test_only_the_first_claim_counts(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        assert await uow.receipts.claim(WORKSPACE, "msg:1", now=NOW)
        assert not await uow.receipts.claim(WORKSPACE, "msg:1", now=NOW)
        assert await uow.receipts.claim(WORKSPACE, "msg:2", now=NOW)


async def test_workspaces_do_not_share_keys(database: Database) -> None:
    async with database.begin() as uow:
        for workspace in ("T1", "T2"):
            await uow.channels.ensure_workspace(workspace, now=NOW)
            assert not await uow.receipts.is_there(workspace, "msg:1")
            assert await uow.receipts.claim(workspace, "msg:1", now=NOW)
            assert await uow.receipts.is_there(workspace, "msg:1")


async def test_one_of_fifty_concurrent_claims_wins(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)

    async def claim() -> bool:
        async with database.begin() as uow:
            return await uow.receipts.claim(WORKSPACE, "msg:1", now=NOW)

    assert sum(await asyncio.gather(*(claim() for _ in range(50)))) == 1


async def test_a_claim_that_was_rolled_back_is_free_again(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
    async with database.read() as uow:  # a reader's changes are not kept
        assert await uow.receipts.claim(WORKSPACE, "msg:1", now=NOW)
    async with database.begin() as uow:
        assert await uow.receipts.claim(WORKSPACE, "msg:1", now=NOW)


async def test_a_receipt_knows_its_task(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await uow.receipts.claim(WORKSPACE, "msg:1", now=NOW)
        assert await uow.receipts.task_of(WORKSPACE, "msg:1") is None
        await uow.receipts.link(WORKSPACE, "msg:1", task.id)
        assert await uow.receipts.task_of(WORKSPACE, "msg:1") == task.id
        assert await uow.receipts.task_of(WORKSPACE, "msg:2") is None
