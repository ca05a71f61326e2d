"""Measures what thousands of waiting approvals cost a running bot: they must be rows, not work.

`python -m benchmarks.waiting`: a bot with nothing to do, then one on whose database so many tasks
wait for a person's yes, each with a proposed decision waiting too.
"""

import argparse
import asyncio
import os
import sys
from datetime import timedelta
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import insert

from benchmarks import bots, machine, report
from benchmarks.bots import Database
from benchmarks.model_server import plan
from benchmarks.report import Measure
from benchmarks.slack_end import SlackEnd
from bot.bootstrap import open_database
from bot.clock import SystemClock
from bot.domain.decision import DecisionState
from bot.domain.task import TaskState
from bot.settings import AppSettings, DatabaseSettings, Settings
from storage.models import Channel, Decision, Plan, Task, Thread, Workspace

WAITING: Final = 10_000
BATCH: Final = 1_000
SETTLE: Final = 10
"""Seconds after the start that do not count: migration, sweep, first ticks."""

MEASURES: Final = (
    Measure("core_percent", "CPU, % of a core", 2, most=2.0),
    Measure("waiting", "tasks that still wait at the end", 0),
    Measure("peak_mb", "peak memory, MB", 0),
    Measure("start_s", "start until it listens, s", 1),
)


def main() -> None:
    """Run the benchmark; exit code 1 when the target was missed."""
    given = _arguments()
    facts = machine.facts()
    columns: dict[str, list[report.Numbers]] = {}
    for count in (0, given.waiting):
        columns[f"{count:,} waiting"] = [asyncio.run(_measure(given, count))]
    facts["load_after"] = round(os.getloadavg()[0], 2)
    result = report.Result(
        title=f"A bot beside {given.waiting:,} waiting approvals, {given.seconds} s on SQLite",
        measures=MEASURES,
        columns=columns,
        facts=facts,
        notes=["Each task waits for a yes and has a proposed decision; default settings."],
        judged=f"{given.waiting:,} waiting",
    )
    report.publish(result, "waiting", as_json=given.json, keep=not given.no_keep)
    sys.exit(0 if result.met() else 1)


async def _measure(given: argparse.Namespace, count: int) -> report.Numbers:
    loop = asyncio.get_running_loop()
    with bots.database("sqlite") as rows:
        async with SlackEnd() as slack:
            await _fill(rows, slack.identity.team_id, count)
            began = loop.time()
            async with bots.bots(slack, rows, count=1) as running:
                start = loop.time() - began
                await asyncio.sleep(SETTLE)
                before, since = running.cpu_seconds(), loop.time()
                await asyncio.sleep(given.seconds)
                used = (running.cpu_seconds() - before) / (loop.time() - since)
                peak = running.peak_mb()
        still = rows.waiting()
    return {"core_percent": used * 100, "waiting": still, "peak_mb": peak, "start_s": start}


async def _fill(rows: Database, workspace_id: str, count: int) -> None:
    """Put the waiting tasks in, as they stand after their plan was made two days ago."""
    app = AppSettings(home=rows.home)
    settings = Settings(app=app, database=DatabaseSettings(url=SecretStr(rows.url)))
    database = await open_database(settings)
    at = SystemClock().now() - timedelta(days=2)
    common: dict[str, Any] = {"workspace_id": workspace_id, "created_at": at}
    async with database.begin() as uow:
        run = uow.session.execute
        await run(insert(Workspace).values(id=workspace_id, last_task_number=count, created_at=at))
        await run(insert(Channel).values(id="C1", **common))
    body = plan().model_dump(mode="json")
    for first in range(0, count, BATCH):
        numbers = range(first + 1, min(first + BATCH, count) + 1)
        async with database.begin() as uow:
            for table, row_of in _TABLES:
                made = [row_of(n, at, body) for n in numbers]
                await uow.session.execute(insert(table), [{**common, **row} for row in made])
    await database.close()


def _thread(n: int, _at: Any, _body: Any) -> dict[str, Any]:
    return {"id": f"{n:032x}", "channel_id": "C1", "root_ts": f"{n}.0"}


def _task(n: int, at: Any, _body: Any) -> dict[str, Any]:
    return {
        "id": f"{n:032x}",
        "channel_id": "C1",
        "thread_id": f"{n:032x}",
        "number": n,
        "requester_id": "U1",
        "text": f"Design service {n}",
        "state": TaskState.AWAITING_APPROVAL,
        "started_run": 1,
        "updated_at": at,
    }


def _plan(n: int, _at: Any, body: Any) -> dict[str, Any]:
    return {"task_id": f"{n:032x}", "round": 1, "kind": "pattern", "title": "A", "body": body}


def _decision(n: int, at: Any, _body: Any) -> dict[str, Any]:
    return {
        "channel_id": "C1",
        "thread_id": f"{n:032x}",
        "task_id": f"{n:032x}",
        "number": n,
        "title": "PostgreSQL as the only store",
        "state": DecisionState.PROPOSED,
        "body": {},
        "updated_at": at,
    }


_TABLES: Final = ((Thread, _thread), (Task, _task), (Plan, _plan), (Decision, _decision))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=WAITING, help="how many wait")
    parser.add_argument("--seconds", type=float, default=60, help="how long CPU is measured")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--no-keep", action="store_true", help="write no file into results/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
