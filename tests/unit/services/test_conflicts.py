"""Conflicts: what plans at work show, and choices that are stale, doubled or of other channels."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.conflict.wants import TURN
from bot.domain.days import Span
from bot.domain.events import BoardMoved
from bot.domain.task import AssignmentState, TaskState
from bot.errors import UserFacingError
from bot.services import conflicts
from bot.services.away import say_away
from bot.services.conflict_views import card_of, known_clash, standing
from bot.services.conflicts import Assessment, Choice, NewConflict, Wanting
from bot.slack.cards.conflict import conflict_card
from storage.models import Away, Conflict, Service
from storage.uow import Database
from tests.storage.rows import NOW, add_plan, add_task
from tests.support.desk import Desk, desk
from tests.unit.slack.validator import words


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path)


async def opened(at: Desk, *wanting: Wanting, **more: Any) -> Conflict:
    """Open a conflict."""
    values: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "user_id": "U1",
        "kind": "person",
        "subject": "Tom",
        "week_hours": 25,
        "starts_on": date(2026, 3, 2),
        "wanting": wanting or (Wanting("A"), Wanting("B")),
        "key": "view:1",
        "is_private": False,
    }
    made = await conflicts.open_conflict(at.ctx, NewConflict(**values | more))
    assert made is not None
    return made


async def assessed(at: Desk, conflict: Conflict) -> Conflict:
    """Say what both claims need."""
    for position in (0, 1):
        said = Assessment(10, impact=3, complexity=2, due_on=None, flexible_days=0, note="")
        conflict = await conflicts.assess(
            at.ctx, conflict, position, said, by="U2", receipt=f"assess:{conflict.id}:{position}"
        )
    return conflict


async def choose(at: Desk, conflict: Conflict, *, revision: int, receipt: str = "c") -> Conflict:
    """Press the button of a card of that revision as it shows the ways now."""
    async with at.ctx.database.read() as uow:
        ways = (await card_of(at.ctx, uow, conflict)).options
    ends = next((way.last_days for way in ways if way.key == "best"), "")
    choice = Choice("best", revision, ends)
    return await conflicts.resolve(at.ctx, conflict, choice, by="U1", receipt=receipt)


async def test_a_choice_made_on_an_older_card_is_refused(at: Desk) -> None:
    conflict = await opened(at)
    with pytest.raises(UserFacingError, match="changed since"):
        await choose(at, conflict, revision=1, receipt="a")
    conflict = await assessed(at, conflict)
    with pytest.raises(UserFacingError, match="changed since"):
        await choose(at, conflict, revision=2, receipt="b")
    async with at.ctx.database.read() as uow:
        shown = words(conflict_card(await card_of(at.ctx, uow, conflict)).blocks)
    assert f"said by <@U2>, <!date^{int(at.clock.now().timestamp())}^" in shown
    done = await choose(at, conflict, revision=3)
    assert (done.state, done.resolved_by) == ("resolved", "U1")


async def test_an_absence_takes_hours_away_and_makes_older_cards_stale(
    at: Desk, database: Database
) -> None:
    """5 h a day for 20 h: by Thursday, or by Monday where Wednesday and Thursday are off."""
    conflict = await assessed(at, await opened(at, subject="<@U7>"))
    seen = Choice("best", 3, "2026-03-03,2026-03-05")
    await say_away(
        at.ctx,
        workspace_id="T1",
        user_id="U7",
        span=Span(date(2026, 3, 4), date(2026, 3, 5)),
        receipt="away",
    )
    moved = at.news.count(BoardMoved)
    with pytest.raises(UserFacingError, match="C-1 changed since you saw it"):
        await conflicts.resolve(at.ctx, conflict, seen, by="U1", receipt="stale")
    assert at.news.count(BoardMoved) == moved + 1  # the card shows the ways as they are now
    done = await choose(at, conflict, revision=3, receipt="fresh")
    assert done.resolution is not None
    assert "Away from Wed 4 Mar to Thu 5 Mar.\n" in done.resolution["message"]
    assert "B: ends Mon 9 Mar" in done.resolution["message"]
    async with database.read() as uow:
        decision = await uow.decisions.get(done.decision_id or "")
    assert "Away from Wed 4 Mar to Thu 5 Mar." in decision.body["context"]


async def test_public_holidays_have_no_hours_and_are_named(at: Desk, database: Database) -> None:
    """6 h a day for 20 h from Wed 1 April: in Bavaria Good Friday and Easter Monday are free."""
    for scope, region in ((("channel", "C1"), "DE-BY"), (("user", "U7"), "off")):
        async with database.begin() as uow:
            await uow.channels.ensure_workspace("T1", now=NOW)
            await uow.settings.put("T1", *scope, name="holidays", value=region, by="U1", now=NOW)
    starts, ended = date(2026, 4, 1), {}
    for subject in ("Tom", "<@U7>"):
        made = await opened(at, subject=subject, week_hours=30, starts_on=starts, key=subject)
        async with database.read() as uow:
            assert (await card_of(at.ctx, uow, made)).availability == ""  # no end is known yet
        made = await assessed(at, made)
        async with database.read() as uow:
            card = await card_of(at.ctx, uow, made)
        ended[subject] = (card.availability, card.options[0].last_days)
    assert ended["<@U7>"] == ("", "2026-04-02,2026-04-06")
    free = "Public holidays: Fri 3 Apr (Good Friday), Mon 6 Apr (Easter Monday)."
    assert ended["Tom"] == (free, "2026-04-02,2026-04-08")


async def test_a_doubled_choice_decides_once_and_later_ones_are_told(at: Desk) -> None:
    conflict = await assessed(at, await opened(at))
    first = await choose(at, conflict, revision=3)
    again = await choose(at, conflict, revision=3)
    assert again.decision_id == first.decision_id
    with pytest.raises(UserFacingError, match="is resolved by <@U1>"):
        await choose(at, conflict, revision=3, receipt="other")
    said = Assessment(1, impact=3, complexity=2, due_on=None, flexible_days=0, note="")
    with pytest.raises(UserFacingError, match="is resolved"):
        await conflicts.assess(at.ctx, conflict, 0, said, by="U2", receipt="late")
    assert at.news.count(BoardMoved) == 4


async def test_a_form_that_is_sent_twice_opens_one(at: Desk) -> None:
    first = await opened(at)
    wanted = NewConflict(
        workspace_id="T1",
        channel_id="C1",
        user_id="U1",
        kind="slot",
        subject="x",
        week_hours=1,
        starts_on=date(2026, 3, 2),
        wanting=(Wanting("A"), Wanting("B")),
        key="view:1",
        is_private=False,
    )
    assert await conflicts.open_conflict(at.ctx, wanted) is None
    assert first.public_id == "C-1"


async def test_threads_of_tasks_in_the_same_channel_are_told(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        near = await add_task(uow, title="near")
        far = await add_task(uow, channel="C2", title="far")
    wanting = [Wanting(t.public_id, task_number=t.number) for t in (near, far)]
    conflict = await assessed(at, await opened(at, *wanting))
    await choose(at, conflict, revision=3)
    async with database.read() as uow:
        told = await uow.outbox.by_key("T1", f"conflict:{conflict.id}:told:{near.id}")
        assert told is not None
        assert "Tom works on T-1 near, then T-2 far." in told.payload["text"]
        assert await uow.outbox.by_key("T1", f"conflict:{conflict.id}:told:{far.id}") is None


async def test_what_two_open_tasks_want_is_seen(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        states: dict[str, Any] = {"state": TaskState.WORKING, "started_run": 1}
        first = await add_task(uow, text="change the Orders service", **states)
        second = await add_task(uow, text="orders: add refunds", state=TaskState.ACCEPTED)
        hidden = await add_task(uow, channel="G1", private=True, text="orders too", **states)
        ended = await add_task(uow, text="orders", state=TaskState.DONE)
        for task in (first, second, hidden, ended):
            await add_plan(uow, task, "database-architect", "api-architect")
        plan = await uow.plans.of_round(second.id, 1)
        assert plan is not None
        for item in await uow.plans.assignments(plan.id):
            if item.specialist == "api-architect":
                item.state = AssignmentState.DONE
        await uow.services.add(
            Service(
                workspace_id="T1",
                key="orders",
                name="orders",
                created_by="U1",
                created_at=NOW,
                updated_at=NOW,
            )
        )
        found = (await standing(uow, "T1", ("C1",), now=at.clock.now())).wanted
        known = await known_clash(uow, "T1", "C1", " Orders ", now=at.clock.now())
    seen = {line.subject: (line.names, line.hidden) for line in found}
    assert seen == {
        "database-architect": (("T-1", "T-2"), 1),
        "api-architect": (("T-1",), 1),
        "orders": (("T-1", "T-2"), 1),
        TURN: (("T-1", "T-2"), 1),
    }
    assert known is not None
    assert known.kind == "service"


async def test_tasks_that_wanted_a_slot_get_their_turns_in_that_order(
    at: Desk, database: Database
) -> None:
    async with database.begin() as uow:
        tasks = [await add_task(uow, title=name) for name in ("first", "second", "third")]
        tasks[2].state = TaskState.DONE
    wanting = [Wanting(t.public_id, task_number=t.number) for t in tasks]
    conflict = await opened(at, *wanting, kind="slot", subject="the release slot")
    for position, impact in enumerate((1, 5, 3)):
        said = Assessment(
            5, impact, complexity=1, due_on=date(2026, 3, 2), flexible_days=0, note=""
        )
        conflict = await conflicts.assess(
            at.ctx, conflict, position, said, by="U2", receipt=f"assess:{conflict.id}:{position}"
        )
    await choose(at, conflict, revision=4)
    found = [(await at.task(task.id)).priority for task in tasks]
    assert found == [0, 2, 0]


async def test_the_card_says_what_the_rows_know_of_who_is_wanted(
    at: Desk, database: Database
) -> None:
    async with database.begin() as uow:
        task = await add_task(uow, state=TaskState.WORKING)
        plan = await add_plan(uow, task, "api-architect", "api-architect")
        for item, state in zip(
            await uow.plans.assignments(plan.id),
            (AssignmentState.DONE, AssignmentState.RUNNING),
            strict=True,
        ):
            item.state, item.ended_at = state, NOW
        await uow.away.put(
            Away(
                workspace_id="T1",
                user_id="U7",
                first_day=date(2026, 3, 4),
                last_day=date(2026, 3, 6),
                source="said",
                updated_at=NOW,
            )
        )
    said = {}
    for subject, kind in (("<@U7>", "person"), ("api-architect", "specialist"), ("x", "slot")):
        made = await opened(at, subject=subject, kind=kind, key=subject)
        async with database.read() as uow:
            card = await card_of(at.ctx, uow, made)
        said[subject] = card.availability
        assert card.availability in str(conflict_card(card).blocks)
    assert said == {
        "<@U7>": "Away from Wed 4 Mar to Fri 6 Mar.",
        "api-architect": "Now 1 at work and 0 waiting; 1 done in the last four weeks.",
        "x": "",
    }
