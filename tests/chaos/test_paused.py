"""A worker that stops breathing and comes back: stopped by SIGSTOP, as a frozen machine would be.

As long as its session with the database lives, its work is left alone. When the session ends, its
work goes on elsewhere; then the worker that wakes up must not do any of it.
"""

import asyncio
import signal

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bot.workflows.executors import _key as lock_key
from tests.chaos.bots import Process, send
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


async def test_paused_with_its_session(open_world: Open, faults: int) -> None:
    """Its lock is still its own: nobody touches its work, and it goes on where it was."""
    async with open_world("paused", bots=2) as world:
        for _ in range(max(1, faults // 40)):
            process = await _pause_one(world)
            await asyncio.sleep(world.dice.uniform(*PAUSE))
            send(process, signal.SIGCONT)
            world.faults += 1
    assert world.bots.exits == [0, 0]


async def test_paused_until_its_session_ended(open_world: Open, url: str, faults: int) -> None:
    """The server gave its session up; somebody else worked on; when it wakes up, it ends."""
    async with open_world("paused, session lost", bots=2) as world:
        for number in range(max(2, faults // 20)):
            process = await _pause_one(world)
            _end_session(world, url, process)
            # Awake in the middle of the take-over, or when the others are done with everything.
            if number % 2 == 0:
                await asyncio.sleep(world.dice.uniform(0, 8))
            else:
                await world.until(lambda: world.open_tasks() == 0)
            send(process, signal.SIGCONT)
            world.faults += 1
            await world.until(lambda: len(world.bots.exits) >= world.faults)
    assert world.bots.exits == [*[LOST] * world.faults, 0, 0]


async def _pause_one(world: World) -> Process:
    await world.busy()
    await world.moment()
    process = world.bots.living[world.dice.choice(sorted(world.bots.living))]
    send(process, signal.SIGSTOP)
    return process


def _end_session(world: World, url: str, process: Process) -> None:
    """End the connection that holds the process's lock, as the server does with a dead peer."""
    rows = world.books.rows(
        f"SELECT id FROM worker WHERE pid = {process.pid} AND stopped_at IS NULL"
    )
    key = lock_key(rows[0][0])
    uri = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(uri, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND classid::bigint = %s AND objid::bigint = %s AND granted",
            [key >> 32 & 0xFFFFFFFF, key & 0xFFFFFFFF],
        ).fetchall()
    assert ended == [(True,)]
