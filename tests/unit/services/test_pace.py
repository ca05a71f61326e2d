"""A person and a channel may start so many tasks in an hour, counted in the database."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import UserFacingError
from bot.settings import LimitSettings
from storage.uow import Database
from tests.support.desk import Desk, desk


def _few(database: Database, home: Path, *, user: int = 2, channel: int = 3) -> Desk:
    limit = LimitSettings(tasks_per_user_hour=user, tasks_per_channel_hour=channel)
    return desk(database, home, limit=limit)


async def _ask(at: Desk, number: int, **more: str) -> None:
    await at.take_in(ts=f"17000000{number:02}.000100", **more)


async def test_one_more_is_refused_with_when_to_come_back(
    database: Database, tmp_path: Path
) -> None:
    at = _few(database, tmp_path)
    await _ask(at, 1)
    at.clock.advance(timedelta(minutes=10))
    await _ask(at, 2)
    with pytest.raises(UserFacingError, match="You have started 2 tasks") as refused:
        await _ask(at, 3)
    assert "Try again in 50 minutes." in refused.value.sentence()
    await _ask(at, 4, user_id="U2")  # somebody else may
    at.clock.advance(timedelta(minutes=51))
    await _ask(at, 5)


async def test_a_channel_has_its_own_limit(database: Database, tmp_path: Path) -> None:
    at = _few(database, tmp_path)
    for number in range(3):
        await _ask(at, number, user_id=f"U{number}")
    with pytest.raises(UserFacingError, match="This channel has started 3 tasks"):
        await _ask(at, 9, user_id="U9")
    await _ask(at, 10, user_id="U9", channel_id="C2")
    await _ask(at, 11, user_id="U9", workspace_id="T2")  # another company's C1


async def test_what_was_refused_is_not_stored(database: Database, tmp_path: Path) -> None:
    at = _few(database, tmp_path, user=1)
    await _ask(at, 1)
    with pytest.raises(UserFacingError):
        await _ask(at, 2)
    async with database.read() as uow:
        assert len(await uow.tasks.newest("T1", limit=9, channel_id="C1")) == 1


async def test_zero_is_no_limit(database: Database, tmp_path: Path) -> None:
    at = _few(database, tmp_path, user=0, channel=0)
    for number in range(5):
        await _ask(at, number)


async def test_a_follow_up_starts_no_task(database: Database, tmp_path: Path) -> None:
    at = _few(database, tmp_path, user=1)
    await _ask(at, 1)
    await at.take_in(ts="1700000001.000200", root_ts="1700000001.000100")
