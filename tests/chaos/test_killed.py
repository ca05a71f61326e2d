"""Kill -9 at random moments, as a power cut would: one process alone, and one of two."""

import signal

import pytest

from tests.chaos.bots import send
from tests.chaos.conftest import Open
from tests.chaos.world import World

pytestmark = pytest.mark.chaos


async def kill_some(world: World, count: int) -> None:
    """Kill a random bot `count` times, each time at another moment of the work."""
    for _ in range(count):
        await world.busy()
        await world.moment()
        slot = world.dice.choice(sorted(world.bots.living))
        send(world.bots.living[slot], signal.SIGKILL)
        world.faults += 1
        await world.until(lambda: world.bots.exits.count(-signal.SIGKILL) >= world.faults)


@pytest.mark.parametrize(
    "url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long])],
    indirect=True,
)
async def test_killed_alone(open_world: Open, faults: int) -> None:
    async with open_world("killed") as world:
        await kill_some(world, max(3, faults // 5))
    assert set(world.bots.exits) == {0, -signal.SIGKILL}


@pytest.mark.postgres
@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_killed_one_of_two(open_world: Open, faults: int) -> None:
    async with open_world("killed, one of two", bots=2) as world:
        await kill_some(world, max(3, faults // 10))
    assert set(world.bots.exits) == {0, -signal.SIGKILL}
