"""Kills one of three processes during 50 tasks and times until another goes on with its work.

`python -m benchmarks.takeover`: `teamlead run` three times on one PostgreSQL, the local workspace
and a local Messages server; the killed process is not started again. Audited like the chaos suite.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks import bots, machine, report
from benchmarks.report import Measure
from tests.chaos.bots import send
from tests.chaos.world import World, world

TASKS: Final = 50
PROCESSES: Final = 3
DONE_BEFORE: Final = 10
"""Tasks that have ended when the process is killed."""

MEASURES: Final = (
    Measure("takeover_s", "from the kill until its work is taken over, s", 2, most=10.0),
    Measure("done", "tasks done of 50", 0, least=TASKS),
    Measure("tasks_doubled", "tasks doubled", 0, most=0),
    Measure("posts_lost", "posts lost", 0, most=0),
    Measure("posts_doubled", "posts doubled", 0, most=0),
    Measure("calls_paid_twice", "calls paid twice without a death in them", 0, most=0),
    Measure("in_flight", "calls in flight at the kill", 0),
    Measure("calls_repeated", "of them made again", 0),
)


def main() -> None:
    """Run the benchmark; exit code 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-keep", action="store_true", help="write nothing to results/")
    given = parser.parse_args()
    facts = machine.facts()
    runs = [asyncio.run(_measure(seed)) for seed in range(given.runs)]
    facts["load_after"] = round(os.getloadavg()[0], 2)
    result = report.Result(
        title=f"One of {PROCESSES} processes killed during {TASKS} tasks, PostgreSQL",
        measures=MEASURES,
        columns={"teamlead": runs},
        facts=facts,
        notes=["50 ms a model call; eight tasks at once in a process; the dead one stays dead."],
        judged="teamlead",
    )
    report.publish(result, "takeover", as_json=given.json, keep=not given.no_keep)
    sys.exit(0 if result.met() else 1)


async def _measure(seed: int) -> report.Numbers:
    with bots.postgres() as url, tempfile.TemporaryDirectory(prefix="tlt-") as folder:
        async with world(url, Path(folder), seed=seed, bots=PROCESSES) as made:
            for _ in range(TASKS):
                await made.wish()
            await made.until(lambda: made.open_tasks() <= TASKS - DONE_BEFORE, seconds=300)
            seconds = await _kill(made)
            await made.settle()
        found = made.audit()
        return {
            "takeover_s": seconds,
            "done": made.books.count("SELECT count(*) FROM task WHERE state = 'done'"),
            "tasks_doubled": found.tasks_doubled,
            "posts_lost": found.posts_lost,
            "posts_doubled": found.posts_doubled,
            "calls_paid_twice": found.calls_paid_twice,
            "in_flight": found.in_flight,
            "calls_repeated": found.calls_repeated,
        }


async def _kill(made: World) -> float:
    """Kill a process that has work; return seconds until another one has taken it over."""
    slot = made.dice.randrange(PROCESSES)
    process = made.bots.living[slot]
    made.bots.left_dead.add(slot)
    send(process, signal.SIGKILL)
    began = time.monotonic()
    taken = f"SELECT count(*) FROM worker WHERE pid = {process.pid} AND stopped_at IS NOT NULL"
    await made.until(lambda: made.books.count(taken) > 0)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
