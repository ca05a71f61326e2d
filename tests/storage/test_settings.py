"""Chosen settings: one per place and name, read together, in their own workspace only."""

from typing import Any

import pytest

from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE


async def _put(
    uow: UnitOfWork, scope: str, scope_id: str, value: Any, *, workspace: str = WORKSPACE
) -> None:
    await uow.channels.ensure_workspace(workspace, now=NOW)
    await uow.settings.put(workspace, scope, scope_id, name="model", value=value, by="U1", now=NOW)


async def _values(database: Database, **place: str) -> dict[str, Any]:
    async with database.read() as uow:
        rows = await uow.settings.of(WORKSPACE, **place)
    return {row.scope: row.value for row in rows}


async def test_a_place_sees_its_own_and_what_is_above(database: Database) -> None:
    async with database.begin() as uow:
        await _put(uow, "workspace", "", "auto")
        await _put(uow, "channel", "C1", "claude")
        await _put(uow, "channel", "C2", "offline")
        await _put(uow, "user", "U1", "offline")
        await _put(uow, "channel", "C1", "foreign", workspace="T2")
    assert await _values(database) == {"workspace": "auto"}
    assert await _values(database, channel_id="C1") == {"workspace": "auto", "channel": "claude"}
    assert await _values(database, channel_id="C3", user_id="U1") == {
        "workspace": "auto",
        "user": "offline",
    }
    assert await _values(database, channel_id="U1", user_id="C1") == {"workspace": "auto"}


@pytest.mark.parametrize("value", ["words", 7, 2.5, True, False, ["U1", "admins"]])
async def test_values_come_back_as_they_were(database: Database, value: Any) -> None:
    async with database.begin() as uow:
        await _put(uow, "channel", "C1", value)
    kept = (await _values(database, channel_id="C1"))["channel"]
    assert (kept, type(kept)) == (value, type(value))


async def test_a_later_choice_replaces_and_can_be_taken_back(database: Database) -> None:
    async with database.begin() as uow:
        await _put(uow, "channel", "C1", "claude")
        await _put(uow, "channel", "C1", "offline")
    assert await _values(database, channel_id="C1") == {"channel": "offline"}
    async with database.begin() as uow:
        await uow.settings.drop(WORKSPACE, "channel", "C1", name="model")
        await uow.settings.drop(WORKSPACE, "channel", "C1", name="never set")
    assert await _values(database, channel_id="C1") == {}
