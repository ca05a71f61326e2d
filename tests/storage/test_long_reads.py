"""What counts a window of history leaves the loop to others, and its connection to nobody."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from bot.domain.cost import WAYS
from bot.domain.kpi import Scope
from storage.long_reads import read_long
from storage.repositories.kpis import FROM_DORA, MEASURES
from storage.uow import Database
from tests.storage.rows import NOW
from tests.support.kpis import SINCE


@pytest.fixture
def threads() -> Iterator[dict[str, set[str]]]:
    """Which statements ran in which thread."""
    ran: dict[str, set[str]] = {}

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        ran.setdefault(threading.current_thread().name, set()).add(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield ran
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_kpis_are_counted_beside_the_loop(
    database: Database, threads: dict[str, set[str]]
) -> None:
    async with database.read() as uow:
        threads.clear()
        scope = Scope("T1", SINCE, NOW)
        await uow.kpis.measure([*MEASURES, *FROM_DORA], scope)
        for way in WAYS:
            await uow.costs.split(scope, way, limit=1000)
        await uow.costs.rows(scope, limit=1000)
    here = threads.pop(threading.current_thread().name, set())
    assert [found for found in here if "LIMIT" not in found] == [], "but whether there is any"
    assert len(here) <= 2
    assert sum(map(len, threads.values())) > len(MEASURES) / 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_cancelled_one_gives_its_connection_back_at_its_end(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        return int(go_on.wait(60))

    async def count() -> None:
        async with database.read() as uow:
            connection = uow.session.sync_session.connection().connection
            connection.driver_connection.create_function("slow", 0, slow)  # type: ignore[union-attr]  # SQLite's own
            await read_long(uow.session, select(func.slow()))

    task = asyncio.create_task(count())
    assert await asyncio.to_thread(begun.wait, 60), "the loop goes on meanwhile"
    for _ in range(2):  # as of a shutdown that comes while a timeout is being waited for
        task.cancel()
        await asyncio.wait({task}, timeout=0.05)
        assert not task.done(), "it is still being used"
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.read() as uow:
        assert (await uow.session.execute(select(1))).scalar_one() == 1
