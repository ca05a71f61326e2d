"""A process that is told to end, also before it has begun."""

import asyncio
import os
import signal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text

from bot.cli.process import life
from bot.cli.process.life import live
from bot.errors import SettingInvalid
from storage.uow import Database


class Bot:
    """Notes what is done with it; `wait` is awaited in its start."""

    def __init__(self, wait: Any = None, error: Exception | None = None, **more: Any) -> None:
        self.done: list[str] = []
        self._wait, self._error = wait, error
        self.runtime = SimpleNamespace(context=SimpleNamespace(database=more.get("database")))

    async def __aenter__(self) -> "Bot":
        self.done.append("start")
        try:
            if self._error is not None:
                raise self._error
            if self._wait is not None:
                await self._wait.wait()
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        self.done.append("close")


def told(_: object = None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def test_it_works_until_it_is_told_to_end() -> None:
    bot = Bot()
    async with asyncio.timeout(30):
        await live(cast(Any, bot), told)
    assert bot.done == ["start", "close"]


async def test_a_start_that_waits_for_slack_is_given_up() -> None:
    """Supervisors would kill it, with posts in hand."""
    bot = Bot(wait=asyncio.Event())
    asyncio.get_running_loop().call_later(0.05, told)
    async with asyncio.timeout(30):
        await live(cast(Any, bot), lambda _: pytest.fail("it never worked"))
    assert bot.done == ["start", "close"]


@pytest.mark.parametrize("error", [SettingInvalid("X", "is wrong."), TimeoutError("its own")])
async def test_why_it_cannot_start_is_told(error: Exception) -> None:
    bot, amiss = Bot(error=error), list[Any]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: amiss.append(context))
    with pytest.raises(type(error)) as caught:
        await live(cast(Any, bot), told)
    await asyncio.sleep(0)
    assert caught.value is error
    assert amiss == []
    assert bot.done == ["start", "close"]


async def test_it_ends_when_a_newer_program_migrates_its_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of an older program may mean something else by then."""
    monkeypatch.setattr(life, "LOOK_SECONDS", 0.01)
    bot = Bot(database=database)

    async def migrated() -> None:
        async with database.begin() as uow:
            await uow.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    others = list[asyncio.Task[None]]()
    with pytest.raises(SettingInvalid, match="of schema 9999"):
        async with asyncio.timeout(30):
            await live(cast(Any, bot), lambda _: others.append(asyncio.create_task(migrated())))
    assert bot.done == ["start", "close"]
