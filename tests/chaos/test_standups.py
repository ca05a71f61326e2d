"""A standup whose processes are killed while it is open: another reminds, closes, reports, once.

The slot and the window are real; only their moments are brought near in the rows, for nobody waits
an hour here.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from bot.clock import SystemClock
from bot.workspace.seed import BACKEND, LI, MAYA, PRIYA, TOM
from bot.workspace.shapes import Json
from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.models import Schedule, Standup, StandupMember
from storage.uow import Database
from tests.chaos.books import Unreadable
from tests.chaos.bots import send
from tests.chaos.conftest import Open
from tests.chaos.world import World
from tests.support.stage import words

pytestmark = pytest.mark.chaos

OFFLINE = {"TEAMLEAD_MODEL_PROVIDER": "offline"}
MISSING = (MAYA, LI, PRIYA)
OPENED = "SELECT count(*) FROM outbox WHERE view = 'standup_card' AND sent_ts IS NOT NULL"
REMINDED = "SELECT count(*) FROM outbox WHERE key LIKE '%:remind:%'"
CLOSED = "SELECT count(*) FROM standup WHERE state = 'closed'"


@pytest.fixture
def replicas(url: str) -> int:
    """Three share a PostgreSQL; a SQLite file has one process, which is started again."""
    return 3 if url.startswith("postgresql") else 1


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("sqlite", marks=pytest.mark.long),
        pytest.param("postgres", marks=pytest.mark.postgres),
    ],
    indirect=True,
)
async def test_a_standup_outlives_its_processes(open_world: Open, url: str, replicas: int) -> None:
    async with open_world("killed in a standup", bots=replicas, **OFFLINE) as world:
        slot = await _schedule(world)
        await _bring_near(url, update(Schedule).values(next_slot_at=slot))
        await _until(world, lambda: _count(world, OPENED))
        root = str(_roots(world)[0]["ts"])
        await world.workspace.say(TOM, BACKEND, "next: tests\nblocked: no staging", thread_ts=root)
        await _until(world, lambda: _count(world, "SELECT count(*) FROM standup_answer"))
        await _kill(world, for_good=replicas > 1)

        now = SystemClock().now()
        reminded = update(StandupMember).values(remind_at=now)
        await _bring_near(url, reminded, update(Standup).values(due_at=now))
        await _until(world, lambda: _count(world, REMINDED))
        await _kill(world)
        await _until(world, lambda: all(_reminders(world, user) for user in MISSING))

        now = SystemClock().now()
        closed = update(StandupMember).values(closes_at=now)
        await _bring_near(url, closed, update(Standup).values(closes_at=now, due_at=now))
        await _until(
            world, lambda: _count(world, "SELECT count(*) FROM standup WHERE due_at IS NULL")
        )
        await _kill(world)
        await _until(world, lambda: _reports(world, root))
        await world.settle()
        _once(world, root)
    ended = Counter(world.bots.exits)
    assert ended == {-signal.SIGKILL: 3, 0: min(replicas, 2)}, world.logs()


async def _schedule(world: World) -> datetime:
    """Set a standup whose time has just passed today; returns that moment."""
    slot = SystemClock().now().replace(second=0, microsecond=0)
    text = f"schedule standup daily {slot:%H:%M} UTC for 60 min"
    await world.workspace.command(MAYA, BACKEND, "/lead", text)

    def shown() -> Json | None:
        said = world.workspace.whispers(MAYA)
        return next((one for one in said if "not saved yet" in words(one)), None)

    await _until(world, shown)
    preview = shown()
    assert preview is not None
    await world.workspace.click(MAYA, BACKEND, str(preview["ts"]), "schedule.save")
    await _until(world, lambda: _count(world, "SELECT count(*) FROM schedule"))
    return slot


async def _bring_near(url: str, *changes: Any) -> None:
    """Let what comes next come now: carry out these changes of moments."""
    database = Database(open_engine(parse_url(url)))
    async with database.begin() as uow:
        for change in changes:
            await uow.session.execute(change)
    await database.close()


async def _kill(world: World, *, for_good: bool = False) -> None:
    """Kill a random living process, whichever had the work."""
    await _until(world, lambda: world.bots.living)
    killed = world.bots.exits.count(-signal.SIGKILL)
    slot = world.dice.choice(sorted(world.bots.living))
    if for_good:
        world.bots.left_dead.add(slot)
        world.bots.count -= 1
    send(world.bots.living[slot], signal.SIGKILL)
    world.faults += 1
    await _until(world, lambda: world.bots.exits.count(-signal.SIGKILL) > killed)


async def _until(world: World, condition: Callable[[], object]) -> None:
    """Wait until `condition()` holds, asking seldom: it reads the database."""
    try:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - another process changes it
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(world.logs()) from None


def _once(world: World, root: str) -> None:
    """Each thing happened once: in the tables and in Slack."""
    rows = world.books.rows
    assert [state for (state,) in rows("SELECT state FROM standup")] == ["closed"]
    assert rows("SELECT state FROM schedule_run WHERE workspace_id IS NOT NULL") == [("done",)]
    assert len(_roots(world)) == len(_reports(world, root)) == 1
    assert [len(_reminders(world, user)) for user in (*MISSING, TOM)] == [1, 1, 1, 0]
    report = words(_reports(world, root)[0])
    assert "1 of 4 in" in report
    assert "B-1 no staging" in report


def _count(world: World, query: str) -> int:
    with suppress(Unreadable):
        return world.books.count(query)
    return 0


def _roots(world: World) -> list[Json]:
    posts = world.workspace.history(BACKEND)
    return [p for p in posts if p.get("bot_id") and "*Standup* ·" in words(p)]


def _reports(world: World, root: str) -> list[Json]:
    posts = world.workspace.thread(BACKEND, root)[1:]
    return [p for p in posts if p.get("bot_id") and str(p["text"]).startswith("Report:")]


def _reminders(world: World, user: str) -> list[Json]:
    posts = world.workspace.history(f"D{user[1:]}")
    return [p for p in posts if p.get("bot_id") and "closes" in words(p)]
