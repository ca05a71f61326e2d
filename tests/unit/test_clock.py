"""A limit in the time of a clock: its block is cancelled when the time is over, and only then."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ManualClock, SystemClock

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


async def test_a_block_over_its_limit_is_cancelled() -> None:
    clock, ended = ManualClock(NOON), []

    async def work() -> None:
        async with clock.limit(30):
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(clock.now())

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    clock.advance(timedelta(seconds=29))
    await asyncio.sleep(0)
    assert not task.done()
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TimeoutError):
        await task
    assert ended == [NOON + timedelta(seconds=30)]


async def test_a_block_that_ended_in_time_is_left_alone() -> None:
    clock = ManualClock(NOON)
    async with clock.limit(30):
        await asyncio.sleep(0)
    clock.advance(timedelta(seconds=60))
    await asyncio.sleep(0)


async def test_the_machines_clock_ends_a_block_too() -> None:
    with pytest.raises(TimeoutError):
        async with SystemClock().limit(0):
            await asyncio.Event().wait()
