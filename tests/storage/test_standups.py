"""The questions about standups: once per slot, what is due, whose thread, what blocks whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.lanes import POST
from bot.errors import NotFound
from storage.models import Schedule, Standup, StandupAnswer, StandupBlocker, new_id
from storage.repositories.standups import root_key
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

DAY = timedelta(days=1)


async def add_schedule(uow: UnitOfWork) -> Schedule:
    """Store a schedule of channel C1."""
    await uow.channels.ensure(WORKSPACE, "C1", now=NOW)
    return await uow.schedules.add(
        Schedule(
            workspace_id=WORKSPACE, channel_id="C1", number=1, kind="standup", name="Standup",
            words="daily 09:00", rule={}, zones=["UTC"], regions=[], work_days=[0], days_off=[],
            window_minutes=60, missed_hours=0, created_by="U1", created_at=NOW, updated_at=NOW,
        )
    )  # fmt: skip


async def add_standup(uow: UnitOfWork, schedule: Schedule, **values: Any) -> Standup:
    """Store a run of the schedule."""
    given: dict[str, Any] = {
        "id": new_id(),
        "workspace_id": WORKSPACE,
        "channel_id": "C1",
        "schedule_id": schedule.id,
        "slot_key": "2026-03-02 09:00",
        "name": "Standup",
        "state": "open",
        "since": NOW,
        "opens_at": NOW,
        "closes_at": NOW + timedelta(hours=1),
        "created_at": NOW,
    } | values
    assert await uow.standups.ensure(given)
    assert not await uow.standups.ensure(given | {"id": new_id()})
    return await uow.standups.of_slot(schedule.id, given["slot_key"])


async def test_a_slot_has_one_run_and_is_due_when_it_says(database: Database) -> None:
    async with database.begin() as uow:
        schedule = await add_schedule(uow)
        row = await add_standup(uow, schedule, due_at=NOW + timedelta(minutes=48))
        older = await add_standup(
            uow, schedule, slot_key="2026-03-01 09:00", opens_at=NOW - DAY, state="closed"
        )
        ahead = await add_standup(
            uow, schedule, slot_key="2026-03-03 09:00", opens_at=NOW + DAY, state="planned"
        )
    async with database.read() as uow:
        find = uow.standups
        assert await find.due(NOW, limit=9) == []
        assert await find.due(NOW + timedelta(hours=1), limit=9) == [(WORKSPACE, row.id)]
        states = ("open", "closed", "planned")
        newest = await find.newest(WORKSPACE, "C1", states=states, limit=9)
        assert [found.id for found in newest] == [ahead.id, row.id, older.id]
        assert await find.newest(WORKSPACE, "C2", states=states) == []
        before = await find.before(schedule.id, NOW)
        assert before is not None
        assert before.id == older.id
        held = await find.between(WORKSPACE, "C1", date(2026, 3, 1), date(2026, 3, 3))
        assert [found.id for found in held] == [older.id, row.id]
        assert await find.between("T2", "C1", date(2026, 3, 1), date(2026, 3, 3)) == []
        with pytest.raises(NotFound):
            await find.get("T2", row.id)


async def test_a_thread_is_found_by_its_first_message(database: Database) -> None:
    async with database.begin() as uow:
        row = await add_standup(uow, await add_schedule(uow))
        place: dict[str, Any] = {"workspace_id": WORKSPACE, "channel_id": "C1"}
        await uow.outbox.add(**place, key=root_key(row.id), method=POST, payload={}, now=NOW)
        sent = await uow.outbox.by_key(WORKSPACE, root_key(row.id))
        assert sent is not None
        sent.sent_ts = "1.0"
        await uow.session.flush()
        found = await uow.standups.by_root(WORKSPACE, "C1", "1.0")
        assert found is row
        for channel, ts in (("C1", "2.0"), ("C2", "1.0")):
            assert await uow.standups.by_root(WORKSPACE, channel, ts) is None


async def test_questions_are_kept_for_the_run(database: Database) -> None:
    async with database.begin() as uow:
        row = await add_standup(uow, await add_schedule(uow))
        rows = uow.standup_rows
        await rows.ask(WORKSPACE, "C1", [(0, "text", "Old?")], standup_id=row.id)
        await rows.ask(WORKSPACE, "C1", [(0, "text", "A?"), (1, "mood", "B?")], standup_id=None)
        await rows.ask(WORKSPACE, "C1", [(0, "text", "New?")], standup_id=None)
        assert [q.text for q in await rows.questions(row.id)] == ["Old?"]
        assert [q.text for q in await rows.questions_of_channel(WORKSPACE, "C1")] == ["New?"]
        assert await rows.questions_of_channel(WORKSPACE, "C2") == []


async def test_runs_that_asked_a_person_since(database: Database) -> None:
    async with database.begin() as uow:
        row = await add_standup(uow, await add_schedule(uow))
        await uow.standup_rows.ensure_member({"standup_id": row.id, "user_id": "U1"})
        asked = uow.standups.asked_since
        assert await asked(WORKSPACE, "U1", row.closes_at - MINUTE) == [row.id]
        assert await asked(WORKSPACE, "U1", row.closes_at) == []
        assert await asked(WORKSPACE, "U2", row.closes_at - MINUTE) == []
        assert await asked("T9", "U1", row.closes_at - MINUTE) == []


async def test_one_answer_to_each_question_and_who_is_missing(database: Database) -> None:
    async with database.begin() as uow:
        row = await add_standup(uow, await add_schedule(uow))
        rows = uow.standup_rows
        window = {"opens_at": NOW - HOUR, "closes_at": NOW + HOUR}
        asked = {"standup_id": row.id} | window
        for user in ("U1", "U2"):
            assert await rows.ensure_member(asked | {"user_id": user})
        assert await rows.ensure_member(asked | {"user_id": "U3", "off": "away"})
        assert await rows.ensure_member(asked | {"user_id": "U5", "opens_at": NOW + HOUR})
        assert await rows.ensure_member(asked | {"user_id": "U6", "closes_at": NOW})
        assert not await rows.ensure_member({"standup_id": row.id, "user_id": "U1"})
        said = {"workspace_id": WORKSPACE, "standup_id": row.id, "user_id": "U1", "position": 0}
        uow.session.add(StandupAnswer(**said, text="x", history={}, answered_at=NOW))
        await uow.session.flush()
        waits = {
            f"U{n}"
            for n in range(1, 7)
            if await uow.standups.waiting_for(WORKSPACE, f"U{n}", now=NOW)
        }
        assert waits == {"U2"}, "answered, off, unknown, not open yet, closed"
        with pytest.raises(IntegrityError):
            async with uow.session.begin_nested():
                uow.session.add(StandupAnswer(**said, text="y", history={}, answered_at=NOW))


async def test_blockers_are_open_until_solved(database: Database) -> None:
    async with database.begin() as uow:
        row = await add_standup(uow, await add_schedule(uow))
        rows, made = uow.standup_rows, []
        for number, user in enumerate(("U1", "U2"), 1):
            made.append(
                StandupBlocker(
                    id=new_id(), workspace_id=WORKSPACE, channel_id="C1", standup_id=row.id,
                    number=await uow.numbers.next(StandupBlocker, WORKSPACE), user_id=user,
                    text="no owner", times=number, created_at=NOW, updated_at=NOW,
                )
            )  # fmt: skip
            uow.session.add(made[-1])
            await uow.session.flush()
        assert [b.public_id for b in await rows.blockers_of(row.id)] == ["B-2", "B-1"]
        assert await rows.open_blockers(WORKSPACE, "C1", user_id="U1") == [made[0]]
        made[0].solved_at = NOW
        await uow.session.flush()
        assert await rows.open_blockers(WORKSPACE, "C1") == [made[1]]
        span = {"since": NOW, "until": NOW + DAY}
        assert await rows.solved_between(WORKSPACE, "C1", **span) == [made[0]]
        with pytest.raises(NotFound):
            await rows.blocker("T2", made[0].id)
