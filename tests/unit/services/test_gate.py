"""The gate: shut it lets nothing begin, and what Slack waits for goes first."""

import asyncio

from bot.services.gate import Gate


async def _entered(gate: Gate) -> None:
    await gate.enter()


async def test_shut_it_lets_nobody_in_until_it_opens() -> None:
    gate = Gate()
    await gate.shut(0)
    waits = asyncio.create_task(_entered(gate))
    await asyncio.sleep(0.01)
    assert not waits.done()
    gate.open()
    await asyncio.wait_for(waits, 5)


async def test_who_stands_in_line_does_not_slip_through_after_the_end() -> None:
    gate = Gate()
    with gate.receiving():
        waits = [asyncio.create_task(_entered(gate)) for _ in range(3)]
        await asyncio.sleep(0.01)
        await gate.shut(0)
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in waits)
    gate.open()
    await asyncio.wait_for(asyncio.gather(*waits), 5)


async def test_shutting_waits_for_what_is_inside() -> None:
    gate = Gate()
    with gate.inside():
        assert await gate.shut(0.01) == 1
        ending = asyncio.create_task(gate.shut(30))
        await asyncio.sleep(0)
    assert await ending == 0


async def test_steps_wait_while_slack_waits_for_an_answer() -> None:
    gate = Gate()
    with gate.receiving():
        with gate.receiving():
            waits = asyncio.create_task(_entered(gate))
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)
        assert not waits.done()
    await asyncio.wait_for(waits, 5)


async def test_but_not_for_ever() -> None:
    gate = Gate()
    with gate.receiving():
        await asyncio.wait_for(gate.enter(), 30)
