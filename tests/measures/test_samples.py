"""Prometheus is asked once a slot: values of services, a baseline a day, hostile answers none."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

from bot.clock import ManualClock
from bot.services.measure_samples import sample
from bot.settings import MeasureSettings
from storage.models import Measurement, MemoryObservation
from storage.uow import Database
from tests.measures.test_dora import know_services
from tests.support.databases import SqliteFiles
from tests.support.desk import Desk, desk

SLOT = datetime(2026, 3, 16, 12, 7, tzinfo=UTC)
P95 = "histogram_quantile(0.95, sum by (service, le) (rate(http_seconds_bucket[1h]))) * 1000"
QUERIES = '{"latency.p95": "' + P95 + '", "cpu": "cpu_usage"}'


class Server:
    """Answers as Prometheus does; `values` is what each service's p95 is."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.raw: str | None = None
        self.asked: list[dict[str, str]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        said = {name: str(value) for name, value in form.items()}
        self.asked.append({**said, "authorization": request.headers.get("Authorization", "")})
        if self.raw is not None:
            return web.Response(text=self.raw, content_type="application/json")
        if said["query"] != P95:
            return web.json_response({"status": "error", "error": "no such metric"}, status=422)
        result = [
            {"metric": {"service": name}, "value": [1, value]}
            for name, value in self.values.items()
        ]
        return web.json_response(
            {"status": "success", "data": {"resultType": "vector", "result": result}}
        )


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    found = Server()
    application = web.Application()
    application.router.add_post("/api/v1/query", found.answer)
    async with TestServer(application, host="127.0.0.1") as running:
        found.url = str(running.make_url(""))
        yield found


@pytest.fixture
def database_url(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    """SQLite alone: what differs is merging and counting, which test_dora.py looks at on both."""
    with sqlite_files.fresh(tmp_path) as url:
        yield url


@pytest.fixture
async def room(database: Database, tmp_path: Path, server: Server) -> Desk:
    settings = MeasureSettings(
        workspace="T1",
        prometheus_url=server.url,
        prometheus_token=SecretStr("pt"),
        prometheus_queries=QUERIES,
    )
    async with database.begin() as uow:
        await know_services(uow)
    return desk(database, tmp_path, clock=ManualClock(SLOT), measure=settings)


async def values(room: Desk) -> list[tuple[str, float, datetime]]:
    async with room.ctx.database.read() as uow:
        rows = await uow.session.scalars(select(Measurement).order_by(Measurement.at))
        return [(row.service, row.value, row.at) for row in rows]


async def baselines(room: Desk) -> list[str]:
    async with room.ctx.database.read() as uow:
        rows = await uow.session.scalars(select(MemoryObservation).order_by(MemoryObservation.id))
        return [row.text for row in rows]


async def test_a_slot_is_stored_once_and_a_baseline_once_a_day(room: Desk, server: Server) -> None:
    server.values = {"Orders": "180.5", "stranger": "9"}
    assert await sample(room.ctx, SLOT) == 2
    assert await sample(room.ctx, SLOT) == 0
    assert await values(room) == [("orders", 180.5, SLOT), ("stranger", 9.0, SLOT)]
    assert await baselines(room) == ["Latency P95: 180.5 ms"]
    at = f"{SLOT.timestamp():.3f}"
    assert server.asked[0] == {"query": P95, "time": at, "authorization": "Bearer pt"}
    server.values = {"orders": "200"}
    assert await sample(room.ctx, SLOT + timedelta(hours=1)) == 1
    assert len(await baselines(room)) == 1
    assert await sample(room.ctx, SLOT + timedelta(days=1)) == 1
    assert sorted(await baselines(room)) == ["Latency P95: 180.5 ms", "Latency P95: 200 ms"]


async def test_what_is_no_number_is_left_out(room: Desk, server: Server) -> None:
    server.values = {"a": "NaN", "b": "+Inf", "c": "-1", "d": [], "e": None, "</b>": "1", "": "2"}
    assert await sample(room.ctx, SLOT) == 0


async def test_an_answer_of_another_shape_leaves_a_gap(room: Desk, server: Server) -> None:
    for raw in (
        "<html>",
        "[" * 100_000,
        "9" * 5_000,
        "[]",
        '{"status": "success", "data": {"resultType": "matrix", "result": []}}',
        '{"status": "success", "data": {"resultType": "vector", "result": [1, {"metric": 1}]}}',
        " " * 2_100_000,
    ):
        server.raw = raw
        assert await sample(room.ctx, SLOT) == 0
    assert await values(room) == []


async def test_nobody_is_asked_without_an_address(database: Database, tmp_path: Path) -> None:
    quiet = desk(database, tmp_path, measure=MeasureSettings(prometheus_queries=QUERIES))
    assert await sample(quiet.ctx, SLOT) == 0
    away = MeasureSettings(
        prometheus_queries=QUERIES, prometheus_url="http://127.0.0.1:1", workspace="T1"
    )
    assert await sample(desk(database, tmp_path, measure=away).ctx, SLOT) == 0


@pytest.mark.parametrize("text", ["[]", "{", '{"latency.p95": 1}', '{"p95": "up"}'])
def test_queries_are_checked_at_the_start(text: str) -> None:
    with pytest.raises(ValidationError):
        MeasureSettings(prometheus_queries=text)
