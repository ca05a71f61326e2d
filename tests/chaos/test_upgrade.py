"""A rolling upgrade: what waits for a person, or is under way, lives through a new version."""

import signal
from contextlib import suppress

import pytest

from bot.workspace.seed import MAYA
from bot.workspace.shapes import Json, SlackError
from tests.chaos.bots import send
from tests.chaos.conftest import Open
from tests.chaos.next_version import STEP_TAKEN, VERSION
from tests.chaos.world import World
from tests.support.messages_steps import Step
from tests.support.stage import action_ids

pytestmark = pytest.mark.chaos

NEXT = ("tests.chaos.next_version", "run")
CHEAP = {"TEAMLEAD_BUDGET_APPROVE_ABOVE": "0.000001"}
"""Dollars; every plan waits for a yes."""
DEAR = {"TEAMLEAD_BUDGET_APPROVE_ABOVE": "100000"}


async def test_approvals_and_runs_live_through_an_upgrade(open_world: Open) -> None:
    """A decision, a plan and a run of the old version are honoured by the new one, each once."""
    async with open_world("upgraded", **DEAR) as world:
        decided = await world.wish()
        card = await _button(world, decided, "decision.accept")
        await _replace(world, **CHEAP)
        planned = await world.wish()
        plan = await _button(world, planned, "plan.approve")
        await _replace(world, **DEAR)
        await _begin(world)
        await _replace(world, *NEXT)

        await _click(world, decided, card, "decision.accept")
        await _click(world, planned, plan, "plan.approve")

        await world.until(lambda: _decisions(world, "accepted") == 1)
        await world.until(lambda: world.open_tasks() == 0)
        await _click(world, decided, card, "decision.accept")  # a card of the old version
        await world.settle()
        assert _decisions(world, "accepted") == 1
        approved = world.books.rows("SELECT noun_id FROM audit WHERE action = 'plan.approve'")
        assert len(approved) == 1
        versions = [row[0] for row in world.books.rows("SELECT version FROM worker")]
        assert VERSION in versions
        assert STEP_TAKEN in world.bots.log(0, most=10**9)
    assert set(world.bots.exits) == {0}


async def _replace(world: World, *words: str, **environment: str) -> None:
    """Stop the bot as a deployment does and start the next version in its place."""
    ended = len(world.bots.exits)
    world.bots.change(*words, **environment)
    send(world.bots.living[0], signal.SIGTERM)
    await world.until(lambda: len(world.bots.exits) > ended)
    world.claude.script.clear()
    world.faults += 1
    await world.connected()


async def _begin(world: World) -> None:
    """Have a task in the middle of its work: its first specialist waits for an answer."""
    world.claude.script.extend([Step(), *[Step("slow", seconds=3600)] * 2])
    await world.wish()
    await world.until(lambda: sum(made.kind == "slow" for made in world.claude.made) == 2)


async def _button(world: World, wish: str, action: str) -> Json:
    """Return the post in the wish's thread that has the button, once it is there."""
    room, ts = world.sent[wish]

    def found() -> Json | None:
        posts = world.workspace.thread(room, ts)[1:]
        return next((post for post in posts if action in action_ids(post)), None)

    await world.until(found)
    post = found()
    assert post is not None
    return post


async def _click(world: World, wish: str, post: Json, action: str) -> None:
    """Press a button; one that the card has no more cannot be pressed."""
    room, _ = world.sent[wish]
    with suppress(SlackError):
        await world.workspace.click(MAYA, room, post["ts"], action)


def _decisions(world: World, state: str) -> int:
    return world.books.count(f"SELECT count(*) FROM decision WHERE state = '{state}'")
