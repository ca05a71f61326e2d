"""Takes in a million reports of other systems, then asks for the weekly digest and DORA's keys.

`python -m benchmarks.measures`: our services on SQLite and PostgreSQL. The density is the same at
every size, so that a longer history holds more events and the window as many.
"""

import argparse
import asyncio
import logging
import os
import random
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from pydantic import SecretStr
from sqlalchemy import text

from benchmarks import bots, machine, report
from benchmarks.report import Measure, Numbers
from bot.bootstrap import build
from bot.clock import ManualClock
from bot.domain.dora import Window
from bot.domain.measure import Fact, FactKind, Heard
from bot.services.context import Context
from bot.services.kpi_digest import ALL
from bot.services.kpis import Seat, values
from bot.services.measures import take_in
from bot.services.slack_news import SlackNews
from bot.settings import AppSettings, DatabaseSettings, ModelSettings, Settings
from storage.models import Service

SIZES: Final = (100_000, 1_000_000)
A_DAY: Final = 2_000
"""Events: a team of some hundred people."""
BATCH: Final = 500
SINGLE: Final = 2_000
AT_ONCE: Final = 20
ROUNDS: Final = 5
NOW: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
SERVICES: Final = 40
MONTH: Final = timedelta(days=30)

MEASURES: Final = (
    Measure("bulk", f"reports stored a second, {BATCH} in a transaction", 0),
    Measure("single", "webhooks stored a second, one in a transaction", 0),
    Measure("digest_s", "the weekly digest with every KPI, s", 3, most=2.0),
    Measure("dora_s", "DORA's keys of 30 days, s", 3),
    Measure("service_s", "DORA's keys of 30 days, one service, s", 3),
    Measure("n", "deployments in these 30 days", 0),
)


def main() -> None:
    """Run the benchmark; exit code 1 when a target was missed."""
    given = _arguments()
    facts = machine.facts()
    sizes = tuple(given.size or SIZES)
    columns: dict[str, list[Numbers]] = {}
    for kind in given.only or ("sqlite", "postgresql"):
        for size in sizes:
            columns[f"{kind} {size:,}"] = [asyncio.run(_measure(kind, size))]
    facts["load_after"] = round(os.getloadavg()[0], 2)
    result = report.Result(
        title="Reports of other systems: taken in, and counted",
        measures=MEASURES,
        columns=columns,
        facts=facts,
        notes=[
            f"{A_DAY:,} events a day at every size, of {SERVICES} services.",
            "Of 100: 35 runs, 30 changes, 20 work items, 10 deployments, 5 incidents.",
            f"The slowest of {ROUNDS} calls; the digest counts each window and the one before.",
        ],
        judged=next(reversed(columns)),
    )
    report.publish(result, "measures", as_json=given.json, keep=not given.no_keep)
    sys.exit(0 if result.met() else 1)


async def _measure(kind: str, size: int) -> Numbers:
    with bots.database(kind) as rows:
        settings = Settings(
            app=AppSettings(home=rows.home),
            database=DatabaseSettings(url=SecretStr(rows.url)),
            model=ModelSettings(provider="offline"),
        )
        news = SlackNews()
        runtime = await build(settings, news, clock=ManualClock(NOW))
        news.attach(runtime.context)
        try:
            return await _measured(runtime.context, size)
        finally:
            await runtime.close()


async def _measured(ctx: Context, size: int) -> Numbers:
    times = {"created_by": "U1", "created_at": NOW, "updated_at": NOW}
    async with ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=NOW, is_shared=False)
        for number in range(SERVICES):
            name = f"service-{number}"
            await uow.services.add(Service(workspace_id="T1", key=name, name=name, **times))
    loop = asyncio.get_running_loop()
    began = loop.time()
    batch: list[Fact] = []
    for number, fact in enumerate(_facts(size), start=1):
        batch.append(fact)
        if len(batch) == BATCH or number == size:
            async with ctx.database.begin() as uow:
                await uow.facts.see("T1", Heard(tuple(batch)).origins)
                await uow.facts.merge("T1", batch)
            batch = []
    bulk = size / (loop.time() - began)
    single = await _single(ctx, size)
    async with ctx.database.engine.connect() as connection:  # as autovacuum does by and by
        settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await settled.execute(text("ANALYZE"))
    month = Window(NOW - MONTH, NOW)

    async def digest() -> None:
        async with ctx.database.read() as uow:
            await values(ctx, uow, Seat.of_channel("T1", "C1"), ALL)

    async def dora(window: Window) -> int:
        async with ctx.database.read() as uow:
            found = await uow.dora.all("T1", window)
            return next(iter(found.values())).n

    return {
        "bulk": bulk,
        "single": single,
        "digest_s": await _slowest(digest),
        "dora_s": await _slowest(lambda: dora(month)),
        "service_s": await _slowest(lambda: dora(Window(NOW - MONTH, NOW, "service-1"))),
        "n": await dora(month),
    }


async def _single(ctx: Context, size: int) -> float:
    """Return how many webhooks a second are stored when some come at once."""
    facts = list(_facts(SINGLE, first=size))

    async def sender(mine: list[Fact]) -> None:
        for fact in mine:
            heard = Heard((fact,))
            await take_in(ctx, "T1", heard, source="github", event="", body=fact.key.encode())

    loop = asyncio.get_running_loop()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    began = loop.time()
    await asyncio.gather(*(sender(facts[turn::AT_ONCE]) for turn in range(AT_ONCE)))
    return SINGLE / (loop.time() - began)


async def _slowest(call: Callable[[], Awaitable[Any]]) -> float:
    loop, took = asyncio.get_running_loop(), []
    for _ in range(ROUNDS):
        began = loop.time()
        await call()
        took.append(loop.time() - began)
    return max(took)


def _facts(size: int, *, first: int = 0) -> Iterator[Fact]:
    """Return reports, the oldest first, of a history that ends now; the same every time."""
    chance = random.Random(7 + first)
    kinds = random.Random(8).choices(
        list(FactKind), weights=[_WEIGHTS[kind] for kind in FactKind], k=10_000
    )
    for number in range(size):
        at = NOW - timedelta(days=(size - number) / A_DAY)
        kind = kinds[number % len(kinds)]
        yield _fact(kind, first + number, at, chance)


_WEIGHTS: Final = {
    FactKind.WORKFLOW_RUN: 35,
    FactKind.PULL_REQUEST: 30,
    FactKind.WORK_ITEM: 20,
    FactKind.DEPLOYMENT: 10,
    FactKind.INCIDENT: 5,
}


def _fact(kind: FactKind, number: int, at: datetime, chance: random.Random) -> Fact:
    newest, firsts, most = _SHAPES[kind](at, chance)
    origin = f"acme/service-{chance.randrange(SERVICES)}"
    return Fact(kind, "github", str(number), origin, at, newest, firsts, most)


Shape = tuple[dict[str, Any], dict[str, datetime], dict[str, int]]


def _hours(chance: random.Random, most: float) -> timedelta:
    return timedelta(hours=chance.random() * most)


def _deployment(at: datetime, chance: random.Random) -> Shape:
    ended = "failed_at" if chance.random() < 0.05 else "succeeded_at"
    is_production = chance.random() < 0.5
    said = {"environment": "production" if is_production else "staging"}
    fix = {"is_production": is_production, "is_fix": chance.random() < 0.03}
    return {**said, **fix, "commit": "c" * 40}, {"created_at": at, ended: at}, {}


def _pull_request(at: datetime, chance: random.Random) -> Shape:
    opened = at - _hours(chance, 60)
    said = {"state": "merged", "is_fix": chance.random() < 0.05, "to_default": True}
    firsts = {"opened_at": opened, "first_review_at": at - (at - opened) / 2, "merged_at": at}
    return said, firsts, {"is_bot": chance.random() < 0.2}


def _incident(at: datetime, chance: random.Random) -> Shape:
    found = at - _hours(chance, 3)
    firsts = {"started_at": found - _hours(chance, 0.5), "detected_at": found}
    return {"resolved_at": at}, firsts, {"level": chance.randint(1, 4)}


def _work_item(at: datetime, chance: random.Random) -> Shape:
    is_defect = chance.random() < 0.3
    said = {"kind": "defect" if is_defect else "story", "state": "done", "points": 3.0}
    escaped = is_defect and chance.random() < 0.1
    return {**said, "escaped": escaped, "done_at": at}, {"opened_at": at - _hours(chance, 90)}, {}


def _workflow_run(at: datetime, chance: random.Random) -> Shape:
    state = "failure" if chance.random() < 0.1 else "success"
    said = {"name": "CI", "branch": "main", "attempt": 1, "state": state}
    commit = f"{chance.randrange(16**12):040x}"
    return {**said, "commit": commit}, {"started_at": at - _hours(chance, 1), "ended_at": at}, {}


_SHAPES: Final[dict[FactKind, Callable[[datetime, random.Random], Shape]]] = {
    FactKind.DEPLOYMENT: _deployment,
    FactKind.PULL_REQUEST: _pull_request,
    FactKind.INCIDENT: _incident,
    FactKind.WORK_ITEM: _work_item,
    FactKind.WORKFLOW_RUN: _workflow_run,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="events; several times")
    parser.add_argument("--only", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--no-keep", action="store_true", help="write nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
