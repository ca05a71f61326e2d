"""SIGTERM in the middle of work, as each deployment sends it, and started again."""

import signal

import pytest

from tests.chaos.bots import send
from tests.chaos.conftest import Open

pytestmark = pytest.mark.chaos


async def test_stopped_politely(open_world: Open, faults: int) -> None:
    async with open_world("stopped") as world:
        for _ in range(max(2, faults // 10)):
            await world.busy()
            await world.moment()
            send(world.bots.living[0], signal.SIGTERM)
            world.faults += 1
            await world.until(lambda: len(world.bots.exits) >= world.faults)
    assert set(world.bots.exits) == {0}
