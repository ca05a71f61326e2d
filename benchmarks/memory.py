"""Measures the memory at 1,000, 10,000 and 50,000 things: add, open, search by rare, common words.

`python -m benchmarks.memory`: our services on SQLite and PostgreSQL, and the reference MCP memory
server from npm beside them where npm is there. Then 50 that add at once: how many are kept.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from mcp import Client, StdioServerParameters
from sqlalchemy import insert, text

from benchmarks import bots, machine, report
from benchmarks.peers import memory_server
from benchmarks.report import Measure, Numbers
from bot.domain.memory import Note, Query, key_of
from bot.services.memory import open_nodes, remember
from bot.services.memory_search import search
from storage.engine import database_url, open_engine
from storage.migrate import migrate
from storage.models import MemoryEntity, MemoryObservation
from storage.uow import Database

SIZES: Final = (1_000, 10_000, 50_000)
ROUNDS: Final = 100
PEER_ROUNDS: Final = 3
"""The reference server takes seconds for a call at 50,000."""
PEER_AT_ONCE: Final = 10_000
"""With more things, 50 adds at once take it minutes."""
AT_ONCE: Final = 50
BATCH: Final = 1_000
NOW: Final = datetime(2026, 3, 2, tzinfo=UTC)
COMMON: Final = ("service", "latency", "database")
"""The first stands in every thing, the others in most."""

MEASURES: Final = (
    Measure("add", "add an observation, p95 ms", 2, most=5),
    Measure("open", "open 3 things by name, p95 ms", 2, most=5),
    Measure("rare", "search a rare word, p95 ms", 2, most=5),
    Measure("common", "search a word that all have, p95 ms", 2, most=50),
    Measure("question", "search a question of eight words, p95 ms", 2, most=50),
    Measure("answer_kb", "answer to the common word, kB", 1),
    Measure("kept", f"kept of {AT_ONCE} adds at once", 0, least=AT_ONCE),
)


def main() -> None:
    """Run the benchmark; exit code 1 when a target was missed."""
    given = _arguments()
    facts = machine.facts()
    sizes = tuple(given.size or SIZES)
    columns: dict[str, list[Numbers]] = {}
    for kind in ("sqlite", "postgresql"):
        for size in sizes:
            columns[f"{kind} {size:,}"] = [asyncio.run(_ours(kind, size))]
    for size in sizes:
        columns[f"teamlead mcp {size:,}"] = [asyncio.run(_ours_over_mcp(size))]
    server = None if given.no_peer else memory_server.program()
    for size in sizes if server else ():
        columns[f"reference {size:,}"] = [asyncio.run(_peer(server, size))]
    facts["load_after"] = round(os.getloadavg()[0], 2)
    result = report.Result(
        title="Memory: ours, and the reference MCP memory server",
        measures=MEASURES,
        columns=columns,
        facts=facts,
        notes=[
            "Three observations a thing, words by Zipf's law.",
            "`sqlite` and `postgresql` are called in this process, the others over stdio.",
            "`teamlead mcp` is on SQLite.",
            f"{ROUNDS} calls of ours a measure, {PEER_ROUNDS} of the reference server's.",
            "The reference server's search has no ranking and no limit: all that is found.",
        ],
        judged=f"sqlite {max(sizes):,}",
    )
    report.publish(result, "memory", as_json=given.json, keep=not given.no_keep)
    sys.exit(0 if result.met() else 1)


def _things(size: int) -> Iterator[tuple[str, str, list[str]]]:
    """Return name, kind and observations of each thing, the same every time."""
    chance = random.Random(7)
    words = [f"word{number}" for number in range(20_000)]
    weights = [1 / (number + 1) for number in range(len(words))]
    totals = [weights[0]]
    for weight in weights[1:]:
        totals.append(totals[-1] + weight)
    for number in range(size):
        said = chance.choices(words, cum_weights=totals, k=36)
        most = " ".join(word for word in COMMON[1:] if chance.random() < 0.7)
        yield (
            f"thing {number}",
            ("lesson", "decision", "baseline")[number % 3],
            [
                f"The service {most} {' '.join(said[:12])}",
                " ".join(said[12:24]),
                f"{' '.join(said[24:])} unique{number}",
            ],
        )


async def _ours(kind: str, size: int) -> Numbers:
    with bots.database(kind) as rows:
        engine = open_engine(database_url(rows.url or f"sqlite:///{rows.home / 'teamlead.db'}"))
        await migrate(engine)
        database = Database(engine)
        try:
            await _fill(database, size)
            return await _measured(database, size)
        finally:
            await database.close()


async def _fill(database: Database, size: int) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=NOW, is_shared=False)
    entities, observations = [], []
    for number, (name, kind, said) in enumerate(_things(size), start=1):
        at = NOW + timedelta(seconds=number)
        entities.append(
            {
                "id": number, "workspace_id": "T1", "scope": "", "kind": kind, "ref": "",
                "key": key_of(name), "name": name, "created_at": at, "updated_at": at,
            }
        )  # fmt: skip
        observations += [
            {
                "workspace_id": "T1", "entity_id": number, "channel_id": "C1", "text": one,
                "author_id": "U1", "source": "", "ts": "", "at": at,
            }
            for one in said
        ]  # fmt: skip
        if len(entities) == BATCH or number == size:
            async with database.begin() as uow:
                await uow.session.execute(insert(MemoryEntity), entities)
                await uow.session.execute(insert(MemoryObservation), observations)
            entities, observations = [], []
    if database.dialect == "postgresql":
        async with database.begin() as uow:
            reset = "SELECT setval('memory_entity_id_seq', (SELECT max(id) FROM memory_entity))"
            await uow.session.execute(text(reset))
    async with database.engine.connect() as connection:
        settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in ("memory_entity", "memory_observation", "memory_text"):
            await settled.execute(text(f"ANALYZE {table}"))


async def _measured(database: Database, size: int) -> Numbers:
    async def add(turn: int) -> None:
        async with database.begin() as uow:
            await remember(uow, _note(f"thing {turn * 7 % size}", f"seen again in turn {turn}"))

    async def opened(turn: int) -> None:
        names = [f"thing {(turn * step) % size}" for step in (3, 5, 7)]
        async with database.read() as uow:
            await open_nodes(uow, "T1", names, seen_from="C1")

    async def asked(question: str, turn: int) -> None:
        async with database.read() as uow:
            page = await search(uow, Query("T1", question.format(turn * 11 % size), "C1"))
            said = [row.text for one in page.found for row in one.observations]
            sizes[question] = len("".join(said))

    sizes: dict[str, int] = {}
    mixed = "why does the word3 service of word40 wait for word900 and unique{}"
    found: dict[str, Any] = {
        "add": await _p95(add),
        "open": await _p95(opened),
        "rare": await _p95(partial(asked, "unique{}")),
        "common": await _p95(partial(asked, COMMON[0])),
        "question": await _p95(partial(asked, mixed)),
        "answer_kb": sizes[COMMON[0]] / 1000,
    }

    async def at_once(turn: int) -> None:
        async with database.begin() as uow:
            await remember(uow, _note("all at once", f"number {turn}"))

    await asyncio.gather(*(at_once(turn) for turn in range(AT_ONCE)))
    async with database.read() as uow:
        (node,) = await open_nodes(uow, "T1", ["all at once"], seen_from="C1")
    return {**found, "kept": len(node.observations)}


def _note(name: str, said: str) -> Note:
    return Note("T1", "C1", "lesson", name, said, author="U1", source="", at=NOW)


async def _peer(server: Path | None, size: int) -> Numbers:
    if server is None:
        raise SystemExit("there is no reference server")
    with tempfile.TemporaryDirectory(prefix="tlb-") as folder:
        file = Path(folder) / "memory.jsonl"
        memory_server.fill(file, _things(size))
        async with memory_server.started(server, file) as client:
            return await _over_mcp(client, rounds=PEER_ROUNDS, at_once=size <= PEER_AT_ONCE)


async def _ours_over_mcp(size: int) -> Numbers:
    """Measure `teamlead mcp`, asked as the reference server is."""
    with bots.database("sqlite") as rows:
        engine = open_engine(database_url(f"sqlite:///{rows.home / 'teamlead.db'}"))
        await migrate(engine)
        database = Database(engine)
        try:
            await _fill(database, size)
        finally:
            await database.close()
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "bot", "mcp", "--workspace", "T1"],
            env={**os.environ, "TEAMLEAD_HOME": str(rows.home), "TEAMLEAD_LOG_LEVEL": "error"},
        )
        async with Client(command) as client:
            return await _over_mcp(client, rounds=ROUNDS, at_once=True)


async def _over_mcp(client: Client, *, rounds: int, at_once: bool) -> Numbers:
    call = partial(memory_server.call, client)
    sizes: list[int] = []

    async def add(turn: int) -> None:
        said = {"entityName": f"thing {turn}", "contents": [f"seen again in {turn}"]}
        await call("add_observations", observations=[said])

    async def opened(turn: int) -> None:
        await call("open_nodes", names=[f"thing {turn * step}" for step in (3, 5, 7)])

    async def asked(question: str, turn: int) -> None:
        sizes.append(await call("search_nodes", query=question.format(turn * 11)))

    some = partial(_p95, rounds=rounds)
    found: dict[str, Any] = {
        "add": await some(add),
        "open": await some(opened),
        "rare": await some(partial(asked, "unique{}")),
        "common": await some(partial(asked, COMMON[0])),
        "answer_kb": 0.0,
    }
    found["answer_kb"] = sizes[-1] / 1000
    if not at_once:
        return found
    before = [{"name": "all at once", "entityType": "lesson", "observations": []}]
    await call("create_entities", entities=before)

    async def one(turn: int) -> None:
        said = {"entityName": "all at once", "contents": [f"number {turn}"]}
        await call("add_observations", observations=[said])

    await asyncio.gather(*(one(turn) for turn in range(AT_ONCE)))
    answer = await client.call_tool("open_nodes", {"names": ["all at once"]})
    whole = "".join(getattr(part, "text", "") for part in answer.content)
    return {**found, "kept": whole.count('"number ')}


async def _p95(act: Callable[[int], Awaitable[None]], *, rounds: int = ROUNDS) -> float:
    """Return the 95th percentile in milliseconds; one round before is not counted."""
    loop = asyncio.get_running_loop()
    took = []
    await act(rounds)
    for turn in range(rounds):
        began = loop.time()
        await act(turn)
        took.append((loop.time() - began) * 1000)
    return sorted(took)[max(0, round(rounds * 0.95) - 1)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", action="append", type=int, help="things; may be given again")
    parser.add_argument("--no-peer", action="store_true", help="leave the reference server out")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--no-keep", action="store_true", help="write no file into results/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
