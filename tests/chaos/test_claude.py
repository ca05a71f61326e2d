"""Claude on bad days: limits, overload, silence, cut streams, answers that are none."""

from typing import Any

import pytest

from tests.chaos.conftest import Open
from tests.chaos.world import World
from tests.support.messages_steps import Kind, Step

pytestmark = pytest.mark.chaos

KINDS: tuple[Kind, ...] = (
    "rate_limited",
    "overloaded",
    "overloaded_inside",
    "server_error",
    "unavailable",
    "cut",
    "ended",
    "garbage",
    "slow",
    "no_json",
    "incomplete",
    "max_tokens",
)
SILENT = Step("slow", seconds=3600)
DEADLINE = 20
"""Seconds until a call without an answer is given up; its task pauses for a minute then."""


@pytest.mark.long
async def test_trouble_with_claude(open_world: Open, faults: int) -> None:
    """Each kind in turn, several tasks under way: whichever call comes next meets it."""
    async with open_world("claude") as world:
        for number in range(max(len(KINDS), faults // 4)):
            await world.busy()
            await world.moment()
            kind = KINDS[number % len(KINDS)]
            world.claude.faults.append(Step(kind, seconds=world.dice.uniform(0.1, 1.5)))
            world.faults += 1
    assert not world.claude.faults
    assert world.bots.exits == [0]


@pytest.mark.long
async def test_claude_falls_silent(open_world: Open, faults: int) -> None:
    """No answer until the deadline: the tasks pause, and go on when it is back."""
    if faults < 100:
        pytest.skip("a pause lasts a minute; make chaos has the time for it")
    options: dict[str, Any] = {"TEAMLEAD_MODEL_DEADLINE_SECONDS": str(DEADLINE)}
    async with open_world("claude silent", **options) as world:
        world.patience += 75  # a pause and the tick that ends it
        await world.busy()
        await world.moment()
        world.claude.script.extend([SILENT] * 100)
        await _all_paused(world)
        world.claude.script.clear()
    assert world.bots.exits == [0]


async def _all_paused(world: World) -> None:
    def paused() -> bool:
        states = [state for (state,) in world.books.rows("SELECT state FROM task")]
        open_ones = [state for state in states if state != "done"]
        return bool(open_ones) and set(open_ones) == {"paused"}

    await world.until(paused, seconds=6 * DEADLINE)
    world.faults += sum(made.kind == "slow" for made in world.claude.made)
