"""Who else wants something beside tasks: sprints that run, teams that ask at the same time."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.hand_off import HandOffState
from bot.domain.hand_off_words import Asked
from bot.domain.lanes import POST
from bot.domain.roots import provisional
from bot.domain.sprint.states import SprintState
from bot.services import conflict_notes, hand_offs
from bot.services.conflict_wants import clashes_in
from bot.services.conflicts import Wanting
from bot.services.hand_offs import NewHandOff
from storage.models import (
    HandOff,
    OutboxRow,
    Service,
    Sprint,
    SprintItem,
    SprintTest,
    Task,
    new_id,
)
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW
from tests.support.desk import Desk
from tests.support.stage import words
from tests.unit.services.test_conflict_notes import ONE, at, choose_best, opened_for, planned

__all__ = ["at"]


async def sprint(
    uow: UnitOfWork, *, channel: str, service: str = "", task: Task | None = None, **more: Any
) -> Sprint:
    """Store a running sprint of one item for the database architect, tested on a Friday."""
    await uow.channels.ensure("T1", channel, now=NOW, is_private=channel.startswith("G"))
    number = await uow.numbers.next(Sprint, "T1")
    thread = await uow.threads.ensure("T1", channel, more.pop("root", f"9{number}.0"), now=NOW)
    given: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": channel,
        "thread_id": thread.id,
        "number": number,
        "source": "form",
        "state": SprintState.RUNNING,
        "unit": "points",
        "starts_on": NOW.date(),
        "ends_on": NOW.date() + timedelta(days=14),
        "owner_id": "U1",
        "accepted_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    }
    made = await uow.sprints.add(Sprint(**given | more))
    item = SprintItem(
        id=new_id(),
        workspace_id="T1",
        sprint_id=made.id,
        position=1,
        title="Refunds",
        service=service,
        specialists=["database-architect"],
        task_id=task.id if task is not None else None,
        created_at=NOW,
        updated_at=NOW,
    )
    uow.session.add(item)
    await uow.session.flush()
    if service:
        uow.session.add(
            SprintTest(
                workspace_id="T1",
                sprint_id=made.id,
                position=1,
                title=service,
                on_day=date(2026, 3, 6),
                items=[item.id],
            )
        )
    return made


async def said_in(database: Database, made: Sprint) -> str:
    """Return what a sprint's thread was told."""
    async with database.read() as uow:
        thread = await uow.threads.get(made.thread_id)
        query = select(OutboxRow).where(OutboxRow.key.startswith("conflict-note:"))
        rows = [
            row
            for row in (await uow.session.scalars(query)).all()
            if row.payload.get("thread_ts") == thread.root_ts
        ]
    return "".join(words(row.payload["blocks"]) for row in rows)


async def test_a_long_name_fits_into_what_a_conflict_is_called(
    at: Desk, database: Database
) -> None:
    async with database.begin() as uow:
        for channel in ("C2", "C3"):
            await sprint(uow, channel=channel, service="s" * 80)
        found = await clashes_in(uow, "T1", now=at.clock.now())
    (tests,) = (clash.subject for clash in found if clash.kind == "slot")
    assert len(tests) == 80
    assert tests.endswith("…, tests on Fri 6 Mar")


async def test_a_sprint_wants_what_its_items_name(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        task = await planned(uow)
        first = await sprint(uow, channel="C2", service="orders")
        second = await sprint(uow, channel="G1", service="orders")
        await sprint(uow, channel="C3", state=SprintState.PLANNED)
    assert await conflict_notes.tell(at.ctx) == 3
    assert await conflict_notes.tell(at.ctx) == 0
    said = await said_in(database, first)
    assert (
        "*database-architect* is wanted by T-1, SP-1 and a task in a channel you cannot see" in said
    )
    assert "*orders* is wanted by SP-1 and a task in a channel you cannot see" in said
    assert "*orders, tests on Fri 6 Mar* is wanted by SP-1" in said
    assert "is wanted by T-1, SP-1 and SP-2" in await said_in(database, second)
    assert (await notes_of_task(database, task)).count("at the same time") == 1
    async with database.begin() as uow:
        (await uow.sprints.get("T1", first.id, lock=True)).state = SprintState.ENDED
        (await uow.sprints.get("T1", second.id, lock=True)).state = SprintState.ENDED
    assert await conflict_notes.tell(at.ctx) == 3
    assert "No conflict any more: database-architect." in await notes_of_task(database, task)


async def notes_of_task(database: Database, task: Task) -> str:
    async with database.read() as uow:
        query = select(OutboxRow).where(
            OutboxRow.key.startswith("conflict-note:"), OutboxRow.task_id == task.id
        )
        rows = (await uow.session.scalars(query)).all()
    return "".join(words(row.payload["blocks"]) for row in rows)


@ONE
async def test_a_sprint_and_the_task_begun_in_it_are_one(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        task = await planned(uow, channel="C2")
        await sprint(uow, channel="C2", task=task)
    assert await conflict_notes.tell(at.ctx) == 0


@ONE
async def test_a_sprint_whose_thread_has_no_message_yet_is_told_later(
    at: Desk, database: Database
) -> None:
    async with database.begin() as uow:
        await planned(uow)
        await sprint(uow, channel="C2", root=provisional("x"))
    assert await conflict_notes.tell(at.ctx) == 1


@ONE
async def test_a_conflict_that_names_a_sprint_settles_it(at: Desk, database: Database) -> None:
    async with database.begin() as uow:
        task = await planned(uow)
        made = await sprint(uow, channel="C2")
    opened = await opened_for(at, Wanting(task.public_id, task.number), Wanting(made.public_id))
    await choose_best(at, opened)
    assert await conflict_notes.tell(at.ctx) == 0


async def test_two_teams_that_ask_for_one_service_clash(at: Desk, database: Database) -> None:
    """What one team asks is no conflict with the task that does it."""

    async def ask(team: str, text: str = "refunds in orders") -> HandOff:
        made = await hand_offs.request(
            at.ctx,
            NewHandOff(
                workspace_id="T1",
                channel_id="C5",
                team_channel_id="",
                direction="in",
                team=team,
                asked=Asked(text, None),
                user_id=team,
                key=f"{team}:{text}",
            ),
        )
        assert made is not None
        await hand_offs.answer(at.ctx, made, HandOffState.ACCEPTED, by="U1", receipt=made.id)
        async with database.begin() as uow:
            await uow.outbox.add(
                workspace_id="T1",
                channel_id="C5",
                key=f"hand-off:{made.id}:asked",
                method=POST,
                payload={},
                now=at.clock.now(),
            )
            card = await uow.outbox.by_key("T1", f"hand-off:{made.id}:asked")
            assert card is not None
            card.sent_ts = f"{made.number}.5"
        return made

    async with database.begin() as uow:
        await planned(uow, text="orders: refunds")
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
    await ask("mobile")
    await ask("mobile", "exports of orders")
    at.clock.advance(timedelta(minutes=2))
    assert await conflict_notes.tell(at.ctx) == 0
    await ask("frontend", "orders by day")
    at.clock.advance(timedelta(minutes=2))
    assert await conflict_notes.tell(at.ctx) == 4
    async with database.read() as uow:
        query = select(OutboxRow).where(OutboxRow.key.startswith("conflict-note:"))
        rows = (await uow.session.scalars(query)).all()
    assert {row.payload.get("thread_ts") for row in rows} == {None, "1.5", "2.5", "3.5"}
    for row in rows:
        assert "*orders* is wanted by H-1, H-2, H-3 and T-1" in words(row.payload["blocks"])
