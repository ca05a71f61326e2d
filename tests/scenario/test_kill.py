"""Kill -9 in the middle of `teamlead ask`: the same command goes on, and pays for nothing twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits, Step
from tests.support.processes import Home, kill, teamlead, until

WISH = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps"
WORK = 9
CALLS = 1 + WORK + 1
"""A plan, assignments in waves of 3, 4 and 2, a synthesis."""
ASK = ("ask", WISH, "--json", "--model", "claude")

pytestmark = pytest.mark.chaos


@pytest.fixture
async def server() -> AsyncIterator[MessagesServer]:
    async with MessagesServer(Habits(waves=(3, 4, 2))) as running:
        yield running


@pytest.fixture
def home(server: MessagesServer, tmp_path: Path) -> Home:
    return Home(tmp_path, server.url)


def hold_after(server: MessagesServer, answered: int) -> None:
    """Answer so many calls; those after them hang."""
    server.script.extend([*[Step()] * answered, *[Step("slow", seconds=3600)] * CALLS])


async def go_on(home: Home) -> dict[str, Any]:
    """Run the same command again and return its JSON; it must end well."""
    async with teamlead(home, *ASK) as process:
        out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert "Going on with T-1" in errors.decode()
    return dict(json.loads(out))


def check_whole(result: dict[str, Any]) -> None:
    """Nothing is missing from the result."""
    assert (result["task"]["id"], result["task"]["state"]) == ("T-1", "done")
    assert len(result["assignments"]) == WORK
    assert all(item["output"] for item in result["assignments"])
    assert result["synthesis"]
    assert [item["id"] for item in result["decisions"]] == ["D-1"]


@pytest.mark.parametrize(
    ("answered", "in_flight"),
    [
        pytest.param(0, 1, id="plan"),
        pytest.param(1, 3, id="first wave", marks=pytest.mark.long),
        pytest.param(2, 2, id="first wave, one back"),
        pytest.param(4, 4, id="between waves", marks=pytest.mark.long),
        pytest.param(6, 2, id="second wave, two back", marks=pytest.mark.long),
        pytest.param(8, 2, id="last wave"),
        pytest.param(10, 1, id="synthesis", marks=pytest.mark.long),
    ],
)
async def test_killed_with_calls_in_flight(
    server: MessagesServer, home: Home, answered: int, in_flight: int
) -> None:
    """Only the calls that were in flight are made again."""
    hold_after(server, answered)
    async with teamlead(home, *ASK) as process:
        await until(
            lambda: (
                home.states() == {"done": answered, "reserved": in_flight}
                if answered
                else home.states() == {"reserved": in_flight}
            ),
            process=process,
        )
        await until(lambda: server.stats.in_flight == in_flight, process=process)
        await kill(process)
    server.script.clear()
    await until(lambda: server.stats.in_flight == 0)
    assert server.stats.requests == answered + in_flight

    result = await go_on(home)

    check_whole(result)
    assert home.states() == {"done": CALLS, "lost": in_flight}
    assert server.stats.requests == CALLS + in_flight
    done = [step for step, state in home.calls() if state == "done"]
    assert len(set(done)) == CALLS
    assert result["usage"]["calls"] == CALLS
    assert result["usage"]["calls_lost"] == in_flight


@pytest.mark.long
@pytest.mark.parametrize("arrived", [1, 2, 5, 9, 11])
async def test_killed_at_any_moment(server: MessagesServer, home: Home, arrived: int) -> None:
    """Killed as a call arrives, with others half settled: the ledger decides what is repeated."""
    server.habits = Habits(waves=(3, 4, 2), latency=0.02)
    async with teamlead(home, *ASK) as process:
        await until(lambda: server.stats.requests >= arrived, process=process)
        await kill(process)
    await until(lambda: server.stats.in_flight == 0)
    before, made = home.states(), server.stats.requests

    result = await go_on(home)

    check_whole(result)
    after = home.states()
    assert after["done"] == CALLS
    assert after["lost"] == before["reserved"]
    assert server.stats.requests - made == CALLS - before["done"]
    assert server.stats.requests <= CALLS + before["reserved"]


async def test_killed_again_and_again(server: MessagesServer, home: Home) -> None:
    """Each start gets a little further; what was done once stays done."""
    for target in (1, 3, 6):
        hold_after(server, target - home.states()["done"])
        async with teamlead(home, *ASK) as process:
            await until(partial(_has_done, home, target), process=process)
            await kill(process)
        await until(lambda: server.stats.in_flight == 0)
        server.script.clear()

    check_whole(await go_on(home))
    assert home.states()["done"] == CALLS
    assert CALLS <= server.stats.requests <= CALLS + home.states()["lost"]


def _has_done(home: Home, count: int) -> bool:
    return home.states()["done"] == count


async def test_two_terminals_at_once(server: MessagesServer, home: Home) -> None:
    """The second says so and leaves the first alone."""
    hold_after(server, 1)
    async with teamlead(home, *ASK) as first:
        await until(lambda: server.stats.in_flight == 3, process=first)
        async with teamlead(home, *ASK) as second:
            out, errors = await second.communicate()
        assert second.returncode == 2
        assert out == b""
        assert "T-1 with the same text is being worked in another terminal." in errors.decode()
        assert server.stats.requests == 4
        assert first.returncode is None


async def test_ctrl_c_is_like_a_kill_but_quiet(server: MessagesServer, home: Home) -> None:
    """No stack trace, nothing on stdout, and the same command goes on."""
    hold_after(server, 2)
    async with teamlead(home, *ASK) as process:
        await until(lambda: home.states()["done"] == 2, process=process)
        await until(lambda: server.stats.in_flight == 2, process=process)
        process.send_signal(2)
        out, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode not in (0, 1)
    assert out == b""
    assert "Traceback" not in errors.decode()
    server.script.clear()

    check_whole(await go_on(home))
    assert home.states() == {"done": CALLS, "lost": 2}
