"""Work that is cancelled in a transaction leaves the database as it was, and usable at once."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from storage.uow import Database

NOW = datetime(2026, 11, 24, tzinfo=UTC)


async def _write(database: Database, number: int, inside: asyncio.Event) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure("W1", f"C{number}", now=NOW)
        inside.set()
        await uow.channels.ensure("W1", f"D{number}", now=NOW)


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("turns", range(0, 60, 2))
async def test_cancelled_at_any_turn(
    database: Database, turns: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Both rows or none; the next writer needs no luck; nothing complains."""
    inside = asyncio.Event()
    task = asyncio.create_task(_write(database, 1, inside))
    await inside.wait()
    await _turns(turns)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    await _write(database, 2, asyncio.Event())

    async with database.read() as uow:
        found = {name: await uow.channels.find("W1", name) for name in ("C1", "D1", "C2", "D2")}
    assert (found["C1"] is None) == (found["D1"] is None)
    assert found["C2"] is not None
    assert found["D2"] is not None
    assert not [entry for entry in caplog.records if entry.levelno >= logging.ERROR]
