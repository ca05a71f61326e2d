"""Migrations: they build what the models say, can be undone, and race safely."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

import storage
from bot.errors import SettingInvalid
from storage import fresh
from storage.engine import database_url, open_engine
from storage.files import database_file
from storage.memory_index import INDEX
from storage.migrate import _bring, head, migrate, schema_state, upgrade
from storage.models import Base

_MIGRATIONS = Path(storage.__file__).parent / "migrations"


@pytest.fixture
async def engine(empty_database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database without tables."""
    opened = open_engine(database_url(empty_database_url))
    yield opened
    await opened.dispose()


async def _tables(engine: AsyncEngine) -> set[str]:
    """Return the tables that models should be of; the search index is each database's own."""
    async with engine.connect() as connection:
        found = set(await connection.run_sync(lambda found: inspect(found).get_table_names()))
    indexed = {name for name in found if name.startswith(INDEX)}
    assert (INDEX in indexed) == (len(found) > 1)
    return found - indexed


async def test_an_empty_database_becomes_current(engine: AsyncEngine) -> None:
    state = await schema_state(engine)
    assert (state.found, state.current) == (None, False)
    assert (await migrate(engine)).found is None
    state = await schema_state(engine)
    assert (state.found, state.current) == (head(), True)
    assert await _tables(engine) == {*Base.metadata.tables, "alembic_version"}


async def test_migrating_again_changes_nothing(engine: AsyncEngine) -> None:
    await migrate(engine)
    assert (await migrate(engine)).current


async def test_the_first_tasks_lengthen_no_log(engine: AsyncEngine) -> None:
    """What the schema left in SQLite's log is written over: a commit costs a third less."""
    if engine.dialect.name != "sqlite":
        pytest.skip("a log of SQLite's")
    await migrate(engine)
    before = _log_bytes(engine)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE one_more (id)"))
    assert _log_bytes(engine) == before > 500_000


def _log_bytes(engine: AsyncEngine) -> int:
    return Path(f"{database_file(engine.url)}-wal").stat().st_size


async def test_migrations_build_what_the_models_say(engine: AsyncEngine) -> None:
    await migrate(engine)

    def differences(connection: Connection) -> list[Any]:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, _: kind != "table" or not name.startswith(INDEX),
        }
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
        )

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_step_can_be_undone_and_done_again(engine: AsyncEngine) -> None:
    await migrate(engine)
    async with engine.begin() as connection:
        await connection.run_sync(_downgrade)
    assert await _tables(engine) == {"alembic_version"}
    await migrate(engine)
    assert (await schema_state(engine)).current


def test_head_is_alembics_own() -> None:
    assert ScriptDirectory(str(_MIGRATIONS)).get_heads() == [head()]


async def test_processes_that_start_at_once_migrate_once(engine: AsyncEngine) -> None:
    second = open_engine(engine.url)
    try:
        await asyncio.gather(migrate(engine), migrate(second))
    finally:
        await second.dispose()
    assert (await schema_state(engine)).current


async def test_a_newer_programs_database_is_refused_in_a_sentence(engine: AsyncEngine) -> None:
    await migrate(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingInvalid, match=f"schema 9999; this program knows {head()}") as raised:
        await migrate(engine)
    assert "newer Teamlead" in raised.value.hint
    # Who waited for the lock while the newer program migrated comes past the first look.
    async with engine.begin() as connection:
        with pytest.raises(SettingInvalid, match="schema 9999"):
            await connection.run_sync(upgrade if engine.dialect.name == "postgresql" else _bring)


async def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE songs (title TEXT)")  # the driver opens no transaction for it
    engine = open_engine(database_url(f"sqlite:///{file}"))
    with pytest.raises(SettingInvalid, match="another program's tables"):
        await migrate(engine)
    await engine.dispose()
    with closing(sqlite3.connect(file)) as theirs:
        assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]


def _downgrade(connection: Connection, to: str = "base") -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, to)


async def test_a_new_database_is_what_the_migrations_make(tmp_path: Path) -> None:
    """The file that `teamlead docs` writes is current: the migrations come to no other schema."""
    made, migrated = tmp_path / "made.db", tmp_path / "migrated.db"
    for file in (made, migrated):
        engine = open_engine(database_url(f"sqlite:///{file}"))
        async with engine.begin() as connection:
            await connection.run_sync(fresh.create if file == made else upgrade)
        await engine.dispose()
    with closing(sqlite3.connect(made)) as one, closing(sqlite3.connect(migrated)) as other:
        assert fresh.dump(one) == fresh.dump(other) == fresh.FILE.read_text("utf-8")


async def test_migrations_that_the_file_does_not_know_yet_are_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who adds a migration of their own and does not run `teamlead docs` can start all the same."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    engine = open_engine(database_url(f"sqlite:///{old}"))
    async with engine.begin() as connection:
        await connection.run_sync(fresh.create)
        await connection.run_sync(_downgrade, "-1")
    await engine.dispose()
    with closing(sqlite3.connect(old)) as one:
        (tmp_path / "schema.sql").write_text(fresh.dump(one), "utf-8")
    monkeypatch.setattr(fresh, "FILE", tmp_path / "schema.sql")
    engine = open_engine(database_url(f"sqlite:///{new}"))
    await migrate(engine)
    assert (await schema_state(engine)).current
    assert await _tables(engine) == {*Base.metadata.tables, "alembic_version"}
    await engine.dispose()
