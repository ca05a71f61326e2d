"""Threads and our own copy of their messages."""

import asyncio

import pytest
from sqlalchemy.exc import NoResultFound

from storage.models import Thread, new_id
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE


async def _thread(uow: UnitOfWork, root_ts: str = "1.0") -> Thread:
    await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
    return await uow.threads.ensure(WORKSPACE, CHANNEL, root_ts, now=NOW)


async def _say(uow: UnitOfWork, thread: Thread, ts: str, *, trusted: bool = True) -> bool:
    return await uow.threads.add_message(
        thread, ts=ts, user_id="U1", text=f"at {ts}", trusted=trusted, now=NOW
    )


async def test_ensure_find_get(database: Database) -> None:
    async with database.begin() as uow:
        thread = await _thread(uow)
        assert (await _thread(uow)).id == thread.id
        assert (await _thread(uow, "2.0")).id != thread.id
        found = await uow.threads.find(WORKSPACE, CHANNEL, "1.0")
        assert found is not None
        assert found.id == thread.id
        assert await uow.threads.find(WORKSPACE, "C2", "1.0") is None
        assert (await uow.threads.get(thread.id)).root_ts == "1.0"
        with pytest.raises(NoResultFound):
            await uow.threads.get(new_id())


async def test_concurrent_ensures_make_one_thread(database: Database) -> None:
    async def ensure() -> str:
        async with database.begin() as uow:
            return (await _thread(uow)).id

    assert len(set(await asyncio.gather(*(ensure() for _ in range(20))))) == 1


async def test_a_message_is_kept_once(database: Database) -> None:
    async with database.begin() as uow:
        thread = await _thread(uow)
        assert await _say(uow, thread, "1.5")
        assert not await _say(uow, thread, "1.5")
        assert len(await uow.threads.messages(thread.id)) == 1


async def test_messages_come_in_order_and_after_a_moment(database: Database) -> None:
    async with database.begin() as uow:
        thread = await _thread(uow, "1700000000.000100")
        other = await _thread(uow, "1700000001.000100")
        stamps = ["1700000002.000200", "1700000002.000100", "1700000010.000000"]
        for ts in stamps:
            await _say(uow, thread, ts)
        await _say(uow, other, "1700000003.000000")
        assert [m.ts for m in await uow.threads.messages(thread.id)] == sorted(stamps)
        later = await uow.threads.messages(thread.id, after_ts="1700000002.000100")
        assert [m.ts for m in later] == ["1700000002.000200", "1700000010.000000"]


async def test_untrusted_text_stays_marked(database: Database) -> None:
    async with database.begin() as uow:
        thread = await _thread(uow)
        await _say(uow, thread, "1.5", trusted=False)
    async with database.read() as uow:
        (message,) = await uow.threads.messages(thread.id)
        assert not message.trusted
