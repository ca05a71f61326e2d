"""Measures how fast messages are taken and tasks are worked, on SQLite and PostgreSQL.

`python -m benchmarks.engine --help`; what is measured stands in benchmarks/README.md.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import bots, load, machine, report
from benchmarks.report import Measure
from benchmarks.slack_end import Acks, SlackEnd

RATE: Final = 200
MIXED: Final = 0.1
"""Share of messages that mention the bot where it reads along in busy channels (assumed)."""
IN_FLIGHT: Final = 16
LONE: Final = 5
PATIENCE: Final = 600.0
"""Seconds until a burst of tasks must be done."""

MEASURES: Final = (
    Measure("mixed_p50_ms", "ack p50 at {rate}/s, 10 % mentions, ms", 1),
    Measure("mixed_p99_ms", "ack p99 at {rate}/s, 10 % mentions, ms", 1, most=100.0),
    Measure("mentions_p50_ms", "ack p50 at {rate}/s, all mentions, ms", 1),
    Measure("mentions_p99_ms", "ack p99 at {rate}/s, all mentions, ms", 1, most=100.0),
    Measure("unacked", "envelopes without ack in 3 s", 0, most=0.0),
    Measure("lost", "acknowledged mentions that are not stored", 0, most=0.0),
    Measure("doubled", "more tasks than mentions", 0, most=0.0),
    Measure("accepted_per_s", "mentions taken as tasks, most per s", 1),
    Measure("tasks_per_s", "tasks done per s, offline model", 2),
    Measure("steps_per_s", "durable steps per s", 1),
    Measure("cpu_ms_per_step", "bots' CPU ms a step", 1),
    Measure("lone_ms_per_step", "one task alone, ms a step", 1),
    Measure("peak_mb", "peak memory of a process, MB", 0),
    Measure("late_p99_ms", "generator behind its plan, p99 ms", 1),
)


_NOTES: Final = (
    (
        "Real processes, `teamlead run` (×1) and two `teamlead worker` beside it (×3), with default"
        " settings and the offline model, which answers at once; Slack's side (Socket Mode, Web"
        " API) runs in the generator's process."
    ),
    (
        "A mention is two envelopes (`app_mention`, `message`) and becomes a task whose work goes"
        " on beside the acks; other messages are one envelope. 20 channels."
    ),
    (
        "Acks: from envelope sent to ack received, sent by plan whatever the answers; one that"
        " takes over 3 s counts as 3 s (Slack would send it again, the generator does not)."
    ),
    "Most per s: {senders} senders that wait for their acks. Tasks: a burst of {tasks}.",
    "PostgreSQL 18 as it comes (fsync on), on the same cores as bots and generator.",
)


@dataclass(frozen=True)
class Setup:
    """A column of the table."""

    database: str
    processes: int

    @property
    def name(self) -> str:
        """Return it as the table's head shows it."""
        return f"{self.database} ×{self.processes}"


SETUPS: Final = (Setup("sqlite", 1), Setup("postgresql", 1), Setup("postgresql", 3))


def main() -> None:
    """Run the benchmark; exit code 1 when a target was missed on SQLite."""
    given = _arguments()
    facts = machine.facts()
    chosen = [setup for setup in SETUPS if not given.only or setup.name in given.only]
    columns: dict[str, list[report.Numbers]] = {}
    for setup in chosen:
        columns[setup.name] = [asyncio.run(_measure(setup, given))]
    facts["load_after"] = round(os.getloadavg()[0], 2)
    result = report.Result(
        title=f"Taking messages and working tasks: {given.rate} envelopes/s for {given.seconds} s",
        measures=[measure.named(rate=given.rate) for measure in MEASURES],
        columns=columns,
        facts=facts,
        notes=_notes(given, columns),
        judged=SETUPS[0].name,
    )
    report.publish(result, "engine", as_json=given.json, keep=not given.no_keep)
    sys.exit(0 if result.met() else 1)


async def _measure(setup: Setup, given: argparse.Namespace) -> report.Numbers:
    numbers: dict[str, float] = {"peak_mb": 0.0}
    if not given.tasks_only:
        numbers |= {"unacked": 0, "lost": 0, "doubled": 0, "late_p99_ms": 0.0}
        for name, share in (("mixed", MIXED), ("mentions", 1.0)):
            await _acks(setup, given, name, share, numbers)
            _say(setup, numbers, f"{name}_p99_ms")
        await _most(setup, given, numbers)
        _say(setup, numbers, "accepted_per_s")
    await _tasks(setup, given, numbers)
    _say(setup, numbers, "tasks_per_s")
    return numbers


async def _acks(
    setup: Setup, given: argparse.Namespace, name: str, share: float, numbers: dict[str, float]
) -> None:
    """Send at the rate for the seconds, and count what came of it."""
    with bots.database(setup.database) as rows:
        async with SlackEnd() as slack, bots.bots(slack, rows, count=setup.processes) as running:
            await load.at_rate(slack, rate=10, seconds=1, mentions=0)  # nothing is cold
            done = await load.at_rate(slack, rate=given.rate, seconds=given.seconds, mentions=share)
            counts = rows.counts()
            numbers[f"{name}_p50_ms"] = done.acks.percentile(0.5) * 1000
            numbers[f"{name}_p99_ms"] = done.acks.percentile(0.99) * 1000
            numbers[f"{name}_max_ms"] = done.acks.percentile(1.0) * 1000
            numbers[f"{name}_tasks"] = counts["tasks"]
            numbers[f"{name}_done_meanwhile"] = counts["done"]
            numbers["unacked"] += done.acks.missing
            numbers["lost"] += len(done.acks.mentions - rows.stored())
            numbers["doubled"] += max(0, counts["tasks"] - done.mentions)
            numbers["late_p99_ms"] = max(numbers["late_p99_ms"], done.late.percentile(0.99) * 1000)
            numbers["peak_mb"] = max(numbers["peak_mb"], running.peak_mb())


async def _most(setup: Setup, given: argparse.Namespace, numbers: dict[str, float]) -> None:
    """Take mentions as fast as they are acknowledged."""
    with bots.database(setup.database) as rows:
        async with SlackEnd() as slack, bots.bots(slack, rows, count=setup.processes):
            done = await load.as_taken(slack, seconds=min(10.0, given.seconds), in_flight=IN_FLIGHT)
            numbers["accepted_per_s"] = rows.counts()["tasks"] / done.seconds
            numbers["unacked"] += done.acks.missing


async def _tasks(setup: Setup, given: argparse.Namespace, numbers: dict[str, float]) -> None:
    """Work single tasks, then a burst of them, with a model that takes no time."""
    count, profile = setup.processes, given.profile
    with bots.database(setup.database) as rows:
        async with (
            SlackEnd() as slack,
            bots.bots(slack, rows, count=count, profile=profile) as running,
        ):
            alone = [await _burst(slack, rows, 1) for _ in range(LONE + 1)]
            steps = rows.counts()["steps"] / (LONE + 1)
            numbers["lone_ms_per_step"] = statistics.median(alone[1:]) * 1000 / steps
            before, cpu = rows.counts(), running.cpu_seconds()
            seconds = await _burst(slack, rows, given.tasks)
            after, used = rows.counts(), running.cpu_seconds() - cpu
            numbers["tasks_per_s"] = (after["done"] - before["done"]) / seconds
            numbers["steps_per_s"] = (after["steps"] - before["steps"]) / seconds
            numbers["cpu_ms_per_step"] = used * 1000 / (after["steps"] - before["steps"])
            numbers["steps_per_task"] = after["steps"] / after["done"]
            numbers["peak_mb"] = max(numbers["peak_mb"], running.peak_mb())


async def _burst(slack: SlackEnd, rows: bots.Database, count: int) -> float:
    """Mention the bot `count` times at once; return the seconds until all tasks have ended."""
    before = rows.ended()
    began = time.perf_counter()
    sent = Acks()
    events = [event for _ in range(count) for event in slack.message(mentions=True)]
    await asyncio.gather(*(slack.send(event, sent) for event in events))
    pause = 0.01 if count == 1 else 0.2
    async with asyncio.timeout(PATIENCE):
        while rows.ended() - before < count:  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(pause)
    return time.perf_counter() - began


def _say(setup: Setup, numbers: dict[str, float], key: str) -> None:
    print(f"{setup.name}: {key} {numbers[key]:.1f}", file=sys.stderr)


def _notes(given: argparse.Namespace, columns: dict[str, Any]) -> list[str]:
    notes = [note.format(senders=IN_FLIGHT, tasks=given.tasks) for note in _NOTES]
    one, three = (columns.get(setup.name) for setup in SETUPS[1:])
    if one and three:
        factor = three[0]["tasks_per_s"] / one[0]["tasks_per_s"]
        notes.append(
            f"Three processes work {factor:.2f} times as many tasks per s as one on PostgreSQL;"
            f" there are {os.cpu_count()} cores for them, the database and the generator."
        )
    return notes


def _whole(path: str) -> Path:
    return Path(path).resolve()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=RATE, help="envelopes a second")
    parser.add_argument("--seconds", type=float, default=60, help="how long at that rate")
    parser.add_argument("--tasks", type=int, default=60, help="tasks in the burst")
    parser.add_argument(
        "--only", action="append", choices=[setup.name for setup in SETUPS], help="a column"
    )
    parser.add_argument("--tasks-only", action="store_true", help="leave the acks out")
    parser.add_argument("--profile", type=_whole, help="cProfile data of a bot that works tasks")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--no-keep", action="store_true", help="write no file into results/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
