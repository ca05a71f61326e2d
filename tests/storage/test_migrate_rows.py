"""Every migration takes a database with rows in all of its tables, and loses none of them."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.errors import SettingInvalid
from storage.engine import database_url, open_engine
from storage.memory_index import INDEX
from storage.migrate import _MIGRATIONS, migrate, schema_state
from tests.storage.rows import NOW

_VALUES: tuple[tuple[type[sa.types.TypeEngine[Any]], Any], ...] = (
    (sa.Boolean, False),
    (sa.Integer, 1),
    (sa.DateTime, datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
    (sa.Date, date(2026, 3, 2)),
    (sa.Time, time(9, 30)),
    (sa.Float, 1.5),
    (sa.Numeric, 1),
    (sa.JSON, {}),
    (sa.LargeBinary, b"x"),
)


async def test_rows_of_every_table_go_through_every_step(empty_database_url: str) -> None:
    """Each table gets a row as soon as it is there, related to the others, and keeps it."""
    engine = open_engine(database_url(empty_database_url))
    filled: set[str] = set()
    steps = sorted(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_step, steps[0])
            await connection.run_sync(_fill, filled)
        for last in steps[1:]:
            with pytest.MonkeyPatch.context() as then:  # the program of that time
                then.setattr("storage.migrate.head", lambda last=last: last)
                await migrate(engine)
            async with engine.begin() as connection:
                assert await connection.run_sync(_empty, filled) == [], last
                await connection.run_sync(_fill, filled)
        assert (await schema_state(engine)).current
    finally:
        await engine.dispose()
    assert len(filled) > 80


async def test_keys_are_looked_at_again_after_a_migration(tmp_path: Any) -> None:
    """While a table is made anew they are not: a row that belongs to none ends the migration."""
    engine = open_engine(database_url(f"sqlite:///{tmp_path / 'old.db'}"))
    orphan = (
        "INSERT INTO channel (id, workspace_id, name, is_private, surface, settings, created_at)"
        f" VALUES ('C1', 'T-nobody', '', false, '', '{{}}', '{NOW:%Y-%m-%d %H:%M:%S}')"
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_step, "0022")
        async with engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            for statement in ("PRAGMA foreign_keys = OFF", orphan, "PRAGMA foreign_keys = ON"):
                await driver.execute(statement)
        with pytest.raises(SettingInvalid, match="a row of channel belongs to none of workspace"):
            await migrate(engine)
        assert (await schema_state(engine)).found == "0022"
        async with engine.begin() as connection:
            await connection.exec_driver_sql("DELETE FROM channel")
        await migrate(engine)
        with pytest.raises(sa.exc.IntegrityError):
            async with engine.begin() as connection:
                await connection.exec_driver_sql(orphan)
    finally:
        await engine.dispose()


def _step(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _empty(connection: Connection, tables: set[str]) -> list[str]:
    """Return those of the tables that have no row any more."""
    quoted = connection.dialect.identifier_preparer.quote
    return [
        name
        for name in sorted(tables)
        if connection.exec_driver_sql(f"SELECT 1 FROM {quoted(name)}").first() is None
    ]


def _fill(connection: Connection, filled: set[str]) -> None:
    there = set(sa.inspect(connection).get_table_names())
    names = {name for name in there - filled if not name.startswith((INDEX, "alembic", "sqlite"))}
    if not names:
        return
    found = sa.MetaData()
    found.reflect(connection, only=sorted(names))
    for table in found.sorted_tables:
        if table.name in names:
            connection.execute(sa.insert(table).values(_row(connection, table)))
    filled |= names


def _row(connection: Connection, table: sa.Table) -> dict[str, Any]:
    """Return a value for each column; what points at another table points at its row."""
    row = {column.name: _value(column) for column in table.columns}
    for key in table.foreign_key_constraints:
        there = [element.column for element in key.elements]
        parent = connection.execute(sa.select(*there)).first()
        values = list(parent) if parent is not None else [None] * len(there)
        row |= zip([column.name for column in key.columns], values, strict=True)
    return row


def _value(column: sa.Column[Any]) -> Any:
    for kind, value in _VALUES:
        if isinstance(column.type, kind):
            return value
    return column.name[: getattr(column.type, "length", None) or 20]
