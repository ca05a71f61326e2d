"""One row in each table, filled from what `storage.personal` says its columns hold."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
)
from sqlalchemy.types import Boolean

from storage.models import Base
from storage.personal import TABLES
from storage.uow import UnitOfWork

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
Made = dict[str, dict[str, Any]]


async def fill(
    uow: UnitOfWork, *, workspace_id: str, channel_id: str, person: str, words: str
) -> Made:
    """Insert a row into each table and return the rows by table; a table's row is found by
    `words` or by `person` in every column that may hold them.

    Tables that belong to no channel get none when their workspace's row is there already.
    """
    made: Made = {}
    for table in Base.metadata.sorted_tables:
        if table.name in ("workspace", "channel", "audit_removal"):
            continue
        if await _has_its_one(uow, table, workspace_id):
            continue
        row = _row(table, made, workspace_id, channel_id, person, words)
        made[table.name] = row
        result = await uow.session.execute(insert(table).values(**row))
        keys = [column.name for column in table.primary_key]
        given: tuple[Any, ...] = getattr(result, "inserted_primary_key", ())
        row.update(zip(keys, given, strict=True))
    return made


async def _has_its_one(uow: UnitOfWork, table: Table, workspace_id: str) -> bool:
    """Whether a workspace has one row of the table, e.g. its installation, and it is there."""
    if [column.name for column in table.primary_key] != ["workspace_id"]:
        return False
    rows = table.select().where(table.c.workspace_id == workspace_id)
    return (await uow.session.execute(rows)).first() is not None


def _row(
    table: Table, made: Made, workspace_id: str, channel_id: str, person: str, words: str
) -> dict[str, Any]:
    holds = TABLES[table.name]
    row: dict[str, Any] = {}
    for column in table.columns:
        parents = [key.column for key in column.foreign_keys]
        if column.name == "workspace_id":
            row[column.name] = workspace_id
        elif column.name in (holds.channel, "channel_id"):
            row[column.name] = channel_id
        elif column.name in holds.ids or column.name == holds.goes_with:
            row[column.name] = person
        elif column.name in holds.words or column.name in holds.about:
            row[column.name] = _text(column, f"{channel_id} {words} <@{person}>")
        elif parents:
            parent = made[parents[0].table.name]
            row[column.name] = parent[parents[0].name]
        elif column is not table.autoincrement_column:
            row[column.name] = _plain(column, channel_id)
    return row


def _text(column: Column[Any], text: str) -> Any:
    if isinstance(column.type, JSON):
        return {"said": [text]}
    length = getattr(column.type, "length", None)
    return text[:length]


def _plain(column: Column[Any], unique: str) -> Any:
    kind = column.type
    if isinstance(kind, Enum):
        return kind.enum_class(kind.enums[0]) if kind.enum_class else kind.enums[0]
    if isinstance(kind, String):
        return f"{unique}-{column.table.name}"[: kind.length]
    for family, value in (
        (Boolean, False),
        (Integer, sum(map(ord, unique))),
        (Float, 1.0),
        (DateTime, NOW),
        (Date, date(2026, 3, 2)),
        (JSON, {}),
        (LargeBinary, b""),
    ):
        if isinstance(kind, family):
            return value
    return NOW  # UtcDateTime


async def dump(uow: UnitOfWork) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table."""
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = await uow.session.execute(table.select())
        found[table.name] = [dict(row) for row in rows.mappings()]
    return found
