"""Sprints where the database matters less: what is refused, asked again, forecast, exported."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.access import Person
from bot.domain.roots import provisional
from bot.domain.sprint.answers import (
    Breakdown,
    Dependencies,
    Needed,
)
from bot.domain.sprint.forecast import Forecast
from bot.domain.sprint.states import ItemState, SprintState
from bot.errors import ModelUnavailable, NotFound, TransitionRefused, UserFacingError
from bot.model.sprint_port import (
    SprintBreakdownRequest,
    SprintDependencyRequest,
    SprintEstimateRequest,
    SprintRiskRequest,
    SprintStaffRequest,
)
from bot.services import (
    planning,
    sprint_capacity,
    sprint_export,
    sprint_items,
    sprint_votes,
    sprints,
    tasks,
)
from bot.services.ceremony import DueSlot
from bot.services.slack_news import SlackNews
from bot.services.sprint_ceremony import SPRINT
from bot.services.sprints import NewSprint
from storage.models import HandOff, Schedule, Sprint, SprintItem
from storage.uow import Database
from tests.support.agents import KnownPeople, with_people
from tests.support.desk import Desk
from tests.support.sprinting import (
    API,
    DB,
    ballot,
    card_of,
    fresh,
    items_of,
    opened,
    planned,
    running,
    sprint_desk,
    text_of,
)
from tests.support.stage import words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    return sprint_desk(database, tmp_path)


async def test_a_step_that_failed_is_asked_again_and_no_other(at: Desk) -> None:
    at.model.enqueue(SprintDependencyRequest, ModelUnavailable("away"))
    with pytest.raises(ModelUnavailable):
        await planned(at)
    async with at.ctx.database.read() as uow:
        (sprint,) = await uow.sprints.newest("T1", "C1")
    assert sprint.state is SprintState.DRAFT
    assert await planning.plan_task(at.ctx, sprint.task_id or "") == "end"
    assert (await fresh(at, sprint)).state is SprintState.PLANNED
    assert len(at.model.asked(SprintBreakdownRequest)) == 1
    assert len(at.model.asked(SprintDependencyRequest)) == 2


async def test_an_answer_in_a_circle_goes_back_once_then_the_link_is_left_out(at: Desk) -> None:
    links = (Needed(item=2, needs=1, why="w"), Needed(item=1, needs=2, why="w"))
    at.model.always(SprintDependencyRequest, Dependencies(links=links))
    sprint = await planned(at)
    _, again = at.model.asked(SprintDependencyRequest)
    assert isinstance(again, SprintDependencyRequest)
    assert again.problems == (
        "item 1 cannot come after item 2, which waits for it directly or through others",
    )
    items = await items_of(at, sprint)
    assert [item.depends_on for item in items] == [[], [items[0].id], []]
    (asked,) = at.model.asked(SprintRiskRequest)
    assert isinstance(asked, SprintRiskRequest)
    assert any("“Schema after API” was left out" in text for text, _ in asked.found)


async def test_the_reveal_names_who_is_far_off(at: Desk) -> None:
    sprint = await planned(at)
    items = await items_of(at, sprint)
    await sprint_votes.vote(
        at.ctx, sprint, ballot(items, 21, reason="two tables"), by="U2", receipt="v"
    )
    await sprint_votes.reveal(at.ctx, sprint, by="U1", receipt="r")
    async with at.ctx.database.read() as uow:
        found = await uow.outbox.by_key(
            "T1", f"sprint:{sprint.id}:votes:4:1:{at.clock.now():%Y%m%d%H%M%S%f}"
        )
    assert found is not None
    said = words(found.payload)
    assert "<@U2>, why 21?" in said
    assert f"{DB}, why" not in said, "it reads no question"
    assert "<@U2> 21: two tables" in said


async def test_only_values_of_the_scale_and_only_with_a_vote(at: Desk) -> None:
    sprint = await planned(at)
    items = await items_of(at, sprint)
    with pytest.raises(UserFacingError, match="at least one"):
        await sprint_votes.vote(at.ctx, sprint, ballot(items), by="U2", receipt="v1")
    with pytest.raises(UserFacingError, match="value of the scale"):
        await sprint_votes.vote(at.ctx, sprint, ballot(items, 4), by="U2", receipt="v2")


async def test_a_draft_cannot_be_started_and_an_empty_plan_neither(at: Desk) -> None:
    draft = await opened(at)
    with pytest.raises(TransitionRefused, match="SP-1 is draft"):
        await sprints.accept(at.ctx, draft, by="U2", receipt="c1")
    at.model.always(SprintBreakdownRequest, Breakdown(goal="g", items=()))
    empty = await planned(at, key="view:2")
    with pytest.raises(UserFacingError, match="nothing to do in it"):
        await sprints.accept(at.ctx, empty, by="U2", receipt="c2")


async def test_days_that_cannot_be_are_refused(at: Desk) -> None:
    today = at.clock.now().date()
    with pytest.raises(UserFacingError, match="ends before"):
        await opened(at, starts_on=today, ends_on=today - timedelta(days=1))
    with pytest.raises(UserFacingError, match="has passed"):
        await opened(at, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 9))
    with pytest.raises(UserFacingError, match="two months"):
        await opened(at, starts_on=today, ends_on=today + timedelta(days=90))
    sprint = await opened(at)
    assert (sprint.starts_on, sprint.ends_on) == (date(2026, 3, 2), date(2026, 3, 13))
    assert (
        await sprints.open_sprint(at.ctx, NewSprint("T1", "C1", "U1", "form", "view:1", False))
        is None
    )


async def test_items_can_be_added_and_ordered_but_not_in_a_circle(at: Desk) -> None:
    sprint = await planned(at)
    wanted = sprint_items.NewItem("Dashboard", specialists=[API, "x"], needs=[3])
    item = await sprint_items.add_item(at.ctx, sprint, wanted, by="U2", receipt="i1")
    assert item is not None
    assert (item.position, item.specialists, item.added_by) == (4, [API], "U2")
    assert await sprint_items.add_item(at.ctx, sprint, wanted, by="U2", receipt="i1") is None
    with pytest.raises(UserFacingError, match="no item 9"):
        await sprint_items.set_needs(at.ctx, sprint, 1, [9], by="U2", receipt="n1")
    with pytest.raises(UserFacingError) as refused:
        await sprint_items.set_needs(at.ctx, sprint, 1, [4], by="U2", receipt="n2")
    assert "in a circle: " in refused.value.text
    assert refused.value.text.count("waits for") == 4
    await sprint_items.set_needs(at.ctx, sprint, 4, [], by="U2", receipt="n3")
    assert (await items_of(at, sprint))[3].depends_on == []


async def test_a_risk_goes_with_what_it_was_about(at: Desk) -> None:
    """An item without an estimate stood there as a risk until the sprint was started."""
    sprint = await planned(at)
    assert "no estimate" in await risks_of(at, sprint)
    items = await items_of(at, sprint)
    await sprint_votes.vote(at.ctx, sprint, ballot(items, 3, 3, 3), by="U1", receipt="v")
    await sprint_votes.reveal(at.ctx, sprint, by="U1", receipt="r")
    assert "no estimate" not in await risks_of(at, sprint)
    added = await sprint_items.add_item(
        at.ctx, sprint, sprint_items.NewItem("One more"), by="U1", receipt="a"
    )
    assert added is not None
    assert "1 item has no estimate" in await risks_of(at, sprint)
    await sprint_items.move(at.ctx, sprint, added.id, "drop", by="U1", receipt="d")
    assert "no estimate" not in await risks_of(at, sprint)
    await sprint_items.move(at.ctx, sprint, added.id, "open", by="U1", receipt="o")
    assert "1 item has no estimate" in await risks_of(at, sprint)
    assert "It slips" in await risks_of(at, sprint), "what the model said stays"


async def risks_of(at: Desk, sprint: Sprint) -> str:
    return " ".join(text for text, _ in (await card_of(at, sprint)).risks)


async def test_everybody_of_a_large_channel_counts(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 61 people the last one, by chance of the id, had no days."""
    ids = [f"U{number:03d}" for number in range(130)]
    bots = {one: Person(one, is_bot=True) for one in ids[:5]}
    office = with_people(at, KnownPeople(bots, {"C1": frozenset(ids)}))
    sprint = await planned(office)
    assert "of 125 people" in await text_of(office, sprint)
    monkeypatch.setattr(sprint_capacity, "MOST_PEOPLE", 100)
    found = await sprint_capacity.look_up(office.ctx, sprint)
    assert (len(found["people"]), found["more"]) == (95, True)


async def test_an_item_is_worked_as_one_task(at: Desk) -> None:
    sprint = await planned(at)
    (first, *_) = await items_of(at, sprint)
    with pytest.raises(UserFacingError, match="has not been started"):
        await sprint_items.check_can_start(at.ctx, sprint, first.id)
    await sprints.accept(at.ctx, sprint, by="U2", receipt="c")
    item = await sprint_items.check_can_start(at.ctx, sprint, first.id)
    text = sprint_items.wish_of(sprint, item)
    assert text == "Schema\nService: billing.\nIt is item 1 of SP-1: Refunds work."
    task = await at.take_in(text, key=sprint_items.key_of(item), ts="1700000009.000100")
    # The process may end here: the next press finds the task by its receipt.
    began = await sprint_items.began(at.ctx, sprint, item.id, by="U3")
    assert (began.task_id, began.state, began.owner_id) == (task.id, ItemState.STARTED, "U3")
    assert (await sprint_items.began(at.ctx, sprint, item.id, by="U4")).owner_id == "U3"
    with pytest.raises(UserFacingError, match=f"{task.public_id} works on it already"):
        await sprint_items.check_can_start(at.ctx, sprint, item.id)
    assert f"{task.public_id} accepted" in await text_of(at, sprint)


async def test_what_is_left_comes_also_into_a_sprint_that_was_planned_before(at: Desk) -> None:
    """Planned while the last one ran: it begins with what that left, once, named once."""
    first = await running(at)
    done, *_ = await items_of(at, first)
    await sprint_items.move(at.ctx, first, done.id, "done", by="U1", receipt="c1")
    second = await planned(at, key="view:2")
    assert len(await items_of(at, second)) == 3, "nothing of the one that runs"
    await sprint_items.add_item(
        at.ctx, first, sprint_items.NewItem("Audit log"), by="U1", receipt="c2"
    )
    at.clock.advance(timedelta(hours=1))
    await sprints.end(at.ctx, first, by="U1", receipt="c3")
    for receipt in ("c4", "c4"):
        await sprints.accept(at.ctx, second, by="U2", receipt=receipt)
    titles = [item.title for item in await items_of(at, second)]
    assert titles == ["Schema", "API", "Worker", "Audit log"], "API and Worker are in its plan"
    assert "1 item from the last sprint" in await text_of(at, second)


async def test_a_task_that_ended_works_on_no_item_any_more(at: Desk) -> None:
    sprint = await running(at)
    (item, *_) = await items_of(at, sprint)
    task = await at.take_in("Schema", key=sprint_items.key_of(item), ts="1700000009.000100")
    await sprint_items.began(at.ctx, sprint, item.id, by="U3")
    await tasks.stop(at.ctx, task.id, by="U3", receipt="c")
    with pytest.raises(UserFacingError, match=f"{task.public_id} was begun for it and is stopped"):
        await sprint_items.check_can_start(at.ctx, sprint, item.id)


async def test_a_sprint_that_is_being_planned_cannot_be_dropped(at: Desk) -> None:
    at.model.enqueue(SprintStaffRequest, ModelUnavailable("away"))
    with pytest.raises(ModelUnavailable):
        await planned(at)
    async with at.ctx.database.read() as uow:
        (sprint,) = await uow.sprints.newest("T1", "C1")
    with pytest.raises(UserFacingError, match="plans it now"):
        await sprints.end(at.ctx, sprint, by="U1", receipt="e1")
    await tasks.stop(at.ctx, sprint.task_id or "", by="U1")
    assert (await card_of(at, sprint)).can_plan
    await sprints.end(at.ctx, sprint, by="U1", receipt="e2")
    assert (await fresh(at, sprint)).state is SprintState.ENDED


async def test_history_makes_a_forecast_and_a_specialists_usual_size(at: Desk) -> None:
    sprint = await running(at)
    now = at.clock.now()
    past = [
        SprintItem(
            workspace_id="T1",
            sprint_id=sprint.id,
            title=f"Item {n}",
            specialists=[API],
            estimate=(3.0, 8.0, 5.0)[n % 3],
            state=ItemState.DONE,
            ended_at=now + timedelta(days=3 * n),
            created_at=now,
            updated_at=now,
        )
        for n in range(18)
    ]
    async with at.ctx.database.begin() as uow:
        await uow.sprint_items.add_items(sprint.id, past)
    await sprints.end(at.ctx, sprint, by="U2", receipt="e")
    at.clock.advance(timedelta(days=57))
    last = await planned(at, key="view:2")
    card = await card_of(at, last)
    assert isinstance(card.forecast, Forecast)
    assert card.forecast.weeks == 8
    assert "P50" in await text_of(at, last)
    usual = {
        asked.specialist: (asked.usual, asked.seen)
        for asked in at.model.asked(SprintEstimateRequest)
        if isinstance(asked, SprintEstimateRequest)
    }
    assert usual[API] == (5.0, 18)


async def test_the_export_holds_what_was_revealed_only(at: Desk) -> None:
    sprint = await running(at)
    items = await items_of(at, sprint)
    await sprint_votes.vote(
        at.ctx, sprint, ballot(items, 8, reason="secret reason"), by="U2", receipt="v"
    )
    async with at.ctx.database.read() as uow:
        hidden = await sprint_export.markdown_of(
            at.ctx, uow, await uow.sprints.get("T1", sprint.id)
        )
    assert "secret reason" not in hidden
    await sprint_votes.reveal(at.ctx, sprint, by="U1", receipt="r")
    async with at.ctx.database.read() as uow:
        text = await sprint_export.markdown_of(at.ctx, uow, await uow.sprints.get("T1", sprint.id))
    assert "# Sprint SP-1: Refunds work" in text
    assert f"| 2 | API | billing | {API} | 5 points | 1 | open |" in text
    assert "- 1, U2: 8: secret reason" in text
    assert "- Mon 2 Mar: 18 left" in text


async def test_a_slot_opens_one_draft_with_what_is_asked(at: Desk) -> None:
    now = at.clock.now()
    async with at.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=now)
        for number, (team, channel) in enumerate(
            (("main-orchestrator", "C1"), ("main-orchestrator", "C2"), ("devops", "C1")), 1
        ):
            row = HandOff(
                workspace_id="T1", channel_id=channel, number=number, direction="in", team=team,
                text=f"Do  {number}", requested_by="U7", created_at=now, updated_at=now,
            )  # fmt: skip
            await uow.hand_offs.add(row)
    schedule = Schedule(
        id="s1", workspace_id="T1", channel_id="C1", number=1, kind="sprint", name="Planning",
        words="every 2 weeks", rule={}, zones=["UTC"], regions=[], work_days=[], days_off=[],
        window_minutes=0, missed_hours=0, created_by="U5", created_at=now, updated_at=now,
    )  # fmt: skip
    slot = DueSlot(schedule, now, ("UTC",))
    starter: Any = None  # nothing is started: a person has the draft planned
    for _ in range(2):
        await SPRINT.run(at.ctx, starter, slot)
    async with at.ctx.database.read() as uow:
        found = await uow.sprints.newest("T1", "C1", limit=9)
    assert [(row.requirements, row.owner_id) for row in found] == [("- Do 1 (H-1)", "U5")]
    card = await card_of(at, found[0])
    assert card.can_plan
    assert SPRINT.preview is not None
    shown = await SPRINT.preview(at.ctx, schedule)
    assert "1 request of main-orchestrator and 0 items" in shown.text


async def test_a_hand_off_of_this_workspace_stands_on_the_card(at: Desk) -> None:
    now = at.clock.now()
    async with at.ctx.database.begin() as uow:
        for workspace in ("T1", "T2"):
            await uow.channels.ensure(workspace, "C1", now=now)
            row = HandOff(
                id=f"h-{workspace}", workspace_id=workspace, channel_id="C1", number=4,
                direction="in", team="main-orchestrator", text="Do it", requested_by="U7",
                created_at=now, updated_at=now,
            )  # fmt: skip
            await uow.hand_offs.add(row)
    sprint = await opened(at, source="hand-off", hand_off_id="h-T1")
    assert "asked by H-4" in await text_of(at, sprint)
    with pytest.raises(NotFound):
        await opened(at, key="view:2", hand_off_id="h-T2")


async def test_a_plan_that_was_stopped_is_offered_again_on_its_card(at: Desk) -> None:
    at.model.enqueue(SprintStaffRequest, ModelUnavailable("away"))
    with pytest.raises(ModelUnavailable):
        await planned(at)
    news = SlackNews()
    ctx = replace(at.ctx, announcer=news)
    news.attach(ctx)
    async with ctx.database.read() as uow:
        (sprint,) = await uow.sprints.newest("T1", "C1")
    await tasks.stop(ctx, sprint.task_id or "", by="U1")
    async with ctx.database.read() as uow:
        shown = await uow.outbox.by_key("T1", provisional(sprint.id))
    assert shown is not None
    assert "T-1 stopped, `/lead task T-1` says why" in words(shown.payload)
    assert "sprint.plan" in str(shown.payload)
