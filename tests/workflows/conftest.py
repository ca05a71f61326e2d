"""The real engine on a fresh database of each kind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.workflows import holder
from bot.workflows.engine import Engine
from storage.files import database_file
from storage.uow import Database
from tests.support.databases import migrated_engine
from tests.support.desk import Desk, desk


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Desk:
    """A context with a scripted model, kept news and a still clock."""
    return desk(database, tmp_path)


@asynccontextmanager
async def running(office: Desk, *, kind: str = "bot", only: bool = True) -> AsyncIterator[Engine]:
    """Launch an engine and close it at the end."""
    if office.ctx.database.dialect == "sqlite":
        migrated_engine(database_file(office.ctx.database.engine.url))
    engine = Engine(office.ctx, kind=kind, only=only)
    await engine.launch()
    try:
        yield engine
    finally:
        await engine.close()


async def noted() -> None:
    """Return once the library has written down that all runs are over; `run_task` does before."""
    async with asyncio.timeout(30):
        while holder.running():  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.01)
