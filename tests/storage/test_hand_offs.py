"""The questions about hand-offs: who sees them, which are open, which must be reminded of."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.hand_off import HandOffState
from bot.errors import NotFound
from storage.models import HandOff
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE, add_channels


async def add_hand_off(
    uow: UnitOfWork, *, channel: str = "C1", private: bool = False, **values: Any
) -> HandOff:
    """Store a hand-off to the team of channel C2."""
    await uow.channels.ensure(WORKSPACE, channel, now=NOW, is_private=private)
    given: dict[str, Any] = {
        "direction": "out",
        "team": "devops",
        "text": "a database",
        "team_channel_id": "C2",
        "requested_by": "U1",
        "created_at": NOW,
        "updated_at": NOW,
    }
    number = await uow.numbers.next(HandOff, WORKSPACE)
    return await uow.hand_offs.add(
        HandOff(workspace_id=WORKSPACE, channel_id=channel, number=number, **given | values)
    )


async def test_both_channels_see_it_and_others_only_what_is_public(database: Database) -> None:
    async with database.begin() as uow:
        public = await add_hand_off(uow)
        secret = await add_hand_off(uow, channel="G1", private=True)
        await add_channels(uow, "C2", "C3")

        async def seen(channel: str) -> list[str]:
            found = await uow.hand_offs.open_ones(WORKSPACE, seen_from=channel, limit=9)
            return [row.id for row in found]

        assert await seen("C3") == [public.id]
        await add_hand_off(uow, channel="G1", team_channel_id="")
        assert await seen("") == [public.id]
        assert len(await seen("G1")) == 3
        assert await seen("C2") == [public.id, secret.id]
        assert (await seen("G1"))[:2] == [public.id, secret.id]
        find = uow.hand_offs.by_number
        assert await find(WORKSPACE, secret.number) is secret
        for place, workspace in (("C3", WORKSPACE), ("G1", "T2")):
            with pytest.raises(NotFound):
                await find(workspace, secret.number, seen_from=place)
        with pytest.raises(NotFound):
            await uow.hand_offs.get("T2", public.id)


async def test_what_is_open_and_what_is_due(database: Database) -> None:
    hour = timedelta(hours=1)
    async with database.begin() as uow:
        await add_hand_off(uow, created_at=NOW, remind_at=NOW + 2 * hour)
        older = await add_hand_off(uow, created_at=NOW - hour, remind_at=NOW + hour)
        await add_hand_off(uow, state=HandOffState.DONE, ended_at=NOW)
    async with database.read() as uow:
        found = await uow.hand_offs.open_ones(WORKSPACE, seen_from="C1", limit=9)
        assert [row.number for row in found] == [2, 1]
        due = uow.hand_offs.due
        assert await due(now=NOW, limit=9) == []
        assert await due(now=NOW + hour, limit=9) == [(WORKSPACE, older.id)]
        assert len(await due(now=NOW + 3 * hour, limit=1)) == 1
