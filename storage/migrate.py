"""Brings the schema up to date; the usual case, nothing to do, costs one query and no import."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from bot.errors import SettingInvalid
from storage import fresh

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class SchemaState:
    """Which revision the database has (None: empty) and which the program wants."""

    found: str | None
    wanted: str
    foreign: bool = False
    """Whether it is a SQLite file with tables that are not ours."""

    @property
    def current(self) -> bool:
        """Whether nothing is to be done."""
        return self.found == self.wanted

    @property
    def newer(self) -> bool:
        """Whether a newer program made it: nothing here knows the way back."""
        return self.found is not None and self.found > self.wanted


def head() -> str:
    """Return the newest revision: versions' file names start with it and count up."""
    return max(file.name.split("_", 1)[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


async def schema_state(engine: AsyncEngine) -> SchemaState:
    """Look where the database stands."""
    async with engine.connect() as connection:
        return await connection.run_sync(_state)


async def migrate(engine: AsyncEngine) -> SchemaState:
    """Upgrade to the newest revision and return what was found before.

    Raises SettingInvalid for a database of a newer program, and for another program's file.
    """
    before = await schema_state(engine)
    if not before.current:
        async with engine.connect() as connection:
            await _set_keys(connection, "OFF")
            try:
                async with connection.begin():
                    await connection.run_sync(_bring)
            finally:
                await _set_keys(connection, "ON")
            await _pragma(connection, RESTART_LOG)
    return before


RESTART_LOG = "wal_checkpoint(RESTART)"
"""SQLite's pragma that takes what is in the write-ahead log into the database and has the next
transaction write over the log from its beginning, if nobody else is at it. The file keeps its
length, and a commit that lengthens none takes 0.44 ms in place of 0.65 (medians of 150 each,
alternating, ext4): the log of a new schema has 1.6 MB, room for the first three tasks."""


async def _set_keys(connection: AsyncConnection, word: Literal["ON", "OFF"]) -> None:
    """Let SQLite look at foreign keys or not; it hears of it outside a transaction only.

    To change a column it makes a table anew, and the old one cannot be dropped while rows point at
    it (sqlite.org/lang_altertable.html, section 7). `_bring` looks at the keys at its end.
    """
    await _pragma(connection, f"foreign_keys = {word}")


async def _pragma(connection: AsyncConnection, words: str) -> None:
    if connection.dialect.name == "sqlite":
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await (await driver.execute(f"PRAGMA {words}")).close()


async def refusal(session: AsyncSession) -> SettingInvalid | None:
    """Return why this program may not go on: a newer one has migrated the database meanwhile."""
    found = await session.scalar(text("SELECT version_num FROM alembic_version"))
    state = SchemaState(None if found is None else str(found), head())
    return _newer(state) if state.newer else None


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _bring(connection: Connection) -> None:
    # Looked at only now: another process may have been first, and this one holds the lock.
    state = _state(connection)
    _refuse(state)
    if connection.dialect.name == "sqlite" and not inspect(connection).get_table_names():
        fresh.create(connection)
        if _found(connection) == head():
            return
        # The file is older than the migrations: somebody added one and did not write it again.
    upgrade(connection)
    if connection.dialect.name == "sqlite":
        _check_keys(connection)


def _check_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise SettingInvalid(
            "DATABASE_URL",
            f"names a database in which a row of {broken[0]} belongs to none of {broken[2]}.",
            hint="Nothing was changed. Put a backup in place (docs/backup.md).",
        )


def _state(connection: Connection) -> SchemaState:
    found = _found(connection)
    if found is not None or connection.dialect.name != "sqlite":
        return SchemaState(found, head())  # a server's database may well be shared
    tables = inspect(connection).get_table_names()
    return SchemaState(None, head(), foreign=bool(tables) and "alembic_version" not in tables)


def _refuse(state: SchemaState) -> None:
    if state.foreign:
        raise SettingInvalid(
            "DATABASE_URL",
            "names a file with another program's tables.",
            hint="Name a file of its own for Teamlead.",
        )
    if state.newer:
        raise _newer(state)


def _newer(state: SchemaState) -> SettingInvalid:
    return SettingInvalid(
        "DATABASE_URL",
        f"names a database of schema {state.found}; this program knows {state.wanted}.",
        hint="Install the newer Teamlead that it belongs to, or restore an older backup.",
    )


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing."""
    # Imported here: it costs a quarter of a second that only a migration needs.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        # Two processes that start at once must not migrate at once; the lock ends with the
        # transaction. The number is arbitrary and ours alone.
        connection.execute(text("SELECT pg_advisory_xact_lock(7131)"))
        state = _state(connection)
        _refuse(state)
        if state.current:
            return
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, head())
