"""Channels and the numbers that workspaces hand out."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from bot.domain.task import TaskState
from storage.models import Channel, Workspace
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE, add_decision, add_task


async def test_ensure_creates_channel_and_workspace_once(database: Database) -> None:
    async with database.begin() as uow:
        first = await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW, surface="terminal")
    async with database.begin() as uow:
        again = await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW + timedelta(days=1))
        assert (again.surface, again.created_at) == (first.surface, NOW)
        assert await uow.session.scalar(select(func.count()).select_from(Channel)) == 1
        assert await uow.session.scalar(select(func.count()).select_from(Workspace)) == 1


async def test_concurrent_ensures_make_one_row(database: Database) -> None:
    async def ensure() -> str:
        async with database.begin() as uow:
            return (await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)).id

    assert set(await asyncio.gather(*(ensure() for _ in range(20)))) == {CHANNEL}


async def test_a_channel_made_private_later_is_private_from_then_on(database: Database) -> None:
    async with database.begin() as uow:
        assert not (await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)).is_private
    async with database.begin() as uow:
        assert (await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW, is_private=True)).is_private
    async with database.begin() as uow:
        # Commands do not say whether the channel is private: that must not open it again.
        assert (await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)).is_private


async def test_get_and_find(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
        assert (await uow.channels.get(WORKSPACE, CHANNEL)).id == CHANNEL
        found = await uow.channels.find(WORKSPACE, CHANNEL)
        assert found is not None
        assert found.id == CHANNEL
        assert await uow.channels.find("T2", CHANNEL) is None
        with pytest.raises(NoResultFound):
            await uow.channels.get(WORKSPACE, "C2")


@pytest.mark.parametrize("kind", ["task", "decision"])
async def test_concurrent_numbers_have_no_gap_and_no_duplicate(
    database: Database, kind: str
) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)

    async def take() -> int:
        async with database.begin() as uow:
            return await _next(uow, kind)

    assert sorted(await asyncio.gather(*(take() for _ in range(30)))) == list(range(1, 31))


async def test_a_rolled_back_number_is_given_out_again(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
    async with database.read() as uow:  # a reader's changes are not kept
        assert await _next(uow, "task") == 1
    async with database.begin() as uow:
        assert await _next(uow, "task") == 1


async def test_each_workspace_and_noun_counts_for_itself(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
        await uow.channels.ensure_workspace("T2", now=NOW)
        taken = [
            await uow.channels.next_task_number("T1"),
            await uow.channels.next_task_number("T1"),
            await uow.channels.next_task_number("T2"),
            await uow.channels.next_decision_number("T1"),
        ]
    assert taken == [1, 2, 1, 1]


async def test_locking_a_workspace_keeps_other_lockers_out(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
    order: list[str] = []
    locked = asyncio.Event()

    async def first() -> None:
        async with database.begin() as uow:
            await uow.channels.lock_workspace(WORKSPACE)
            locked.set()
            for _ in range(50):  # every chance for the other one to come in between
                await asyncio.sleep(0)
            await uow.session.execute(select(1))
            order.append("first")

    async def second() -> None:
        await locked.wait()
        async with database.begin() as uow:
            await uow.channels.lock_workspace(WORKSPACE)
            order.append("second")

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]


async def test_private_channels_at_work_begin_with_ones_own(database: Database) -> None:
    """Other people's direct messages are not even asked about."""
    private: dict[str, Any] = {"private": True, "state": TaskState.PAUSED}
    async with database.begin() as uow:
        await add_task(uow, channel="C1", state=TaskState.PAUSED)
        await add_task(uow, channel="G1", **private)
        await add_task(uow, channel="G2", **private | {"requester_id": "U7"})
        await add_task(uow, channel="D7", **private | {"requester_id": "U7"})
        await add_task(uow, channel="D8", **private)
        over = await add_task(uow, channel="G3", **private | {"state": TaskState.DONE})
        await add_task(uow, channel="G4", **private | {"state": TaskState.DONE})
        await add_task(uow, channel="G5", workspace="T2", **private)
        await add_decision(uow, over)
        found = uow.channels.private_ones_at_work
        assert await found(WORKSPACE, "U7", limit=9) == ["D7", "G2", "G1", "G3"]
        assert await found(WORKSPACE, "U7", limit=1) == ["D7"]


async def _next(uow: UnitOfWork, kind: str) -> int:
    if kind == "task":
        return await uow.channels.next_task_number(WORKSPACE)
    return await uow.channels.next_decision_number(WORKSPACE)
