"""The audit log keeps every act, oldest first."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE


async def test_acts_on_one_thing_in_order(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        for action in ("task.stop", "task.resume"):
            await uow.audit.add(WORKSPACE, "U1", action=action, noun="task", noun_id="x", at=NOW)
        await uow.audit.add(
            WORKSPACE,
            "U2",
            action="decision.accepted",
            noun="decision",
            noun_id="x",
            at=NOW,
            details={"revision": 2},
        )
    async with database.read() as uow:
        acts = await uow.audit.of(WORKSPACE, "task", "x")
        assert [(act.action, act.actor_id, act.details) for act in acts] == [
            ("task.stop", "U1", {}),
            ("task.resume", "U1", {}),
        ]
        (act,) = await uow.audit.of(WORKSPACE, "decision", "x")
        assert (act.details, act.at) == ({"revision": 2}, NOW)
        assert not await uow.audit.of("T2", "task", "x")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor_id = 'U9'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE noun_id = 'x'",
        "UPDATE audit SET details = '{}'",
    ],
)
async def test_the_database_keeps_entries_as_they_are(database: Database, statement: str) -> None:
    await _noted(database)
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.begin() as uow:
            await uow.session.execute(text(statement))
    assert await _kept(database) == ["x"]


async def test_not_even_all_at_once(database: Database) -> None:
    """SQLite has no TRUNCATE; there is nothing to refuse."""
    await _noted(database)
    if database.dialect == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.begin() as uow:
                await uow.session.execute(text("TRUNCATE audit"))
    assert await _kept(database) == ["x"]


@pytest.mark.parametrize(("seconds", "left"), [(0, ["x"]), (1, [])])
async def test_retention_s_door_opens_for_older_ones_only(
    database: Database, seconds: int, left: list[str]
) -> None:
    await _noted(database)
    door = NOW + timedelta(seconds=seconds)
    if left:
        with pytest.raises(DBAPIError, match="append-only"):
            await _remove(database, door)
    else:
        await _remove(database, door)
    assert await _kept(database) == left
    await _noted(database)
    with pytest.raises(DBAPIError, match="append-only"):  # the door is shut again
        async with database.begin() as uow:
            await uow.session.execute(text("DELETE FROM audit"))


async def test_pages_go_on_where_the_last_one_ended(database: Database) -> None:
    for name in ("a", "b", "c"):
        await _noted(database, name)
    async with database.read() as uow:
        first = await uow.audit.page(after_id=0, limit=2)
        rest = await uow.audit.page(after_id=first[-1].id, limit=2, workspace_id=WORKSPACE)
        newest = await uow.audit.newest(WORKSPACE, limit=2)
        older = await uow.audit.newest(WORKSPACE, limit=2, before_id=newest[-1].id)
        assert not await uow.audit.page(after_id=0, limit=2, workspace_id="T2")
    assert [entry.noun_id for entry in (*first, *rest)] == ["a", "b", "c"]
    assert [entry.noun_id for entry in (*newest, *older)] == ["c", "b", "a"]


async def _remove(database: Database, before: datetime) -> None:
    async with database.begin() as uow, uow.audit.removal(before):
        await uow.session.execute(text("DELETE FROM audit"))


async def _noted(database: Database, name: str = "x") -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        await uow.audit.add(WORKSPACE, "U1", action="a.b", noun="task", noun_id=name, at=NOW)


async def _kept(database: Database) -> list[str]:
    async with database.read() as uow:
        return [entry.noun_id for entry in await uow.audit.page(after_id=0, limit=9)]
