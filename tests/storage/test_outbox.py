"""The outbox's rows: one per thing shown, overwritten while they wait, newer content never lost."""

from datetime import timedelta
from typing import Any

import pytest

from storage.models import OutboxRow, RateBucket
from storage.models.outbox import DOUBT, NOTHING
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE

LATER = NOW + timedelta(seconds=30)
POST, EDIT = "card", "card:edit"


async def _queue(uow: UnitOfWork, key: str = POST, **more: Any) -> bool:
    await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
    values: dict[str, Any] = {"payload": {"text": "v1"}, "now": NOW, "method": "chat.postMessage"}
    values |= more
    return await uow.outbox.add(workspace_id=WORKSPACE, channel_id=CHANNEL, key=key, **values)


async def _show(uow: UnitOfWork, text: str, **more: Any) -> None:
    await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
    values: dict[str, Any] = {"payload": {"text": text}, "now": NOW, "task_id": "t1"} | more
    await uow.outbox.show(workspace_id=WORKSPACE, channel_id=CHANNEL, key=POST, **values)


async def _row(uow: UnitOfWork, key: str = POST) -> OutboxRow:
    row = await uow.outbox.by_key(WORKSPACE, key)
    assert row is not None
    await uow.session.refresh(row)
    return row


async def _set(uow: UnitOfWork, key: str, **values: Any) -> None:
    row = await _row(uow, key)
    for name, value in values.items():
        setattr(row, name, value)
    await uow.session.flush()


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


async def test_replace_queues_again_what_was_sent(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow)
        await _set(uow, POST, state="sent", sent_ts="5.1", attempts=3)
        await uow.outbox.replace(WORKSPACE, POST, payload={"text": "v2"}, now=LATER)
        row = await _row(uow)
        assert (row.state, row.version, row.attempts) == ("pending", 2, 0)
        assert (row.payload, row.not_before, row.sent_ts) == ({"text": "v2"}, LATER, "5.1")


async def test_what_is_being_sent_stays_with_its_worker(database: Database) -> None:
    """Otherwise a second worker would send the newer content beside the older."""
    async with database.begin() as uow:
        await _queue(uow)
        await _set(uow, POST, state="sending", claimed_by="w", attempts=1)
        await uow.outbox.replace(WORKSPACE, POST, payload={"text": "v2"}, now=LATER)
        row = await _row(uow)
        assert (row.state, row.version, row.attempts) == ("sending", 2, 1)
        assert row.payload == {"text": "v2"}


async def test_a_wait_is_not_cut_short_by_newer_content(database: Database) -> None:
    async with database.begin() as uow:
        await _queue(uow, now=LATER)
        await uow.outbox.replace(WORKSPACE, POST, payload={"text": "v2"}, now=NOW)
        assert (await _row(uow)).not_before == LATER


async def test_a_message_that_waits_is_overwritten(database: Database) -> None:
    async with database.begin() as uow:
        await _show(uow, "one")
        await _show(uow, "two")
        row = await _row(uow)
        assert (row.payload, row.version, row.method) == ({"text": "two"}, 2, "chat.postMessage")
        assert await uow.outbox.by_key(WORKSPACE, EDIT) is None


@pytest.mark.parametrize("state", ["sending", "sent", "dead"])
async def test_a_message_on_its_way_is_edited(database: Database, state: str) -> None:
    async with database.begin() as uow:
        await _show(uow, "one")
        await _set(uow, POST, state=state)
        await _show(uow, "two", view="card")
        await _show(uow, "three")
        assert ((await _row(uow)).payload, (await _row(uow)).state) == ({"text": "one"}, state)
        edit = await _row(uow, EDIT)
        assert (edit.payload, edit.view, edit.version) == ({"text": "three"}, None, 2)
        assert (edit.method, edit.target_key) == ("chat.update", POST)
        await _set(uow, EDIT, state="sent")
        await _show(uow, "four")
        assert (await _row(uow, EDIT)).state == "pending"


async def test_in_doubt_the_content_stays_as_it_may_have_been_sent(database: Database) -> None:
    async with database.begin() as uow:
        await _show(uow, "one")
        await _set(uow, POST, problem_code=DOUBT)
        await _show(uow, "two")
        assert (await _row(uow)).payload == {"text": "one"}
        assert (await _row(uow, EDIT)).payload == {"text": "two"}


async def test_what_had_nothing_to_show_is_posted_when_it_has(database: Database) -> None:
    async def post(uow: UnitOfWork) -> bool:
        return await uow.outbox.post(
            workspace_id=WORKSPACE,
            channel_id=CHANNEL,
            key=POST,
            task_id="t1",
            payload={},
            view="work",
            now=NOW,
        )

    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
        assert await post(uow)
        await _set(uow, POST, state="dead", problem_code=NOTHING)
        assert await post(uow)
        assert (await _row(uow)).state == "pending"
        await _set(uow, POST, state="sent")
        assert not await post(uow)
        assert (await _row(uow)).state == "sent"


async def test_dead_rows_of_a_task(database: Database) -> None:
    async with database.begin() as uow:
        for key in ("dead", "pending"):
            await _queue(uow, key, task_id="t1")
        await _set(uow, "dead", state="dead", problem="no channel")
        (gone,) = await uow.outbox.dead_of_task("t1")
        assert (gone.key, gone.problem) == ("dead", "no channel")
        assert not await uow.outbox.dead_of_task("t2")


async def test_depth_and_age(database: Database) -> None:
    async with database.begin() as uow:
        assert await uow.outbox.depth() == 0
        assert await uow.outbox.oldest_waiting() is None
        await _queue(uow, "old")
        await _queue(uow, "new", now=LATER)
        await _set(uow, "old", state="sending")
        assert await uow.outbox.depth() == 2
        assert await uow.outbox.oldest_waiting() == NOW
        await _set(uow, "old", state="sent")
        assert await uow.outbox.depth() == 1
        assert await uow.outbox.oldest_waiting() == LATER


async def test_signs_that_nobody_needs_any_more_are_dropped(database: Database) -> None:
    """Only the task's own, only that sign, only when old and never tried."""
    kept: dict[str, dict[str, Any]] = {
        "reaction:C1:1.1:+1": {"task_id": "t1"},
        "reaction:C1:1.2:eyes": {"task_id": "t2"},
        "reaction:C1:1.3:eyes": {"task_id": "t1", "now": LATER},
        "reaction:C1:1.4:eyes": {"task_id": "t1"},
        "reaction:C1:1.6:axb": {"task_id": "t1"},
    }
    async with database.begin() as uow:
        for key, more in kept.items():
            await _queue(uow, key, method="reactions.add", **more)
        await _set(uow, "reaction:C1:1.4:eyes", state="sending", attempts=1)
        await _queue(uow, "reaction:C1:1.5:eyes", method="reactions.add", task_id="t1")

        await uow.outbox.drop_signs("t1", name="eyes", before=LATER, now=LATER)
        await uow.outbox.drop_signs("t1", name="a_b", before=LATER, now=LATER)

        assert await uow.outbox.by_key(WORKSPACE, "reaction:C1:1.5:eyes") is None
        for key in kept:
            assert await uow.outbox.by_key(WORKSPACE, key) is not None, key


async def test_a_new_sign_is_dropped_too_where_slack_s_pace_keeps_it_waiting(
    database: Database,
) -> None:
    """In a burst it would come a quarter of an hour after the answer."""
    key = "reaction:C1:1.1:eyes"
    async with database.begin() as uow:
        await _queue(uow, key, method="reactions.add", task_id="t1")
        row = await uow.outbox.by_key(WORKSPACE, key)
        assert row is not None
        pace = RateBucket(key=row.bucket, tokens=0.0, since=NOW, free_at=NOW)
        uow.session.add(pace)
        await uow.session.flush()
        await uow.outbox.drop_signs("t1", name="eyes", before=NOW, now=NOW)
        assert await uow.outbox.by_key(WORKSPACE, key) is not None, "it may go at once"
        pace.free_at = LATER
        await uow.session.flush()
        await uow.outbox.drop_signs("t1", name="eyes", before=NOW, now=NOW)
        assert await uow.outbox.by_key(WORKSPACE, key) is None
