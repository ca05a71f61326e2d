"""Conflicts told unasked: once, where it may be said, again when worse, taken back when over."""

import asyncio
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.setting import Scope, Value
from bot.domain.task import AssignmentState, TaskState
from bot.services import conflict_notes, conflict_views, conflicts
from bot.services.conflicts import Assessment, Choice, NewConflict, Wanting
from bot.services.retention import remove_rows
from bot.services.workspace_settings import choose
from bot.settings import RetentionSettings
from storage.models import (
    Conflict,
    OutboxRow,
    Service,
    Task,
)
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, add_plan, add_task
from tests.support.desk import Desk, desk
from tests.support.stage import words

WORKING: dict[str, Any] = {"state": TaskState.WORKING, "started_run": 1}
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What no statement of its own needs proving for on the other database."""


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    """A desk an hour after the rows that `add_plan` makes."""
    made = desk(database, tmp_path)
    made.clock.advance(NOW + timedelta(hours=1) - made.clock.now())
    return made


async def planned(uow: UnitOfWork, *specialists: str, **more: Any) -> Task:
    """Store a task whose plan is being worked."""
    task = await add_task(uow, **WORKING | more)
    await add_plan(uow, task, *specialists or ("database-architect",))
    return task


async def notes(database: Database) -> dict[str, str]:
    """Return what each thread is told at present, by the task's number; later notes add up."""
    found: dict[str, str] = {}
    async with database.read() as uow:
        query = select(OutboxRow).where(OutboxRow.key.startswith("conflict-note:"))
        for row in (await uow.session.scalars(query.order_by(OutboxRow.id))).all():
            task = await uow.tasks.get(str(row.task_id))
            found[task.public_id] = found.get(task.public_id, "") + words(row.payload["blocks"])
    return found


async def end(database: Database, task: Task) -> None:
    async with database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        row.state = TaskState.DONE


async def test_both_threads_are_told_once_whoever_looks(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        for _ in range(2):
            await planned(uow)
        await planned(uow, "api-architect")
    counts = await asyncio.gather(*(conflict_notes.tell(at.ctx) for _ in range(3)))
    assert sum(counts) == 2
    assert await conflict_notes.tell(at.ctx) == 0
    said = await notes(database)
    async with database.read() as uow:
        told = await uow.conflict_notes.open_ones("T1")
        assert await uow.conflict_notes.get("T1", told[0].id) is not None
        assert await uow.conflict_notes.get("T2", told[0].id) is None
    assert set(said) == {"T-1", "T-2"}
    for text in said.values():
        assert "*database-architect* is wanted by T-1 and T-2 at the same time." in text
        assert "Ways out" in text


@ONE
async def test_what_is_over_within_a_minute_is_not_told(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        await planned(uow)
        await planned(uow)
    at.clock.advance(timedelta(seconds=30) - timedelta(hours=1))
    assert await conflict_notes.tell(at.ctx) == 0
    at.clock.advance(timedelta(seconds=30))
    assert await conflict_notes.tell(at.ctx) == 2


@ONE
async def test_a_plan_that_waits_for_a_yes_wants_nothing_yet(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        await planned(uow)
        await planned(uow, state=TaskState.AWAITING_APPROVAL)
    assert await conflict_notes.tell(at.ctx) == 0


async def test_a_private_channels_task_is_named_nowhere_else(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        await planned(uow)
        secret = await planned(uow, channel="G1", private=True, title="secret")
    assert await conflict_notes.tell(at.ctx) == 2
    said = await notes(database)
    here = "is wanted by T-1 and a task in a channel you cannot see at the same time."
    assert here in said["T-1"]
    assert secret.public_id not in said["T-1"]
    assert "is wanted by T-1 and T-2 at the same time." in said["T-2"]
    async with database.read() as uow:
        for rooms, names, hidden in ((("C2",), ("T-1",), 1), (("G1",), ("T-1", "T-2"), 0)):
            (line,) = (await conflict_views.standing(uow, "T1", rooms, now=at.clock.now())).wanted
            assert (line.names, line.hidden) == (names, hidden)


async def test_worse_is_told_again_and_a_newcomer_is_told(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        for _ in range(2):
            await planned(uow)
    await conflict_notes.tell(at.ctx)
    async with database.begin() as uow:
        await planned(uow)
    assert await conflict_notes.tell(at.ctx) == 1
    assert "T-1, T-2 and T-3" in (await notes(database))["T-3"]
    async with database.begin() as uow:
        await planned(uow)
    assert await conflict_notes.tell(at.ctx) == 3  # the first two again, and the fourth
    said = await notes(database)
    assert said["T-1"].count("at the same time") == 2
    assert said["T-3"].count("at the same time") == 1


@ONE
async def test_a_crowd_is_a_load_and_six_are_told(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        for _ in range(9):
            await planned(uow)
    assert await conflict_notes.tell(at.ctx) == conflict_notes.MOST_TOLD
    said = (await notes(database))["T-1"]
    assert "and 3 more" in said
    assert await conflict_notes.tell(at.ctx) == 0


async def test_what_is_over_is_taken_back_and_may_come_again(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        first, second = await planned(uow), await planned(uow)
    await conflict_notes.tell(at.ctx)
    await end(database, second)
    assert await conflict_notes.tell(at.ctx) == 2
    said = await notes(database)
    assert "No conflict any more: database-architect." in said["T-1"]
    assert "Ways out" not in said["T-1"]
    assert await conflict_notes.tell(at.ctx) == 0
    stale = partial(remove_rows, database, RetentionSettings())
    assert (await stale(now=at.clock.now()))["conflict_notes"] == 0
    async with database.begin() as uow:
        await planned(uow)
    assert await conflict_notes.tell(at.ctx) == 2
    # The ended task's goes, the other's counts again.
    assert (await stale(now=at.clock.now() + timedelta(days=31)))["conflict_notes"] == 1
    assert "T-1 and T-3" in (await notes(database))[first.public_id]


async def opened_for(at: Desk, *wanting: Wanting) -> Conflict:
    """Open a conflict about the database architect."""
    opened = await conflicts.open_conflict(
        at.ctx,
        NewConflict(
            workspace_id="T1",
            channel_id="C1",
            user_id="U1",
            kind="specialist",
            subject="database-architect",
            week_hours=30,
            starts_on=date(2026, 3, 2),
            wanting=wanting,
            key="view:1",
            is_private=False,
        ),
    )
    assert opened is not None
    return opened


async def choose_best(at: Desk, opened: Conflict) -> None:
    """Assess both claims and choose."""
    for position in (0, 1):
        said = Assessment(8, impact=3, complexity=2, due_on=None, flexible_days=0, note="")
        await conflicts.assess(at.ctx, opened, position, said, by="U2", receipt=f"a:{position}")
    async with at.ctx.database.read() as uow:
        card = await conflict_views.card_of(at.ctx, uow, opened)
    ends = next(way.last_days for way in card.options if way.key == "best")
    await conflicts.resolve(at.ctx, opened, Choice("best", 3, ends), by="U1", receipt="c")


@ONE
async def test_a_resolved_conflict_is_gone_everywhere(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        tasks = [await planned(uow) for _ in range(2)]
    await conflict_notes.tell(at.ctx)
    opened = await opened_for(at, *(Wanting(task.public_id, task.number) for task in tasks))
    async with database.read() as uow:
        known = await conflict_views.standing(uow, "T1", ("C1",), now=at.clock.now())
        assert (known.named, known.wanted) == ([("C-1", "database-architect")], ())
    assert await conflict_notes.tell(at.ctx) == 0
    await choose_best(at, opened)
    async with database.read() as uow:
        known = await conflict_views.standing(uow, "T1", ("C1",), now=at.clock.now())
        assert (known.on_record, known.wanted) == ((), ())
    assert await conflict_notes.tell(at.ctx) == 2
    assert all("No conflict any more" in text for text in (await notes(database)).values())


@ONE
@pytest.mark.parametrize(
    ("name", "value"),
    [("conflict_notes", False), ("quiet_hours", "00:00-23:59 UTC")],
)
async def test_a_channel_that_wants_no_word_gets_none(
    at: Desk, database: Database, name: str, value: Value
) -> None:
    async with database.begin() as uow:
        await planned(uow)
        await planned(uow, channel="C2")
    chosen: dict[str, Value | None] = {name: value}
    await choose(at.ctx, chosen, workspace_id="T1", scope=Scope.CHANNEL, scope_id="C2", by="U1")
    assert await conflict_notes.tell(at.ctx) == 1
    assert set(await notes(database)) == {"T-1"}


async def test_services_and_turns_are_wanted_too(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        await planned(uow, "api-architect", text="orders: refunds")
        await planned(uow, text="change the Orders service")
        await add_task(uow, text="other", **WORKING | {"started_run": 0})
        for scope in ("", "G1"):
            await uow.services.add(
                Service(
                    workspace_id="T1",
                    key="orders",
                    name="orders",
                    scope=scope,
                    created_by="U1",
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
    await conflict_notes.tell(at.ctx)
    said = await notes(database)
    assert "*orders* is wanted by T-1 and T-2" in said["T-1"]
    assert "a turn to be worked" not in said["T-1"]  # it has one
    assert "*a turn to be worked* is wanted by T-1, T-2 and T-3" in said["T-3"]


@ONE
async def test_nothing_crosses_workspaces(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        await planned(uow)
        await planned(uow, workspace="T2", channel="C9")
    assert await conflict_notes.tell(at.ctx) == 0


@ONE
async def test_done_assignments_want_nobody(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        await planned(uow)
        task = await planned(uow)
        plan = await uow.plans.of_round(task.id, 1)
        assert plan is not None
        for item in await uow.plans.assignments(plan.id):
            item.state = AssignmentState.DONE
    assert await conflict_notes.tell(at.ctx) == 0


@ONE
async def test_one_thread_that_breaks_keeps_no_other_waiting(
    at: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.begin() as uow:
        first = await planned(uow)
        await planned(uow)
    real = conflict_notes._show

    async def show(ctx: Any, uow: UnitOfWork, note: Any, *rest: Any) -> None:
        if note.claimant == f"task:{first.id}":
            raise RuntimeError
        await real(ctx, uow, note, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(conflict_notes, "_show", show)
        assert await conflict_notes.tell(at.ctx) == 1
    assert set(await notes(database)) == {"T-2"}
    assert await conflict_notes.tell(at.ctx) == 1
