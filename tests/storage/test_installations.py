"""Installations: tokens lie sealed, a state counts once, a removed workspace leaves no row."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from bot.services import installation_purge
from bot.settings import RetentionSettings
from storage.models import Base
from storage.repositories.installation_purge import NOBODYS, belongs, tables
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW

DAY = timedelta(days=1)


async def test_a_state_is_taken_back_once_and_in_time(database: Database) -> None:
    async with database.begin() as uow:
        await uow.installations.add_state("old", now=NOW - DAY, expires_at=NOW)
        assert not await uow.installations.take_state("old", now=NOW)
        await uow.installations.add_state("fresh", now=NOW, expires_at=NOW + DAY)
    async with database.begin() as uow:
        taken = [
            await uow.installations.take_state(digest, now=NOW)
            for digest in ("fresh", "fresh", "old", "never issued")
        ]
    assert taken == [True, False, False, False]


async def test_the_right_to_renew_is_given_to_one(database: Database) -> None:
    """Slack takes a refresh token once; who died with the right holds it for a while only."""
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
        await uow.installations.add("T1", installed_at=NOW)

    async def claim(version: int, now: datetime) -> bool:
        async with database.begin() as uow:
            return await uow.installations.claim_refresh(
                "T1", version, now=now, until=now + timedelta(seconds=30)
            )

    assert await claim(0, NOW)
    assert not await claim(0, NOW)
    assert not await claim(7, NOW + DAY)
    assert await claim(0, NOW + DAY)


def test_every_table_has_an_owner_or_is_known_to_have_none() -> None:
    """A new table without a workspace fails here: give it one, or put it on the list."""
    for table in Base.metadata.tables.values():
        assert (belongs(table, "T1") is None) == (table.name in NOBODYS)
    free, rest = tables()
    assert {table.name for table in (*free, *rest)} == set(Base.metadata.tables) - NOBODYS


def _value(kind: TypeEngine[Any], mark: str) -> Any:
    if isinstance(kind, Enum):
        return kind.enums[0] if kind.enum_class is None else next(iter(kind.enum_class))
    simple: list[tuple[type[Any], Any]] = [
        (Boolean, False), (Integer, 1), (Float, 1.0), (LargeBinary, b""),
        (Date, date(2026, 3, 2)), (String, mark),
    ]  # fmt: skip
    for known, value in simple:
        if isinstance(kind, known):
            return value
    return NOW if isinstance(getattr(kind, "impl", kind), DateTime) else {}


def _row(table: Table, workspace: str) -> dict[str, Any]:
    """Return a row that points at the workspace's other rows, whatever the columns."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.foreign_keys or column.name in ("workspace_id", "id"):
            whole = isinstance(column.type, Integer)
            row[column.name] = int(workspace[1:]) if whole else workspace
        elif not column.nullable:
            row[column.name] = _value(column.type, workspace if column.primary_key else "x")
    if table.name == "rate_bucket":
        row["key"] = f"{workspace} chat.update"
    return row


async def _fill(uow: UnitOfWork, workspace: str) -> None:
    for table in Base.metadata.sorted_tables:
        if table.name not in NOBODYS:
            row = _row(table, workspace)
            row |= {"removed_at": NOW} if table.name == "installation" else {}
            await uow.session.execute(table.insert().values(**row))


async def _counts(database: Database) -> dict[str, int]:
    async with database.read() as uow:
        return {
            name: (await uow.session.scalars(select(func.count()).select_from(table))).one()
            for name, table in Base.metadata.tables.items()
            if name not in NOBODYS
        }


async def test_nothing_is_left_of_a_workspace_and_all_of_the_other(database: Database) -> None:
    """A row in every table for both; one is purged, with batches smaller than its rows."""
    async with database.begin() as uow:
        await _fill(uow, "T1")
        await _fill(uow, "T12")
    before = await _counts(database)
    assert set(before.values()) == {2}

    done = await installation_purge.purge(database, "T1", before=NOW, now=NOW, batch=1)

    assert done
    assert set((await _counts(database)).values()) == {1}
    for name, table in Base.metadata.tables.items():
        owned = belongs(table, "T12")
        if owned is not None:
            async with database.read() as uow:
                rest = await uow.session.execute(select(table).where(owned))
                assert len(rest.all()) == 1, name


@pytest.mark.parametrize(("days", "after", "left"), [(30, 29, 2), (30, 30, 1), (0, 0, 1)], ids=str)
async def test_the_grace(database: Database, days: int, after: int, left: int) -> None:
    """Only who removed the app is purged, and only when the days are over."""
    async with database.begin() as uow:
        for workspace, gone in (("T1", True), ("T2", False)):
            await uow.channels.ensure_workspace(workspace, now=NOW)
            row = await uow.installations.add(workspace, installed_at=NOW)
            row.removed_at = NOW if gone else None
    settings = RetentionSettings(uninstalled_days=days)
    now = NOW.astimezone(UTC) + after * DAY
    purged = await installation_purge.purge_due(database, settings, now=now)
    assert purged == 2 - left
    async with database.read() as uow:
        assert len(await uow.installations.all()) == left


async def test_who_installs_again_in_time_keeps_everything(database: Database) -> None:
    """The purge looks again in the transaction that deletes."""
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
        await uow.installations.add("T1", installed_at=NOW)
    assert not await installation_purge.purge(database, "T1", before=NOW, now=NOW)
    async with database.read() as uow:
        assert await uow.installations.find("T1") is not None
