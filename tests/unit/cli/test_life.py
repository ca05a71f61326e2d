"""A process that is told to end, also before it has begun."""

import asyncio
import os
import signal
from typing import Any, cast

import pytest

from bot.cli.process.life import live
from bot.errors import SettingInvalid


class Bot:
    """Notes what is done with it; `wait` is awaited in its start."""

    def __init__(self, wait: Any = None, error: Exception | None = None) -> None:
        self.done: list[str] = []
        self._wait, self._error = wait, error

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
