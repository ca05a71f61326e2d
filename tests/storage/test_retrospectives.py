"""The questions about retrospectives, actions, the learning plan and what assessments count."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.decision import DecisionState
from bot.domain.task import TaskState
from bot.errors import NotFound
from bot.services.assessment_tally import Times
from bot.services.retention import remove_rows
from bot.settings import RetentionSettings
from storage.models import (
    Assessment,
    Feedback,
    HandOff,
    LearningItem,
    RetroAction,
    RetroCard,
    RetroGroup,
    RetroLesson,
    Retrospective,
    new_id,
)
from storage.repositories.retrospectives import root_key
from storage.uow import Database, UnitOfWork
from tests.storage.rows import CHANNEL, NOW, WORKSPACE, add_call, add_decision, add_task

DAY = timedelta(days=1)
PLACE = (WORKSPACE, CHANNEL)
SPAN: Times = {"since": NOW - DAY, "until": NOW + DAY}


async def add_run(uow: UnitOfWork, number: int = 1, **values: Any) -> Retrospective:
    await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
    given: dict[str, Any] = {
        "id": new_id(), "workspace_id": WORKSPACE, "channel_id": CHANNEL, "number": number,
        "slot_key": f"s{number}", "name": "R", "state": "collect", "columns": ["a", "b"],
        "votes": 3, "minutes": 60, "secret": "00", "since": NOW, "opens_at": NOW, "ends_at": NOW,
        "created_at": NOW,
    } | values  # fmt: skip
    return await uow.retrospectives.add(Retrospective(**given))


async def add_action(uow: UnitOfWork, number: int, **values: Any) -> RetroAction:
    given: dict[str, Any] = {
        "id": new_id(), "workspace_id": WORKSPACE, "channel_id": CHANNEL, "number": number,
        "text": "t", "state": "open", "created_by": "U1", "created_at": NOW,
    } | values  # fmt: skip
    return await uow.retro_actions.add(RetroAction(**given))


async def test_runs_are_found_by_what_they_are_asked_for(database: Database) -> None:
    async with database.begin() as uow:
        closed = await add_run(uow, 1, state="closed", closed_at=NOW)
        row = await add_run(uow, 2, due_at=NOW + DAY)
        other = await add_run(uow, 3, channel_id="C2", due_at=NOW)
        await uow.outbox.add(
            workspace_id=WORKSPACE, channel_id=CHANNEL, key=root_key(row.id),
            method="chat.postMessage", payload={}, now=NOW,
        )  # fmt: skip
        post = await uow.outbox.by_key(WORKSPACE, root_key(row.id))
        assert post is not None
        post.sent_ts = "1.1"
    async with database.read() as uow:
        find = uow.retrospectives
        assert await find.due(NOW, limit=9) == [(WORKSPACE, other.id)]
        assert [r.id for r in await find.newest(*PLACE, limit=9)] == [row.id, closed.id]
        assert (await find.open_in(*PLACE)) is not None
        assert {r.id for r in await find.open_of_workspace(WORKSPACE)} == {row.id, other.id}
        assert await find.open_of_workspace("T2") == []
        assert [r.id for r in await find.closed_between(*PLACE, **SPAN)] == [closed.id]
        found = await find.by_root(*PLACE, "1.1")
        assert found is not None
        assert await find.by_root(*PLACE, "1.2") is None
        assert await find.of_slot("T2", "s1") is None
        assert (await find.by_number(*PLACE, 1)).id == closed.id
        for missing in (
            find.get("T2", row.id),
            find.by_number(WORKSPACE, "C2", 1),
            uow.retro_actions.get(WORKSPACE, "?"),
            uow.retro_actions.by_number(*PLACE, 9),
            uow.learning.get(WORKSPACE, "?"),
            uow.learning.by_number(*PLACE, 9),
            uow.assessments.get(WORKSPACE, "?"),
            uow.assessments.by_number(*PLACE, 9),
            uow.retrospective_rows.group(WORKSPACE, "?"),
        ):
            with pytest.raises(NotFound):
                await missing


async def test_a_slot_opens_one_run(database: Database) -> None:
    async with database.begin() as uow:
        await add_run(uow, 1)
    with pytest.raises(IntegrityError):
        await _again(database)


async def _again(database: Database) -> None:
    async with database.begin() as uow:
        await add_run(uow, 2, slot_key="s1")


async def test_cards_topics_votes_and_lessons(database: Database) -> None:
    async with database.begin() as uow:
        run = await add_run(uow)
        belongs = {"workspace_id": WORKSPACE, "retrospective_id": run.id}
        topics = [RetroGroup(**belongs, id=f"g{n}", position=n, title=f"t{n}") for n in (1, 0)]
        uow.session.add_all(topics)
        await uow.session.flush()
        uow.session.add_all(
            RetroCard(**belongs, position=n % 2, text=f"{n}", author=f"m{n % 2}") for n in range(3)
        )
        uow.session.add(
            RetroLesson(
                **belongs, channel_id=CHANNEL, kind="what worked", text="l", confirmed_by="U1",
                created_at=NOW,
            )
        )  # fmt: skip
        rows = uow.retrospective_rows
        await rows.vote_again(WORKSPACE, run.id, "m0", ["g0", "g1", "g0"])
        await rows.vote_again(WORKSPACE, run.id, "m0", ["g1"])
        await rows.vote_again(WORKSPACE, run.id, "m1", ["g1"])
    async with database.begin() as uow:
        rows = uow.retrospective_rows
        assert await rows.counts(run.id) == {0: 2, 1: 1}
        assert await rows.authors(run.id) == 2
        assert [card.text for card in await rows.cards(run.id, author="m1")] == ["1"]
        assert [group.id for group in await rows.groups(run.id)] == ["g0", "g1"]
        assert [vote.group_id for vote in await rows.votes(run.id)] == ["g1", "g1"]
        assert len(await rows.votes(run.id, voter="m0")) == 1
        assert len(await rows.lessons(run.id)) == 1
        assert len(await rows.lessons_between(*PLACE, **SPAN)) == 1
        before = {card.text: card.id for card in await rows.cards(run.id)}
        await rows.forget_authors(run.id)
        after = {card.text: card.id for card in await rows.cards(run.id)}
        assert before.keys() == after.keys()
        assert not set(before.values()) & set(after.values()), "not even the ids stay"
        await rows.drop_votes(run.id)
    async with database.read() as uow:
        assert await uow.retrospective_rows.authors(run.id) == 0
        assert await uow.retrospective_rows.votes(run.id) == []


async def test_cards_go_in_their_time_and_what_came_of_them_stays(database: Database) -> None:
    async with database.begin() as uow:
        for number, closed in ((1, NOW - 800 * DAY), (2, NOW), (3, None)):
            run = await add_run(uow, number, channel_id=f"C{number}", closed_at=closed)
            belongs = {"workspace_id": WORKSPACE, "retrospective_id": run.id}
            uow.session.add(RetroGroup(**belongs, id=f"g{number}", position=0, title="t"))
            await uow.session.flush()
            uow.session.add(
                RetroCard(**belongs, position=0, text="t", author="", group_id=f"g{number}")
            )
            await add_action(uow, number, retrospective_id=run.id)
    for settings, gone in ((RetentionSettings(retrospective_days=0), 0), (RetentionSettings(), 1)):
        counts = await remove_rows(database, settings, now=NOW)
        assert counts.get("retro_cards", 0) == counts.get("retro_groups", 0) == gone
    async with database.read() as uow:
        runs = [(await uow.retrospectives.newest(WORKSPACE, f"C{n}"))[0] for n in (1, 2, 3)]
        kept = [len(await uow.retrospective_rows.groups(run.id)) for run in runs]
        assert kept == [0, 1, 1]
        assert len(await uow.retro_actions.of(runs[0].id)) == 1


async def test_actions_by_day_and_what_was_tracked(database: Database) -> None:
    async with database.begin() as uow:
        run = await add_run(uow)
        await add_action(uow, 1, retrospective_id=run.id)
        await add_action(uow, 2, due_on=date(2026, 3, 9), remind_at=NOW)
        await add_action(uow, 3, due_on=date(2026, 3, 5), remind_at=NOW + DAY)
        await add_action(uow, 4, state="done", ended_at=NOW - 2 * DAY, created_at=NOW - 9 * DAY)
        await add_action(uow, 5, state="done", ended_at=NOW, created_at=NOW - 9 * DAY)
        await add_action(uow, 6, channel_id="C2")
    async with database.read() as uow:
        find = uow.retro_actions
        assert [row.number for row in await find.open_in(*PLACE)] == [3, 2, 1]
        assert [row.number for row in await find.of(run.id)] == [1]
        assert [row.number for row in await find.tracked(*PLACE, **SPAN)] == [1, 2, 3, 5]
        assert len(await find.due(now=NOW, limit=9)) == 1


async def test_the_plan_shows_open_items_first(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, CHANNEL, now=NOW)
        for number, state, ended in (
            (1, "done", NOW), (2, "done", NOW - 9 * DAY), (3, "planned", None), (4, "begun", None),
        ):  # fmt: skip
            await uow.learning.add(
                LearningItem(
                    workspace_id=WORKSPACE, channel_id=CHANNEL, number=number, kind="talk",
                    title="t", state=state, created_by="U1", created_at=NOW, updated_at=NOW,
                    ended_at=ended, due_on=date(2026, 3, 3) if number == 4 else None,
                    remind_at=NOW if number == 4 else None,
                )
            )  # fmt: skip
    async with database.read() as uow:
        plan = await uow.learning.plan_of(*PLACE, since=NOW - DAY)
        assert [row.number for row in plan] == [4, 3, 1]
        assert await uow.learning.plan_of("T2", CHANNEL, since=NOW) == []
        assert len(await uow.learning.due(now=NOW, limit=9)) == 1


async def test_what_an_assessment_counts_is_one_channels(database: Database) -> None:
    async with database.begin() as uow:
        for channel in (CHANNEL, "C2"):
            task = await add_task(uow, channel=channel, state=TaskState.DONE, ended_at=NOW)
            await add_call(uow, task, "s", "done", cost_micros=7)
            await add_decision(uow, task)
            await add_decision(
                uow, task, state=DecisionState.ACCEPTED, decided_at=NOW, review_by=NOW.date() - DAY
            )
            uow.session.add(
                Feedback(
                    task_id=task.id, round=1, user_id="U1", workspace_id=WORKSPACE, verdict="good",
                    given_at=NOW,
                )
            )  # fmt: skip
            uow.session.add(
                HandOff(
                    workspace_id=WORKSPACE, channel_id=channel, number=task.number, team="devops",
                    direction="out", text="t", requested_by="U1", created_at=NOW, updated_at=NOW,
                )
            )  # fmt: skip
        await uow.assessments.add(
            Assessment(
                workspace_id=WORKSPACE, channel_id=CHANNEL, slot_key="a", number=1, kind="weekly",
                since=NOW, until=NOW, body={}, created_at=NOW,
            )
        )  # fmt: skip
    async with database.read() as uow:
        find = uow.assessments
        assert await find.tasks_started(*PLACE, **SPAN) == 1
        assert await find.cost(*PLACE, **SPAN) == (7, 1)
        assert await find.verdicts(*PLACE, **SPAN) == {"good": 1}
        assert len(await find.decisions(*PLACE, **SPAN)) == 2
        assert len(await find.decisions_to_review(*PLACE, until=NOW)) == 1
        assert len(await find.hand_offs(*PLACE, **SPAN)) == 1
        assert await find.answers(*PLACE, **SPAN) == (0, 0)
        for empty in (find.blockers, find.escalations, find.matrices):
            assert await empty(*PLACE, **SPAN) == []
        assert [row.number for row in await find.newest(*PLACE, limit=9)] == [1]
        assert await find.newest(WORKSPACE, "C2", limit=9) == []
        assert await find.cost("T2", CHANNEL, **SPAN) == (0, 0)
