"""Measures one tick of the escalations' sweep over thousands of open cases: few due, and all due.

`python -m benchmarks.escalations`: the sweep itself in this process, without Slack; then whether
the auditor finds that every timer went off, once and in time.
"""

import argparse
import asyncio
import os
import sys
from datetime import timedelta
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import func, insert, select

from benchmarks import bots, machine, report
from benchmarks.report import Measure
from bot.bootstrap import build
from bot.clock import ManualClock, SystemClock
from bot.domain.escalation import EscalationState, Kind, Policy, Responder, WorkHours
from bot.services.context import Context
from bot.services.escalation_audit import timers_of
from bot.services.escalation_sweep import sweep
from bot.services.slack_news import SlackNews
from bot.settings import AppSettings, DatabaseSettings, ModelSettings, Settings
from storage.models import Channel, Escalation, EscalationEvent, OutboxRow, Workspace

OPEN: Final = 10_000
FEW: Final = 100
BATCH: Final = 1_000
SPREAD: Final = 90
"""Seconds over which the moments of timers lie."""
ZONES: Final = ("Europe/Berlin", "Asia/Kolkata", "America/New_York", "UTC")

MEASURES: Final = (
    Measure("idle_ms", "a tick while nothing is due, ms", 1),
    Measure("few_s", f"a tick with {FEW} due, s", 3, most=1.0),
    Measure("all_s", "a tick with all due, s", 2),
    Measure("all_cpu_s", "CPU of this process for it, s", 2, most=1.0),
    Measure("posts", "messages and edits queued", 0),
    Measure("off", "timers that the auditor finds late, lost or skipped", 0, most=0),
)


def main() -> None:
    """Run the benchmark; exit code 1 when a target was missed."""
    given = _arguments()
    facts = machine.facts()
    columns: dict[str, list[report.Numbers]] = {}
    for kind in given.only or ("sqlite", "postgresql"):
        columns[kind] = [asyncio.run(_measure(kind, given.open)) for _ in range(given.runs)]
    facts["load_after"] = round(os.getloadavg()[0], 2)
    result = report.Result(
        title=f"One sweep over {given.open:,} open escalations",
        measures=MEASURES,
        columns=columns,
        facts=facts,
        notes=[
            "Owners in four time zones; each timer writes its case, a line, an edit, a message."
        ],
        judged=next(iter(columns)),
    )
    report.publish(result, "escalations", as_json=given.json, keep=not given.no_keep)
    sys.exit(0 if result.met() else 1)


async def _measure(kind: str, count: int) -> report.Numbers:
    with bots.database(kind) as rows:
        url = SecretStr(rows.url)
        settings = Settings(
            app=AppSettings(home=rows.home),
            database=DatabaseSettings(url=url),
            model=ModelSettings(provider="offline"),
        )
        clock = ManualClock(SystemClock().now())
        news = SlackNews()
        runtime = await build(settings, news, clock=clock)
        news.attach(runtime.context)
        try:
            await _fill(runtime.context, count)
            return await _swept(runtime.context, clock, count)
        finally:
            await runtime.close()


async def _swept(ctx: Context, clock: ManualClock, count: int) -> report.Numbers:
    idle, none = await _timed(ctx)
    clock.advance(timedelta(hours=1))
    few, some = await _timed(ctx)
    clock.advance(timedelta(hours=1))
    used = machine.cpu_seconds()
    everything, rest = await _timed(ctx)
    used = machine.cpu_seconds() - used
    if (none, some, rest) != (0, FEW, count - FEW):
        raise SystemExit(f"timers went off {none}, {some}, {rest} times")
    async with ctx.database.read() as uow:
        found = await timers_of(uow, now=clock.now())
        posts = (await uow.session.scalars(select(func.count()).select_from(OutboxRow))).one()
    off = found.overdue + found.late + found.lost + found.skipped
    took = {"idle_ms": idle * 1000, "few_s": few, "all_s": everything, "all_cpu_s": used}
    return {**took, "posts": posts, "off": off}


async def _timed(ctx: Context) -> tuple[float, int]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    fired = await sweep(ctx)
    return loop.time() - began, fired


async def _fill(ctx: Context, count: int) -> None:
    """Put the cases in: the first ones due in an hour, the others in two."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        run = uow.session.execute
        await run(insert(Workspace).values(id="T1", last_escalation_number=count, created_at=now))
        await run(insert(Channel).values(workspace_id="T1", id="C1", created_at=now))
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        async with ctx.database.begin() as uow:
            await uow.session.execute(insert(Escalation), [_case(n, now) for n in numbers])
            await uow.session.execute(insert(EscalationEvent), [_opened(n, now) for n in numbers])


def _due(n: int, now: Any) -> Any:
    """No two cases at the same moment, as opened by people; none so early that it is late."""
    spread = timedelta(seconds=SPREAD) * (n / OPEN)
    return now + timedelta(hours=1 if n < FEW else 2) - spread


def _case(n: int, now: Any) -> dict[str, Any]:
    hours = WorkHours(words="always", timezone=ZONES[n % len(ZONES)])
    lead = Responder(user_id="U2", hours=WorkHours(timezone=ZONES[n % len(ZONES)]))
    since = _due(n, now) - timedelta(hours=2)
    return {
        "id": f"{n:032x}",
        "workspace_id": "T1",
        "channel_id": "C1",
        "number": n + 1,
        "title": f"Service {n} drops events",
        "level": 1,
        "owner_id": "U1",
        "policy": Policy(people={2: (lead,)}).model_dump(mode="json"),
        "hours": hours.model_dump(),
        "since": since,
        "asked_at": since,
        "due_at": _due(n, now),
        "due_kind": Kind.REMINDED,
        "seq": 1,
        "created_at": now,
        "updated_at": now,
    }


def _opened(n: int, now: Any) -> dict[str, Any]:
    return {
        "escalation_id": f"{n:032x}",
        "seq": 1,
        "workspace_id": "T1",
        "kind": Kind.OPENED,
        "at": now,
        "state": EscalationState.OPEN,
        "level": 1,
        "next_at": _due(n, now),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="how many cases are open")
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    parser.add_argument("--only", action="append", help="sqlite or postgresql")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--no-keep", action="store_true", help="write no file into results/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
