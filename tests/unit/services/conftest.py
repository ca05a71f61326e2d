"""A desk on a fresh database, for every use case's test, on both kinds of database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.shops import Shop, a_shop


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Desk:
    """A context with a scripted model, kept news and a still clock."""
    return desk(database, tmp_path)


@pytest.fixture
async def shop(office: Desk, tmp_path: Path) -> AsyncIterator[Shop]:
    """A repository that specialists may change, each test's own."""
    async with a_shop(office, tmp_path) as found:
        yield found
