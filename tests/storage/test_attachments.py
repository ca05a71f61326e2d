"""Attachments are read once and feedback is a person's last word, on both databases."""

from storage.uow import Database
from tests.storage.rows import CHANNEL, NOW, WORKSPACE, add_task


async def test_an_attachment_is_noted_and_settled_once(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        place = {
            "workspace_id": WORKSPACE,
            "channel_id": CHANNEL,
            "thread_id": task.thread_id,
            "message_ts": "1.0",
            "asker_id": "U1",
            "kind": "file",
            "name": "a.sql",
            "source": {"url": "", "size": 1},
        }
        assert await uow.attachments.add(key="file:F1", now=NOW, **place)
        assert not await uow.attachments.add(key="file:F1", now=NOW, **place)
        (row,) = await uow.attachments.waiting(task.thread_id)

        assert await uow.attachments.settle(row.id, state="read", text="x", now=NOW)
        assert not await uow.attachments.settle(row.id, state="refused", now=NOW)
        assert await uow.attachments.waiting(task.thread_id) == []
    async with database.read() as uow:
        (read,) = await uow.attachments.read(task.thread_id)
        assert (read.text, read.source["size"]) == ("x", 1)


async def test_the_last_word_of_each_person_counts(database: Database) -> None:
    async with database.begin() as uow:
        task, other = await add_task(uow), await add_task(uow, workspace="T2")
        for user, verdict in (("U1", "bad"), ("U2", "bad"), ("U1", "good")):
            await uow.feedback.put(WORKSPACE, task.id, 1, user_id=user, verdict=verdict, now=NOW)
        await uow.feedback.put("T2", other.id, 1, user_id="U1", verdict="good", now=NOW)
    async with database.read() as uow:
        assert await uow.feedback.count(WORKSPACE) == {"good": 1, "bad": 1}
        assert await uow.feedback.count() == {"good": 2, "bad": 1}
