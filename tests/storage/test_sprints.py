"""The questions about sprints: numbers, private channels, slots, votes in place, what was left."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.sprint.states import ItemState, SprintState
from bot.errors import NotFound
from bot.services.retention import remove_rows
from bot.settings import RetentionSettings
from storage.models import Sprint, SprintItem
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE


async def add_sprint(
    uow: UnitOfWork,
    *,
    channel: str = "C1",
    private: bool = False,
    workspace: str = WORKSPACE,
    **more: Any,
) -> Sprint:
    """Store a sprint in a thread of its own."""
    await uow.channels.ensure(workspace, channel, now=NOW, is_private=private)
    number = await uow.numbers.next(Sprint, workspace)
    thread = await uow.threads.ensure(workspace, channel, f"{number}.7", now=NOW)
    values: dict[str, Any] = {
        "workspace_id": workspace,
        "channel_id": channel,
        "thread_id": thread.id,
        "number": number,
        "source": "form",
        "unit": "points",
        "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 3, 13),
        "owner_id": "U1",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return await uow.sprints.add(Sprint(**values | more))


def an_item(sprint: Sprint, title: str, state: ItemState = ItemState.OPEN) -> SprintItem:
    return SprintItem(
        workspace_id=sprint.workspace_id,
        sprint_id=sprint.id,
        title=title,
        specialists=["api-architect"],
        state=state,
        ended_at=NOW if state is ItemState.DONE else None,
        created_at=NOW,
        updated_at=NOW,
    )


async def test_numbers_count_per_workspace(database: Database) -> None:
    async with database.begin() as uow:
        found = [await add_sprint(uow, workspace=at) for at in ("T1", "T2", "T1")]
    assert [row.public_id for row in found] == ["SP-1", "SP-1", "SP-2"]


async def test_private_channels_and_other_workspaces_find_nothing(database: Database) -> None:
    async with database.begin() as uow:
        public = await add_sprint(uow)
        secret = await add_sprint(uow, channel="G1", private=True)
        find = uow.sprints.by_number
        assert (await find(WORKSPACE, secret.number, seen_from="G1")).id == secret.id
        for number, workspace in ((secret.number, WORKSPACE), (public.number, "T2")):
            with pytest.raises(NotFound, match="SP-"):
                await find(workspace, number, seen_from="C1")
        with pytest.raises(NotFound):
            await uow.sprints.get("T2", public.id)
        seen = await uow.sprints.listed(WORKSPACE, seen_from="C1", limit=9)
        assert [row.id for row in seen] == [public.id]
        secret.state = public.state = SprintState.RUNNING
        await uow.session.flush()
        run = [row.id for row in await uow.sprints.running(WORKSPACE, seen_from="C1")]
        assert run == [public.id]


async def test_a_slot_a_thread_and_a_step_are_kept_once(database: Database) -> None:
    async with database.begin() as uow:
        sprint = await add_sprint(uow, slot_key="schedule:1")
        found = await uow.sprints.of_slot(WORKSPACE, "schedule:1")
        assert found is not None
        assert (found.id, await uow.sprints.of_slot("T2", "schedule:1")) == (sprint.id, None)
        assert await uow.sprints.of_thread(sprint.thread_id) is sprint
        step = {"name": "risks", "workspace_id": WORKSPACE}
        values = {**step, "model": "", "made_at": NOW}
        assert await uow.sprints.keep_step(sprint.id, {**values, "body": {"a": 1}})
        assert not await uow.sprints.keep_step(sprint.id, {**values, "body": {"a": 2}})
        assert (await uow.sprints.steps(sprint.id))["risks"].body == {"a": 1}


async def test_items_get_the_next_numbers_and_votes_replace_their_own(database: Database) -> None:
    async with database.begin() as uow:
        sprint = await add_sprint(uow)
        await uow.sprint_items.add_items(sprint.id, [an_item(sprint, "a"), an_item(sprint, "b")])
        await uow.sprint_items.add_items(sprint.id, [an_item(sprint, "c")])
        items = await uow.sprint_items.items(sprint.id)
        assert [(item.position, item.title) for item in items] == [(1, "a"), (2, "b"), (3, "c")]

        def vote(value: float, round_number: int = 1) -> dict[str, Any]:
            return {
                "item_id": items[0].id,
                "round": round_number,
                "voter": "U1",
                "workspace_id": WORKSPACE,
                "kind": "person",
                "value": value,
                "reason": "",
                "basis": "",
                "voted_at": NOW,
            }

        for given in ([vote(3)], [vote(5), vote(8, 2)]):
            await uow.sprint_items.put_votes(sprint.id, given)
        votes = {row.round: row.value for row in await uow.sprint_items.votes(sprint.id)}
        assert votes == {1: 5, 2: 8}
        for risks in ([("a", "b"), ("c", "d")], [("e", "f")]):
            await uow.sprint_items.put_risks(WORKSPACE, sprint.id, risks)
        assert [row.text for row in await uow.sprint_items.risks(sprint.id)] == ["e"]


async def test_votes_go_in_their_time_and_items_stay(database: Database) -> None:
    async with database.begin() as uow:
        ids = []
        for ended_at in (NOW - timedelta(days=800), NOW - timedelta(days=1), None):
            sprint = await add_sprint(uow, ended_at=ended_at)
            item = an_item(sprint, "a")
            await uow.sprint_items.add_items(sprint.id, [item])
            values = {
                "item_id": item.id, "round": 1, "voter": "U1", "workspace_id": WORKSPACE,
                "kind": "person", "value": 3, "reason": "r", "basis": "", "voted_at": NOW,
            }  # fmt: skip
            await uow.sprint_items.put_votes(sprint.id, [values])
            ids.append(sprint.id)
    for settings, gone in ((RetentionSettings(sprint_days=0), 0), (RetentionSettings(), 1)):
        counts = await remove_rows(database, settings, now=NOW)
        assert counts.get("sprint_votes", 0) == gone
    async with database.read() as uow:
        left = [len(await uow.sprint_items.votes(sprint_id)) for sprint_id in ids]
        assert left == [0, 1, 1]
        assert len(await uow.sprint_items.items(ids[0])) == 1


async def test_only_the_last_started_sprint_leaves_something(database: Database) -> None:
    ended = {"state": SprintState.ENDED, "accepted_at": NOW}
    async with database.begin() as uow:
        for title, more in (("old", ended), ("new", ended), ("never", {"state": "ended"})):
            sprint = await add_sprint(uow, **more)
            states = (ItemState.OPEN, ItemState.STARTED, ItemState.DONE, ItemState.DROPPED)
            rows = [an_item(sprint, f"{title} {state}", state) for state in states]
            await uow.sprint_items.add_items(sprint.id, rows)
        left = await uow.sprint_items.left_over(WORKSPACE, "C1")
        assert [item.title for item in left] == ["new open", "new started"]
        assert await uow.sprint_items.left_over(WORKSPACE, "C2") == []
        done = await uow.sprint_items.done_in_channel(WORKSPACE, "C1")
        assert done == [(NOW, ["api-architect"], None, "points")] * 3
        assert await uow.sprints.first_accepted(WORKSPACE, "C1") == NOW


async def test_what_a_sprint_left_is_with_the_one_at_work(database: Database) -> None:
    """It was carried into that one: a plan made meanwhile must not begin with it again."""
    async with database.begin() as uow:
        ended = await add_sprint(uow, state=SprintState.ENDED, accepted_at=NOW)
        await uow.sprint_items.add_items(ended.id, [an_item(ended, "left")])
        assert len(await uow.sprint_items.left_over(WORKSPACE, "C1")) == 1
        later = NOW + timedelta(days=14)
        now = await add_sprint(uow, state=SprintState.RUNNING, accepted_at=later)
        assert await uow.sprint_items.left_over(WORKSPACE, "C1") == []
        now.state = SprintState.ENDED
        await uow.sprint_items.add_items(now.id, [an_item(now, "left again")])
        left = await uow.sprint_items.left_over(WORKSPACE, "C1")
        assert [item.title for item in left] == ["left again"]


async def test_the_earliest_due_comes_first(database: Database) -> None:
    async with database.begin() as uow:
        late, early, _ = [
            await add_sprint(uow, due_at=NOW + timedelta(hours=hours) if hours else None)
            for hours in (2, 1, 0)
        ]
        assert await uow.sprints.due(NOW, limit=9) == []
        due = await uow.sprints.due(NOW + timedelta(hours=3), limit=9)
        assert due == [(WORKSPACE, early.id), (WORKSPACE, late.id)]
