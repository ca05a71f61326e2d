"""A desk in a workspace with a public and a private channel, beside another workspace."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # no types

from storage.uow import Database
from tests.support.agents import KnownPeople, with_people
from tests.support.databases import SqliteFiles
from tests.support.desk import MORNING, Desk, desk


@pytest.fixture(scope="session", autouse=True)
def _schemas_checked_once() -> Iterator[None]:
    """Each client checks the schemas that it is offered; they are the same in every test."""
    check, good = Draft202012Validator.check_schema, set[str]()

    def once(schema: Any, *rest: Any, **more: Any) -> None:
        if (text := json.dumps(schema)) not in good:
            check(schema, *rest, **more)
            good.add(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Draft202012Validator, "check_schema", once)
        yield


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
