"""What of standups goes with time: whole runs, but never one whose blocker is open."""

from datetime import timedelta

from bot.services.retention import count_rows, remove_rows
from bot.settings import RetentionSettings
from storage.models import StandupAnswer, StandupBlocker, new_id
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE
from tests.storage.test_standups import add_schedule, add_standup

DAY = timedelta(days=1)
OLD = NOW - 400 * DAY
NAMES = ("standup_blockers", "standup_answers", "standup_members", "standup_questions", "standups")


async def _fill(uow: UnitOfWork, standup_id: str, *, number: int, solved: bool) -> None:
    await uow.standup_rows.ensure_member({"standup_id": standup_id, "user_id": "U1"})
    await uow.standup_rows.ask(WORKSPACE, "C1", [(0, "text", "What?")], standup_id=standup_id)
    uow.session.add(
        StandupAnswer(
            workspace_id=WORKSPACE, standup_id=standup_id, user_id="U1", position=0,
            text="x", answered_at=OLD,
        )
    )  # fmt: skip
    uow.session.add(
        StandupBlocker(
            id=new_id(), workspace_id=WORKSPACE, channel_id="C1", standup_id=standup_id,
            number=number, user_id="U1", text="stuck", times=1,
            solved_at=OLD if solved else None, created_at=OLD, updated_at=OLD,
        )
    )  # fmt: skip


async def test_a_closed_standup_goes_whole_unless_its_blocker_is_open(database: Database) -> None:
    async with database.begin() as uow:
        schedule = await add_schedule(uow)
        await uow.standup_rows.ask(WORKSPACE, "C1", [(0, "text", "Why?")], standup_id=None)
        runs = {
            "gone": await add_standup(uow, schedule, slot_key="a", state="closed"),
            "blocked": await add_standup(uow, schedule, slot_key="b", state="closed"),
            "new": await add_standup(uow, schedule, slot_key="c", state="closed"),
            "never opened": await add_standup(
                uow, schedule, slot_key="d", state="planned", opens_at=OLD
            ),
        }
        runs["gone"].closed_at = runs["blocked"].closed_at = OLD
        runs["new"].closed_at = NOW - 300 * DAY
        for number, (name, run) in enumerate(runs.items(), 1):
            await _fill(uow, run.id, number=number, solved=name != "blocked")
    kept = RetentionSettings(standup_days=0)
    assert not any("standup" in name for name in await count_rows(database, kept, now=NOW))
    settings = RetentionSettings()
    removed = await remove_rows(database, settings, now=NOW, batch=1)
    assert [removed[name] for name in NAMES] == [2, 2, 2, 2, 2]
    async with database.read() as uow:
        left = await uow.standups.newest(WORKSPACE, "C1", states=("closed", "planned"), limit=9)
        assert {run.id for run in left} == {runs["blocked"].id, runs["new"].id}
        assert [len(await uow.standup_rows.answers(run.id)) for run in left] == [1, 1]
        assert len(await uow.standup_rows.open_blockers(WORKSPACE, "C1")) == 1
        assert len(await uow.standup_rows.questions_of_channel(WORKSPACE, "C1")) == 1
    again = await remove_rows(database, settings, now=NOW)
    assert [again[name] for name in NAMES] == [0] * 5
