"""Sprints on both databases: planned in five steps once each, voted on, worked, ended."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.sprint.answers import (
    Breakdown,
    NewItem,
)
from bot.domain.sprint.states import ItemState, SprintState
from bot.domain.task import TaskState
from bot.errors import NotFound, TransitionRefused, UserFacingError
from bot.model.sprint_port import (
    SprintBreakdownRequest,
    SprintEstimateRequest,
)
from bot.services import (
    planning,
    sprint_items,
    sprint_sweep,
    sprint_votes,
    sprints,
)
from bot.services.sprint_votes import Ballot
from storage.uow import Database
from tests.support.desk import Desk
from tests.support.sprinting import (
    API,
    DB,
    ballot,
    card_of,
    fresh,
    items_of,
    planned,
    running,
    sprint_desk,
    text_of,
)
from tests.support.stage import words


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    return sprint_desk(database, tmp_path)


async def test_five_steps_make_a_plan_once(at: Desk) -> None:
    sprint = await planned(at)
    assert (sprint.public_id, sprint.state, sprint.goal) == (
        "SP-1",
        SprintState.PLANNED,
        "Refunds work",
    )
    items = await items_of(at, sprint)
    assert [(i.position, i.title, i.specialists) for i in items] == [
        (1, "Schema", [DB]),
        (2, "API", [API]),
        (3, "Worker", [API]),
    ]
    assert [item.depends_on for item in items] == [[], [items[0].id], [items[1].id]]
    card = await card_of(at, sprint)
    assert card.steps == {
        "carried", "breakdown", "staffing", "dependencies", "days", "risks",
        f"estimates:{DB}", f"estimates:{API}",
    }  # fmt: skip
    assert card.risks[-1] == ("It slips", "cut it")
    assert any("3 items have no estimate" in text for text, _ in card.risks)
    assert [title for title, _ in card.tests] == ["billing with webhooks", "Everything together"]
    assert await planning.plan_task(at.ctx, sprint.task_id or "") == "end"
    for kind, asked in ((SprintBreakdownRequest, 1), (SprintEstimateRequest, 2)):
        assert len(at.model.asked(kind)) == asked
    assert (await at.task(sprint.task_id or "")).state is TaskState.DONE


async def test_votes_are_hidden_until_the_reveal_and_far_ones_are_asked_again(at: Desk) -> None:
    sprint = await planned(at)
    items = await items_of(at, sprint)
    mine = ballot(items, 5, 13, reason="the schema is not ours")
    await sprint_votes.vote(at.ctx, sprint, mine, by="U2", receipt="v1")
    await sprint_votes.vote(at.ctx, sprint, ballot(items, 2, 2, 2), by="U3", receipt="w1")
    cleared = Ballot({items[1].id: 13}, {}, {item.id: 1 for item in items})
    await sprint_votes.vote(at.ctx, sprint, cleared, by="U3", receipt="w2")
    hidden = await text_of(at, sprint)
    assert "2 votes hidden" in hidden
    assert "3 votes hidden" in hidden
    assert "not ours" not in repr(await card_of(at, sprint))
    shown = await sprint_votes.reveal(at.ctx, sprint, by="U1", receipt="r1")
    assert [(i.position, i.estimate, i.agreed) for i in shown] == [
        (1, 5, True),
        (2, 13, False),
        (3, 5, True),
    ]
    text = await text_of(at, sprint)
    assert "have no estimate" not in text
    assert "Estimates of “API” lie far apart" in text
    assert "13 points (5 to 13)" in text
    assert "*Critical path* 23 points, 3 items: 1 → 2 → 3" in text
    with pytest.raises(UserFacingError, match="revealed while you had the form open"):
        await sprint_votes.vote(at.ctx, sprint, mine, by="U3", receipt="v2")

    assert await sprint_votes.vote_again(at.ctx, sprint, by="U1", receipt="a1") == 1
    assert await sprint_votes.vote_again(at.ctx, sprint, by="U1", receipt="a1") == 0
    again = await items_of(at, sprint)
    assert (again[1].round, again[1].revealed_at) == (2, None)
    await sprint_votes.vote(at.ctx, sprint, ballot(again[1:2], 8), by="U2", receipt="v3")
    await sprint_votes.reveal(at.ctx, sprint, by="U1", receipt="r2")
    last = (await items_of(at, sprint))[1]
    assert (last.estimate, last.agreed) == (8, True)
    with pytest.raises(UserFacingError, match="nothing to vote again"):
        await sprint_votes.vote_again(at.ctx, sprint, by="U1", receipt="a2")
    with pytest.raises(UserFacingError, match="Nobody has voted"):
        await sprint_votes.reveal(at.ctx, sprint, by="U1", receipt="r3")


async def test_one_sprint_of_a_channel_runs_at_a_time(at: Desk) -> None:
    sprint = await running(at)
    assert (sprint.state, sprint.accepted_by) == (SprintState.RUNNING, "U2")
    again = await sprints.accept(at.ctx, sprint, by="U3", receipt=f"accept:{sprint.id}")
    assert again.accepted_by == "U2"
    with pytest.raises(TransitionRefused):
        await sprints.accept(at.ctx, sprint, by="U3", receipt="other")
    second = await planned(at, key="view:2")
    with pytest.raises(UserFacingError, match="SP-1 still runs here"):
        await sprints.accept(at.ctx, second, by="U2", receipt="second")
    elsewhere = await planned(at, key="view:3", channel_id="C2")
    await sprints.accept(at.ctx, elsewhere, by="U2", receipt="third")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_items_move_once_for_each_click_and_not_in_other_sprints(at: Desk) -> None:
    sprint = await running(at)
    other = await planned(at, key="view:2", channel_id="C2")
    (first, *_) = await items_of(at, sprint)
    done = await sprint_items.move(at.ctx, sprint, first.id, "done", by="U3", receipt="d1")
    assert (done.state, done.ended_at, done.owner_id) == (ItemState.DONE, at.clock.now(), "U3")
    await sprint_items.move(at.ctx, sprint, first.id, "done", by="U3", receipt="d1")
    with pytest.raises(TransitionRefused):
        await sprint_items.move(at.ctx, sprint, first.id, "drop", by="U3", receipt="d2")
    reopened = await sprint_items.move(at.ctx, sprint, first.id, "open", by="U3", receipt="d3")
    assert (reopened.state, reopened.ended_at) == (ItemState.OPEN, None)
    with pytest.raises(UserFacingError, match="another sprint"):
        await sprint_items.move(at.ctx, other, first.id, "drop", by="U3", receipt="d4")
    with pytest.raises(NotFound):
        async with at.ctx.database.read() as uow:
            await uow.sprint_items.item("T2", first.id)


async def test_what_is_left_begins_the_next_plan(at: Desk) -> None:
    sprint = await running(at)
    first, second, _ = await items_of(at, sprint)
    await sprint_items.move(at.ctx, sprint, first.id, "done", by="U3", receipt="d1")
    await sprint_items.move(at.ctx, sprint, second.id, "drop", by="U3", receipt="d2")
    await sprints.end(at.ctx, sprint, by="U2", receipt="e1")
    await sprints.end(at.ctx, sprint, by="U4", receipt="e1")
    ended = await fresh(at, sprint)
    assert (ended.state, ended.ended_by, ended.due_at) == (SprintState.ENDED, "U2", None)
    async with at.ctx.database.read() as uow:
        said = await uow.outbox.by_key("T1", f"sprint:{sprint.id}:end")
        picture = await uow.outbox.by_key("T1", f"sprint:{sprint.id}:burndown:end")
    assert said is not None
    assert picture is not None
    assert "1 of 2 items done" in words(said.payload)
    assert "Left: 3 Worker." in words(said.payload)
    with pytest.raises(UserFacingError, match="has ended"):
        await sprint_items.add_item(at.ctx, sprint, sprint_items.NewItem("x"), by="U1", receipt="i")

    at.model.always(SprintBreakdownRequest, Breakdown(goal="g", items=(NewItem(title="New"),)))
    following = await planned(at, key="view:2")
    titles = [(item.position, item.title) for item in await items_of(at, following)]
    assert titles == [(1, "Worker"), (2, "New")]
    assert (await card_of(at, following)).carried == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_end_is_spoken_of_once(at: Desk) -> None:
    sprint = await running(at)
    assert await sprint_sweep.sweep(at.ctx) == 0
    at.clock.advance(timedelta(days=12))
    assert await sprint_sweep.sweep(at.ctx) == 1
    assert await sprint_sweep.sweep(at.ctx) == 0
    async with at.ctx.database.read() as uow:
        said = await uow.outbox.by_key("T1", f"sprint:{sprint.id}:over:2026-03-13")
    assert said is not None
    assert "its last day was Fri 13 Mar" in words(said.payload)
    assert "sprint.end" in str(said.payload)
