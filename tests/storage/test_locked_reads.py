"""A row that was read before it is locked is what others made of it meanwhile."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Table, update

from storage.models import Base
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW
from tests.support.every_table import fill

Row = dict[str, Any]
Read = Callable[[UnitOfWork, Row], Awaitable[Any]]


async def _bucket(uow: UnitOfWork, row: Row) -> Any:
    return (await uow.rates.lock([row["key"]])).get(row["key"])


READS: dict[str, tuple[str, Any, Read]] = {
    "installation": (
        "problem", "x", lambda uow, row: uow.installations.find(row["workspace_id"], lock=True),
    ),
    "forgetting": ("told_in", "C7", lambda uow, row: uow.forgettings.get(row["id"], lock=True)),
    "mcp_token": (
        "used_at", NOW,
        lambda uow, row: uow.mcp_tokens.named(row["workspace_id"], row["name"], lock=True),
    ),
    "tool_server": (
        "problem", "x",
        lambda uow, row: uow.tool_servers.named(row["workspace_id"], row["name"], lock=True),
    ),
    "architecture": (
        "accepted_by", "U7",
        lambda uow, row: uow.services.architecture(row["workspace_id"], row["id"], lock=True),
    ),
    "escalation": (
        "owner_id", "U7",
        lambda uow, row: uow.escalations.by_source(row["workspace_id"], row["source_key"]),
    ),
    "standup": (
        "state", "closed",
        lambda uow, row: uow.standups.of_slot(row["schedule_id"], row["slot_key"]),
    ),
    "rate_bucket": ("tokens", 0.25, _bucket),
}  # fmt: skip
"""Table -> a column, another value of it, and the locked read."""


@pytest.mark.parametrize("name", READS)
async def test_a_locked_row_is_read_anew(database: Database, name: str) -> None:
    column, value, read = READS[name]
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=NOW)
        made = await fill(
            uow, workspace_id="T1", channel_id="C1", person="U1", words="some words of theirs"
        )
        row = made[name]
        if name == "mcp_token":
            await _set(uow, "mcp_token", revoked_at=None)
        known = await read(uow, row)
        assert known is not None
        assert getattr(known, column) != value
        await _set(uow, name, **{column: value})  # as another process would: unseen by the session
        assert getattr(known, column) != value
        locked = await read(uow, row)
        assert locked is known
        assert getattr(known, column) == value


async def _set(uow: UnitOfWork, name: str, **values: Any) -> None:
    table: Table = Base.metadata.tables[name]
    await uow.session.execute(update(table).values(**values))
