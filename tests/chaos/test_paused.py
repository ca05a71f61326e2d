"""A worker that stops breathing and comes back: stopped by SIGSTOP, as a frozen machine would be.

As long as its session with the database lives, its work is left alone. When the session ends, its
work goes on elsewhere; then the worker that wakes up must not do any of it.
"""

import asyncio
import signal

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.chaos.bots import application, send
from tests.chaos.conftest import Open
from tests.chaos.world import World

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.postgres,
    pytest.mark.parametrize("url", ["postgres"], indirect=True),
]

LOST = 1
"""Exit code of a process that has lost its lock."""
PAUSE = (13.0, 16.0)
"""Seconds; over four time-outs of Slack, after which a half-sent post of it is looked up."""


@pytest.mark.long
async def test_paused_with_its_session(open_world: Open, faults: int) -> None:
    """Its lock is still its own: nobody touches its work, and it goes on where it was."""
    async with open_world("paused", bots=2) as world:
        for _ in range(max(1, faults // 40)):
            process = world.bots.living[await _pause_one(world)]
            await asyncio.sleep(world.dice.uniform(*PAUSE))
            send(process, signal.SIGCONT)
            world.faults += 1
    assert world.bots.exits == [0, 0]


@pytest.mark.long
async def test_paused_until_its_session_ended(open_world: Open, url: str, faults: int) -> None:
    """The server gave its session up; somebody else worked on; when it wakes up, it ends."""
    async with open_world("paused, session lost", bots=2) as world:
        for number in range(max(2, faults // 20)):
            slot = await _pause_one(world)
            process = world.bots.living[slot]
            _end_sessions(url, slot)
            # Awake in the middle of the take-over, or when the others are done with everything.
            if number % 2 == 0:
                await asyncio.sleep(world.dice.uniform(0, 8))
            else:
                await world.until(lambda: world.open_tasks() == 0)
            send(process, signal.SIGCONT)
            world.faults += 1
            await world.until(lambda: len(world.bots.exits) >= world.faults)
    assert world.bots.exits == [*[LOST] * world.faults, 0, 0]


async def _pause_one(world: World) -> int:
    await world.busy()
    await world.moment()
    slot = world.dice.choice(sorted(world.bots.living))
    send(world.bots.living[slot], signal.SIGSTOP)
    return slot


def _end_sessions(url: str, slot: int) -> None:
    """End the connections of a slot's process, its lock's among them, as with a dead peer.

    The engine's own connections bear no name; one that waits inside a transaction is the frozen
    process's.
    """
    uri = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(uri, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND (application_name = %s"
            " OR (application_name = 'dbos_transact' AND state = 'idle in transaction'))",
            [application(slot)],
        ).fetchall()
    assert ended
