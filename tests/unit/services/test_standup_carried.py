"""Blockers over several standups: late answers, edits, and those that nobody names any more."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.services import standup_blockers, standup_sweep, standup_views, wishes
from bot.services.context import Context
from bot.services.sources import Sources
from bot.services.standup_answers import Said, answer
from bot.slack.cards.standup import standup_card
from bot.slack.cards.standup_report import report_card
from storage.models import ModelCall, StandupBlocker
from storage.uow import Database
from tests.support.desk import MORNING, desk, wish
from tests.support.schedules import firing, scheduled
from tests.support.stage import words
from tests.unit.services.test_standup_fortnight import Team

HOUR = timedelta(hours=1)
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What no statement of its own needs proving for on the other database."""
ANN, BOB, TEXT = "U20", "U21", "Refund webhook has no owner"


@dataclass
class Room:
    """A standup each day from 09:30 to 10:30 UTC, at first on Monday at 09:00."""

    ctx: Context
    clock: ManualClock
    said: int = 0

    async def open(self) -> str:
        """Go to the next opening and return the run's id."""
        now = self.clock.now()
        at = now.replace(hour=9, minute=30)
        self.clock.advance((at if at > now else at + timedelta(days=1)) - now)
        await firing(self.ctx).fire_due()
        async with self.ctx.database.read() as uow:
            (row,) = await uow.standups.newest("T1", "C1", states=("open",))
        return row.id

    async def close(self) -> None:
        self.clock.advance(HOUR)
        assert await standup_sweep.sweep(self.ctx) == 1

    async def answer(self, standup_id: str, user_id: str, *blockers: str) -> None:
        self.said += 1
        texts = {0: "x", 1: "y", 2: "\n".join(blockers)}
        await answer(self.ctx, "T1", standup_id, Said(user_id, f"said:{self.said}", "form", texts))

    async def blockers(self) -> list[StandupBlocker]:
        async with self.ctx.database.read() as uow:
            found = await uow.session.scalars(select(StandupBlocker).order_by("number"))
            return list(found)

    async def report(self, standup_id: str) -> str:
        async with self.ctx.database.read() as uow:
            row = await uow.standups.get("T1", standup_id)
            return words(report_card(await standup_views.report_of(self.ctx, uow, row)).blocks)


@pytest.fixture
async def room(database: Database, tmp_path: Path) -> Room:
    clock = ManualClock(MORNING)
    ctx = replace(desk(database, tmp_path, clock=clock).ctx, sources=cast(Sources, Team()))
    await scheduled(ctx, "daily 09:30", kind="standup", zones=("UTC",))
    return Room(ctx, clock)


async def test_a_late_answer_to_an_older_standup_leaves_what_a_newer_one_named(room: Room) -> None:
    monday = await room.open()
    await room.answer(monday, ANN, TEXT)
    await room.close()
    tuesday = await room.open()
    await room.answer(tuesday, ANN, TEXT)
    await room.answer(monday, ANN, TEXT, "The canary is red")
    b1, b2 = await room.blockers()
    assert (b1.times, b1.standup_id, b1.solved_at) == (2, tuesday, None)
    assert (b2.times, b2.standup_id, b2.text) == (1, monday, "The canary is red")
    await room.answer(monday, ANN)
    (b1,) = await room.blockers()
    assert b1.solved_at is None, "only the slip of Monday is gone"


@ONE
async def test_an_edit_does_not_open_again_what_was_solved(room: Room) -> None:
    monday = await room.open()
    await room.answer(monday, ANN, TEXT)
    (blocker,) = await room.blockers()
    await standup_blockers.solve(room.ctx, "T1", blocker.id, by=BOB, receipt="click")
    await room.answer(monday, ANN, TEXT, "The canary is red")
    assert [b.text for b in await room.blockers()] == [TEXT, "The canary is red"]
    await room.answer(monday, ANN)
    await room.answer(monday, ANN, TEXT)
    assert [b.text for b in await room.blockers()] == [TEXT, TEXT], "said anew, it blocks anew"


async def test_what_nobody_names_stays_in_the_report_until_it_is_solved(room: Room) -> None:
    monday = await room.open()
    await room.answer(monday, ANN, TEXT)
    await room.close()
    tuesday = await room.open()
    await room.answer(tuesday, BOB)
    await room.close()
    told = await room.report(tuesday)
    assert f"*Still open from before* B-1 {TEXT} (name of U20) · since <!date^" in told, (
        "by each reader's day"
    )
    assert "I take it" in told
    (blocker,) = await room.blockers()
    assert (blocker.times, blocker.decision_id) == (1, None), "who was not in repeated nothing"
    wednesday = await room.open()
    await room.answer(wednesday, ANN, TEXT)
    assert f"{TEXT} (name of U20) · named again since" in await room.report(monday)
    assert f"{TEXT} (name of U20) · solved" not in await room.report(monday)
    await standup_blockers.solve(room.ctx, "T1", blocker.id, by=BOB, receipt="click")
    assert f"{TEXT} (name of U20) · solved" in await room.report(monday)
    await room.close()
    assert "Still open" not in await room.report(wednesday)


async def test_what_came_after_the_close_costs_another_standup(room: Room) -> None:
    monday = await room.open()
    await room.close()
    task = await wishes.take_in(room.ctx, wish())
    assert task is not None
    async with room.ctx.database.begin() as uow:
        for hours in (-0.5, 2):
            uow.session.add(
                ModelCall(
                    workspace_id="T1",
                    channel_id="C1",
                    task_id=task.id,
                    step=f"r1:{hours}",
                    attempt=1,
                    state="done",
                    model="m",
                    cost_micros=1_000_000,
                    started_at=room.clock.now() + hours * HOUR,
                )
            )
    room.clock.advance(3 * HOUR)
    told = await room.report(monday)
    assert "$1.00" in told
    assert task.public_id not in told, "it was not there then"


@ONE
async def test_an_answer_that_was_changed_says_when(room: Room) -> None:
    standup = await room.open()
    await room.answer(standup, ANN, TEXT)
    await room.answer(standup, BOB)
    room.clock.advance(timedelta(minutes=12))
    await room.answer(standup, ANN, "Nothing")
    await room.answer(standup, BOB)  # the same again is no change
    async with room.ctx.database.read() as uow:
        row = await uow.standups.get("T1", standup)
        card = await standup_views.card_of(room.ctx, uow, row)
    shown = words(standup_card(card).blocks)
    assert shown.count("(edited") == 1
    assert f"(edited <!date^{int(room.clock.now().timestamp())}^{{time}}|" in shown
