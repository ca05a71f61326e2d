"""A desk on a fresh database, on both kinds of database."""

from pathlib import Path

import pytest

from storage.uow import Database
from tests.support.desk import Desk, desk


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Desk:
    """A context with a scripted model, kept news and a still clock."""
    return desk(database, tmp_path)
