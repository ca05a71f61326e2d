"""The outbox: one row per thing shown, one sender per version, newer content never lost."""

import asyncio
from datetime import timedelta
from typing import Any

from storage.models import OutboxRow
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE

LATER = NOW + timedelta(seconds=30)


async def _queue(uow: UnitOfWork, key: str = "card", **more: Any) -> bool:
    await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
    values: dict[str, Any] = {"payload": {"text": "v1"}, "now": NOW, "method": "chat.postMessage"}
    values |= more
    return await uow.outbox.add(workspace_id=WORKSPACE, channel_id=CHANNEL, key=key, **values)


async def _row(uow: UnitOfWork, key: str = "card") -> OutboxRow:
    row = await uow.outbox.by_key(WORKSPACE, key)
    assert row is not None
    await uow.session.refresh(row)
    return row


async def test_a_key_is_queued_once(database: Database) -> None:
    async with database.begin() as uow:
        assert await _queue(uow)
        assert not await _queue(uow, payload={"text": "other"})
        row = await _row(uow)
        assert (row.payload, row.state, row.version, row.attempts) == (
            {"text": "v1"},
            "pending",
            1,
            0,
        )
        assert await uow.outbox.by_key(WORKSPACE, "unknown") is None


async def test_due_is_pending_and_in_time_oldest_first(database: Database) -> None:
    async with database.begin() as uow:
        for key in ("a", "b", "c", "d"):
            await _queue(uow, key)
        await _queue(uow, "later", now=LATER)
        first = await _row(uow, "a")
        assert await uow.outbox.claim(first.id, version=1, worker="w")
        assert [row.key for row in await uow.outbox.due(NOW, limit=2)] == ["b", "c"]
        assert [row.key for row in await uow.outbox.due(LATER, limit=9)] == ["b", "c", "d", "later"]


async def test_one_of_many_workers_claims_a_row(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow)
        row_id = (await _row(uow)).id

    async def claim(number: int) -> bool:
        async with database.begin() as uow:
            return await uow.outbox.claim(row_id, version=1, worker=f"w{number}")

    won = await asyncio.gather(*(claim(number) for number in range(20)))
    assert sum(won) == 1
    async with database.read() as uow:
        row = await _row(uow)
        assert (row.claimed_by, row.state, row.attempts) == (f"w{won.index(True)}", "sending", 1)


async def test_a_claim_of_replaced_content_fails(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow)
        row_id = (await _row(uow)).id
        await uow.outbox.replace(WORKSPACE, "card", payload={"text": "v2"}, now=LATER)
        assert not await uow.outbox.claim(row_id, version=1, worker="w")
        assert await uow.outbox.claim(row_id, version=2, worker="w")


async def test_replace_queues_again_what_was_sent(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow)
        row = await _row(uow)
        await uow.outbox.claim(row.id, version=1, worker="w")
        await uow.outbox.finish(row.id, version=1, state="sent", now=NOW, sent_ts="5.1")
        sent = await _row(uow)
        assert (sent.state, sent.sent_at, sent.sent_ts) == ("sent", NOW, "5.1")
        await uow.outbox.replace(WORKSPACE, "card", payload={"text": "v2"}, now=LATER)
        row = await _row(uow)
        assert (row.state, row.version, row.attempts) == ("pending", 2, 0)
        assert (row.payload, row.not_before, row.sent_ts) == ({"text": "v2"}, LATER, "5.1")


async def test_content_replaced_while_it_was_sent_stays_pending(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow)
        row = await _row(uow)
        await uow.outbox.claim(row.id, version=1, worker="w")
        await uow.outbox.replace(WORKSPACE, "card", payload={"text": "v2"}, now=LATER)
        await uow.outbox.finish(row.id, version=1, state="sent", now=NOW, sent_ts="5.1")
        row = await _row(uow)
        assert (row.state, row.version, row.payload) == ("pending", 2, {"text": "v2"})
        assert row.sent_ts == "5.1"


async def test_a_failed_try_waits_and_says_why(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow)
        row = await _row(uow)
        await uow.outbox.claim(row.id, version=1, worker="w")
        await uow.outbox.finish(
            row.id, version=1, state="pending", now=NOW, problem="ratelimited", not_before=LATER
        )
        row = await _row(uow)
        assert (row.state, row.problem, row.not_before) == ("pending", "ratelimited", LATER)
        assert row.sent_at is None
        assert not await uow.outbox.due(NOW, limit=9)
        assert len(await uow.outbox.due(LATER, limit=9)) == 1


async def test_in_flight_and_dead(database: Database) -> None:
    async with database.begin() as uow:
        for key in ("sending", "dead", "pending"):
            await _queue(uow, key, task_id="t1")
        sending, dead = await _row(uow, "sending"), await _row(uow, "dead")
        for row in (sending, dead):
            await uow.outbox.claim(row.id, version=1, worker="w")
        await uow.outbox.finish(dead.id, version=1, state="dead", now=NOW, problem="no channel")
        assert [row.key for row in await uow.outbox.in_flight()] == ["sending"]
        (gone,) = await uow.outbox.dead_of_task("t1")
        assert (gone.key, gone.problem) == ("dead", "no channel")
        assert not await uow.outbox.dead_of_task("t2")


async def test_depth_and_age(database: Database) -> None:
    async with database.begin() as uow:
        assert await uow.outbox.depth() == 0
        assert await uow.outbox.oldest_waiting() is None
        await _queue(uow, "old")
        await _queue(uow, "new", now=LATER)
        assert await uow.outbox.depth() == 2
        assert await uow.outbox.oldest_waiting() == NOW
        row = await _row(uow, "old")
        await uow.outbox.claim(row.id, version=1, worker="w")
        assert await uow.outbox.depth() == 2
        await uow.outbox.finish(row.id, version=1, state="sent", now=NOW)
        assert await uow.outbox.depth() == 1
        assert await uow.outbox.oldest_waiting() == LATER
