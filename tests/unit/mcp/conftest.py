"""A desk in a workspace with a public and a private channel, beside another workspace."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.uow import Database
from tests.support.agents import KnownPeople, with_people
from tests.support.databases import SqliteFiles
from tests.support.desk import MORNING, Desk, desk


@pytest.fixture
def database_url(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    """SQLite; what PostgreSQL could do otherwise is in tests/storage/test_memory_graph.py."""
    with sqlite_files.fresh(tmp_path) as url:
        yield url


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Desk:
    """U1 and U2 are in the public C1; only U1 is in the private G1."""
    made = desk(database, tmp_path)
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=MORNING)
        await uow.channels.ensure("T1", "G1", now=MORNING, is_private=True)
        await uow.channels.ensure("T2", "C1", now=MORNING)
    return with_people(made, KnownPeople(channels={"G1": frozenset({"U1"})}))
