"""The real engine on a fresh database of each kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

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
