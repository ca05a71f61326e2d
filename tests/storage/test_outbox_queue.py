"""The outbox as a queue: heads of lanes only, paced, targets first; nobody waits for a lock."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.models import OutboxRow, RateBucket
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE, add_task

LATER = NOW + timedelta(seconds=30)


async def _queue(uow: UnitOfWork, *keys: str, channel: str = CHANNEL, **more: Any) -> None:
    await uow.channels.ensure(WORKSPACE, channel, now=NOW)
    values: dict[str, Any] = {"payload": {}, "now": NOW, "method": "chat.postMessage"} | more
    for key in keys:
        assert await uow.outbox.add(workspace_id=WORKSPACE, channel_id=channel, key=key, **values)


async def _set(uow: UnitOfWork, key: str, **values: Any) -> OutboxRow:
    row = await uow.outbox.by_key(WORKSPACE, key)
    assert row is not None
    for name, value in values.items():
        setattr(row, name, value)
    await uow.session.flush()
    return row


async def _heads(uow: UnitOfWork, now: datetime = NOW, limit: int = 9) -> list[str]:
    return [head.row.key for head in await uow.queue.heads(now, limit=limit)]


async def test_each_lane_shows_its_first_row(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow, "a", "b")
        await _queue(uow, "c", channel="C2")
        await _queue(uow, "r1", "r2", method="reactions.add")
        assert await _heads(uow) == ["a", "c", "r1", "r2"]
        assert await _heads(uow, limit=2) == ["a", "c"]


async def test_a_row_that_waits_or_is_sent_holds_back_its_lane(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow, "a", "b")
        await _set(uow, "a", not_before=LATER)
        assert await _heads(uow) == []
        assert await _heads(uow, LATER) == ["a"]
        await _set(uow, "a", state="sending", lease_until=LATER)
        assert await _heads(uow, LATER) == []
        await _set(uow, "a", state="sent")
        assert await _heads(uow) == ["b"]


async def test_an_earlier_row_that_comes_back_waits_for_the_one_under_way(
    database: Database,
) -> None:
    async with database.begin() as uow:
        await _queue(uow, "a", "b")
        await _set(uow, "b", state="sending", lease_until=LATER)
        assert await _heads(uow) == []


async def test_a_row_waits_until_its_target_is_through(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow, "card")
        await _queue(uow, "card:edit", method="chat.update", target_key="card")
        assert await _heads(uow) == ["card"]
        await _set(uow, "card", state="sent", sent_ts="5.1")
        (head,) = await uow.queue.heads(NOW, limit=9)
        assert head.target is not None
        assert (head.row.key, head.target.sent_ts) == ("card:edit", "5.1")


async def test_a_head_knows_the_thread_of_its_task(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow, root_ts="7.1")
        await _queue(uow, "a", task_id=task.id)
        (head,) = await uow.queue.heads(NOW, limit=9)
        assert head.root_ts == "7.1"


async def test_full_buckets_come_first_and_empty_ones_not_at_all(database: Database) -> None:
    """So that a channel that must wait is never in the way of another."""
    async with database.begin() as uow:
        await _queue(uow, "a")
        await _queue(uow, "b", channel="C2")
        row = await _set(uow, "a")
        bucket = {"tokens": 0.0, "since": NOW, "held_until": None, "free_at": LATER}
        await uow.rates.ensure([{"key": row.bucket, **bucket}])
        assert await _heads(uow) == ["b"]
        assert await _heads(uow, LATER) == ["b", "a"]
        await _set(uow, "b", state="sent")
        moments = await uow.queue.moments()
        assert (moments.due, moments.lease_over) == (LATER, None)


async def test_moments_of_an_empty_queue_and_of_rows_under_way(database: Database) -> None:
    async with database.begin() as uow:
        moments = await uow.queue.moments()
        assert (moments.due, moments.lease_over) == (None, None)
        await _queue(uow, "a", "b")
        assert (await uow.queue.moments()).due == NOW
        await _set(uow, "a", state="sending", lease_until=LATER)
        moments = await uow.queue.moments()
        assert (moments.due, moments.lease_over) == (None, LATER)
        assert not await uow.queue.overdue(NOW)
        assert [row.key for row in await uow.queue.overdue(LATER)] == ["a"]


async def test_a_dead_process_lets_go_earlier(database: Database) -> None:
    soon = NOW + timedelta(seconds=15)
    async with database.begin() as uow:
        await _queue(uow, "a", "b", method="reactions.add")
        await _set(uow, "a", state="sending", claimed_by="dead", lease_until=LATER)
        await _set(uow, "b", state="sending", claimed_by="alive", lease_until=LATER)
        await uow.queue.shorten_leases("dead", until=soon)
        await uow.queue.shorten_leases("dead", until=LATER)
        uow.session.expire_all()
        assert [row.key for row in await uow.queue.overdue(soon)] == ["a"]


async def test_what_was_sent_long_ago_is_not_looked_at(database: Database) -> None:
    """Ten thousand rows of one channel are one entry of the partial index each, no more."""
    async with database.begin() as uow:
        await _queue(uow, "first")
        row = await _set(uow, "first")
        columns = {c.name: getattr(row, c.name) for c in OutboxRow.__table__.columns}
        del columns["id"]
        many = [columns | {"key": f"k{number}"} for number in range(2_000)]
        await uow.session.execute(insert(OutboxRow), many)
        await _queue(uow, "other", channel="C2")
        assert await _heads(uow) == ["first", "other"]
        if database.dialect == "sqlite":
            query = text(
                "EXPLAIN QUERY PLAN SELECT lane, min(id) FROM outbox"
                " WHERE outbox.state IN ('pending', 'sending')"
                " GROUP BY lane HAVING max(state) = 'pending'"
            )
            plan = (await uow.session.execute(query)).all()
            assert "COVERING INDEX ix_outbox_waiting" in str(plan)


async def _second(database: Database) -> Database:
    """Another process's way to the same database."""
    url = database.engine.url.render_as_string(hide_password=False)
    return Database(open_engine(parse_url(url.replace("+psycopg", "").replace("+aiosqlite", ""))))


async def test_two_processes_never_get_the_same_row(database: Database) -> None:
    keys = [f"k{number}" for number in range(12)]
    async with database.begin() as uow:
        await _queue(uow, *keys, method="reactions.add")
    other = await _second(database)
    got: list[tuple[str, str]] = []

    async def worker(name: str, where: Database) -> None:
        while True:
            async with where.begin() as uow:
                heads = await uow.queue.heads(NOW, limit=3)
                for head in heads:
                    head.row.state, head.row.claimed_by = "sending", name
                await uow.session.flush()
                got.extend((head.row.key, name) for head in heads)
            async with where.read() as uow:
                if (await uow.queue.moments()).due is None:
                    return

    try:
        await asyncio.gather(worker("one", database), worker("two", other))
    finally:
        await other.close()
    assert sorted(key for key, _ in got) == sorted(keys)


async def test_the_last_token_is_taken_once(database: Database) -> None:
    """Whoever comes second waits for the row and finds the bucket empty."""
    async with database.begin() as uow:
        await uow.rates.ensure([_bucket("b", 1.0), _bucket("a", 1.0)])
    other = await _second(database)
    taken: list[str] = []

    async def take(where: Database, name: str) -> None:
        async with where.begin() as uow:
            buckets = await uow.rates.lock(["b", "a"])
            assert list(buckets) == ["a", "b"]
            if buckets["a"].tokens >= 1:
                buckets["a"].tokens -= 1
                taken.append(name)
                await uow.session.flush()

    try:
        await asyncio.gather(
            *(take(where, str(n)) for n in range(4) for where in (database, other))
        )
    finally:
        await other.close()
    assert len(taken) == 1


async def test_making_a_bucket_that_is_there_changes_nothing(database: Database) -> None:
    async with database.begin() as uow:
        await uow.rates.ensure([_bucket("a", 3.0)])
        await uow.rates.ensure([_bucket("a", 9.0)])
        assert (await uow.rates.lock(["a", "unknown"]))["a"].tokens == 3.0
        assert await uow.rates.lock([]) == {}
        assert await uow.session.get(RateBucket, "unknown") is None


def _bucket(key: str, tokens: float) -> dict[str, object]:
    return {"key": key, "tokens": tokens, "since": NOW, "held_until": None, "free_at": NOW}


async def test_nothing_waits_for_a_clock_that_was_ahead(database: Database) -> None:
    """Rows, claims and paces of an hour that comes again; what is meant for later keeps waiting."""
    ahead = NOW + timedelta(hours=1)
    async with database.begin() as uow:
        await _queue(uow, "a", now=ahead)
        await _queue(uow, "quiet", now=NOW, not_before=ahead)
        await _queue(uow, "sent", channel="C2", now=ahead)
        await _set(uow, "sent", state="sending", claimed_by="bot-0", lease_until=ahead)
        row = await uow.outbox.by_key(WORKSPACE, "a")
        assert row is not None
        full = {"tokens": 0.0, "since": ahead, "held_until": None, "free_at": ahead}
        await uow.rates.ensure([{"key": row.bucket} | full])
        assert await _heads(uow) == []
        await uow.repairs.turn_back(now=NOW, most=timedelta(minutes=2))
    async with database.begin() as uow:
        assert await _heads(uow) == ["a"]
        moments = await uow.queue.moments()
        assert moments.lease_over == NOW + timedelta(minutes=2)
        assert await _heads(uow, ahead) == ["a", "quiet"]
