"""Until when something unasked waits: whose quiet hours count, and who does not wait with it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.decision import DueKind
from bot.domain.events import DecisionCameUp
from bot.domain.setting import Scope
from bot.errors import SettingInvalid
from bot.services import quiet
from bot.services.decision_news import say_due
from bot.services.workspace_settings import choose, effective
from bot.settings import QuietSettings
from storage.uow import Database
from tests.support.desk import MORNING, Desk, desk
from tests.unit.decision.acts import accepted

NIGHT = "22:00-06:00 UTC"
AROUND_NOW = "08:00-10:00 UTC"
"""The desk's clock stands at nine."""
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


async def set_for(at: Desk, scope: Scope, scope_id: str, value: str) -> None:
    await choose(
        at.ctx,
        {"quiet_hours": value},
        workspace_id="T1",
        scope=scope,
        scope_id=scope_id,
        by="U1",
    )


async def until(at: Desk, **whom: Any) -> datetime | None:
    async with at.ctx.database.read() as uow:
        return await quiet.until(at.ctx, uow, "T1", **whom)


async def test_without_quiet_hours_nothing_waits(office: Desk) -> None:
    assert await until(office, channel_id="C1", user_id="U1") is None


async def test_the_channels_hours_count_before_the_workspaces(office: Desk) -> None:
    await set_for(office, Scope.WORKSPACE, "", AROUND_NOW)
    await set_for(office, Scope.CHANNEL, "C1", NIGHT)
    assert await until(office, channel_id="C1") is None
    assert await until(office, channel_id="C2") == TEN


async def test_a_direct_message_waits_for_the_person_alone(office: Desk) -> None:
    await set_for(office, Scope.USER, "U1", AROUND_NOW)
    assert await until(office, user_id="U1") == TEN
    assert await until(office, user_id="U2") is None
    assert await until(office, channel_id="C1") is None


async def test_a_person_who_is_never_quiet_does_not_wake_the_channel(office: Desk) -> None:
    await set_for(office, Scope.CHANNEL, "C1", AROUND_NOW)
    await set_for(office, Scope.USER, "U1", "off")
    assert await until(office, channel_id="C1", user_id="U1") == TEN


async def test_the_operators_hours_are_the_default(database: Database, tmp_path: Path) -> None:
    at = desk(database, tmp_path, quiet=QuietSettings(hours=AROUND_NOW, days="off"))
    assert await until(at, channel_id="C1") == TEN
    await set_for(at, Scope.WORKSPACE, "", "off")
    assert await until(at, channel_id="C1") is None


async def test_a_wrong_default_names_its_variable(database: Database, tmp_path: Path) -> None:
    at = desk(database, tmp_path, quiet=QuietSettings(hours="at night"))
    with pytest.raises(SettingInvalid, match="TEAMLEAD_QUIET_HOURS"):
        async with at.ctx.database.read() as uow:
            await effective(at.ctx, uow, "T1")


async def test_a_post_that_waits_holds_up_nobody(office: Desk) -> None:
    place: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "method": "chat.postMessage",
    }
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=MORNING)
        for key, moment in (("unasked", TEN), ("answer", None)):
            assert await uow.outbox.add(
                **place, key=key, payload={}, now=MORNING, not_before=moment
            )
    async with office.ctx.database.begin() as uow:
        assert [head.row.key for head in await uow.queue.heads(MORNING, limit=9)] == ["answer"]
        later = [head.row.key for head in await uow.queue.heads(TEN, limit=9)]
    assert sorted(later) == ["answer", "unasked"]


async def test_a_decision_that_comes_up_waits_for_the_morning(office: Desk) -> None:
    decision = await accepted(office)
    await set_for(office, Scope.CHANNEL, decision.channel_id, AROUND_NOW)
    event = DecisionCameUp("", decision_id=decision.id, kind=DueKind.REVIEW, day=MORNING.date())
    async with office.ctx.database.begin() as uow:
        await say_due(office.ctx, uow, event)
        row = await uow.outbox.by_key(
            decision.workspace_id, f"decision:{decision.id}:review:2026-03-02"
        )
    assert row is not None
    assert row.not_before == TEN
