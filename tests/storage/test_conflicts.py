"""The questions about conflicts: numbers, private channels, claims in their order."""

from datetime import date

import pytest
from sqlalchemy import update

from bot.errors import NotFound
from storage.models import Conflict, ConflictClaim, new_id
from storage.models.base import table_of
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE


async def add_conflict(uow: UnitOfWork, *, channel: str = "C1", private: bool = False) -> Conflict:
    """Store a conflict of two claims, handed over backwards."""
    await uow.channels.ensure(WORKSPACE, channel, now=NOW, is_private=private)
    conflict = Conflict(
        id=new_id(),
        workspace_id=WORKSPACE,
        channel_id=channel,
        number=await uow.numbers.next(Conflict, WORKSPACE),
        kind="person",
        subject="Tom",
        capacity=30,
        starts_on=date(2026, 3, 2),
        opened_by="U1",
        created_at=NOW,
        updated_at=NOW,
    )
    claims = [
        ConflictClaim(
            workspace_id=WORKSPACE, conflict_id=conflict.id, position=position, title=title
        )
        for position, title in ((1, "B"), (0, "A"))
    ]
    return await uow.conflicts.add(conflict, claims)


async def test_a_conflict_with_its_claims(database: Database) -> None:
    async with database.begin() as uow:
        made = await add_conflict(uow)
    async with database.read() as uow:
        found = await uow.conflicts.get(WORKSPACE, made.id, lock=True)
        assert (found.public_id, found.state, found.starts_on) == ("C-1", "open", date(2026, 3, 2))
        assert [claim.title for claim in await uow.conflicts.claims(made.id)] == ["A", "B"]
        with pytest.raises(NotFound):
            await uow.conflicts.get("T2", made.id)


async def test_a_row_that_is_locked_is_read_anew(database: Database) -> None:
    """What a unit of work read before it had the lock may be what another has changed since."""
    async with database.begin() as uow:
        made = await add_conflict(uow)
    async with database.begin() as uow:
        known = await uow.conflicts.get(WORKSPACE, made.id)
        await uow.session.execute(update(table_of(Conflict)).values(subject="Ann"))
        assert known.subject == "Tom"
        assert (await uow.conflicts.get(WORKSPACE, made.id, lock=True)).subject == "Ann"


async def test_private_channels_keep_theirs(database: Database) -> None:
    async with database.begin() as uow:
        public = await add_conflict(uow)
        secret = await add_conflict(uow, channel="G1", private=True)
        seen = await uow.conflicts.newest(WORKSPACE, seen_from="C1", limit=9)
        assert [row.id for row in seen] == [public.id]
        find = uow.conflicts.by_number
        assert await find(WORKSPACE, secret.number, seen_from="G1") is secret
        with pytest.raises(NotFound):
            await find(WORKSPACE, secret.number, seen_from="C1")
