"""Turns to write: one at a time, acknowledgements first, none lost to a cancellation."""

import asyncio

import pytest

from storage.writers import Writers


async def test_the_urgent_go_first_and_the_others_in_order() -> None:
    writers, order = Writers(), list[str]()
    go = asyncio.Event()

    async def write(name: str, *, urgent: bool = False) -> None:
        async with writers.turn(urgent=urgent):
            order.append(name)
            await go.wait()

    async with asyncio.TaskGroup() as group:
        for name in ("first", "a", "b"):
            group.create_task(write(name))
        group.create_task(write("ack", urgent=True))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert order == ["first"]
        go.set()
    assert order == ["first", "ack", "a", "b"]


@pytest.mark.parametrize("after_it_was_given", [False, True])
async def test_a_cancelled_place_in_the_queue_holds_nobody_up(after_it_was_given: bool) -> None:
    writers = Writers()
    done: list[str] = []

    async def write(name: str) -> None:
        async with writers.turn(urgent=False):
            done.append(name)

    async with writers.turn(urgent=False):
        leaves = asyncio.create_task(write("leaves"))
        stays = asyncio.create_task(write("stays"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if not after_it_was_given:
            leaves.cancel()
    if after_it_was_given:
        leaves.cancel()
    await asyncio.gather(leaves, stays, return_exceptions=True)
    assert done == ["stays"]
    async with asyncio.timeout(5), writers.turn(urgent=False):
        done.append("free")


async def test_an_error_inside_passes_the_turn_on() -> None:
    writers = Writers()
    with pytest.raises(KeyError):
        async with writers.turn(urgent=True):
            raise KeyError
    async with asyncio.timeout(5), writers.turn(urgent=False):
        pass
