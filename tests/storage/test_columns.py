"""Column types: moments come back as they went in, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import DateTime, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from storage.models.base import UtcDateTime
from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE, add_call, add_task

KATHMANDU = timezone(timedelta(hours=5, minutes=45))


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 1, 1, 3, 0, tzinfo=KATHMANDU),
    ],
)
async def test_a_moment_comes_back_the_same_and_in_utc(
    database: Database, moment: datetime
) -> None:
    async with database.begin() as uow:
        made = await add_task(uow, resume_at=moment)
    async with database.read() as uow:
        task = await uow.tasks.get(made.id)
        assert task.resume_at == moment
        assert task.resume_at is not None
        assert task.resume_at.utcoffset() == timedelta(0)
        assert task.ended_at is None


async def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive datetime"):
        async with database.begin() as uow:
            await uow.channels.ensure_workspace(WORKSPACE, now=naive)


async def test_zones_do_not_confuse_comparisons(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_call(uow, task, "plan", "done", cost_micros=3)
        there = NOW.astimezone(KATHMANDU)
        assert await uow.ledger.committed_by_workspace(WORKSPACE, since=there) == 3
        later = there + timedelta(microseconds=1)
        assert await uow.ledger.committed_by_workspace(WORKSPACE, since=later) == 0


async def test_no_json_is_null_and_not_the_word(database: Database) -> None:
    async with database.begin() as uow:
        made = await add_task(uow)
        query = text("SELECT count(*) FROM task WHERE synthesis IS NULL")
        assert await uow.session.scalar(query) == 1
        assert made.synthesis is None


@pytest.mark.parametrize("micros", [0, 123456])
def test_sqlites_text_of_a_moment_is_the_librarys(micros: int) -> None:
    """Databases from before have the library's; both are read, and sorted as text."""
    dialect = sqlite.dialect()
    moment = datetime(2026, 3, 2, 9, 30, 15, micros, tzinfo=UTC)
    ours = UtcDateTime().bind_processor(dialect)
    librarys = DateTime().dialect_impl(dialect).bind_processor(dialect)
    back = UtcDateTime().result_processor(dialect, None)
    assert ours is not None
    assert librarys is not None
    assert back is not None
    said = ours(moment.astimezone(KATHMANDU))
    assert said == librarys(moment)
    assert (back(said), back("2026-03-02 09:30:15"), back(None)) == (
        moment,
        moment.replace(microsecond=0),
        None,
    )
