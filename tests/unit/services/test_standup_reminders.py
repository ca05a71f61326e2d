"""One person in the standups of several channels is reminded of all in one message."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.setting import Scope
from bot.services import standup_sweep
from bot.services.boards import DRAWN
from bot.services.context import Context
from bot.services.outbox_repair import revive
from bot.services.schedules import Home
from bot.services.standup_answers import Said, answer
from bot.services.standup_news import CARD
from bot.services.standup_views import line_of
from bot.services.workspace_settings import choose
from storage.models import OutboxRow
from storage.repositories.standups import root_key
from tests.support.schedules import firing, scheduled
from tests.unit.services.test_standup_late import clock, ctx

__all__ = ("clock", "ctx")
MINUTE = timedelta(minutes=1)
TOKYO = "U00"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def standup(ctx: Context, channel: str, at: str, **more: Any) -> None:
    given = {"kind": "standup", "zones": ("UTC",), "window_minutes": 60} | more
    await scheduled(ctx, f"weekdays {at}", home=Home("T1", channel), **given)


async def deliver(ctx: Context, user: str = TOKYO) -> list[str]:
    """Send a person's reminders as the outbox does, one after the other; return what they say."""
    async with ctx.database.begin() as uow:
        waiting = (
            await uow.session.scalars(
                select(OutboxRow)
                .where(OutboxRow.channel_id == user, OutboxRow.state == "pending")
                .order_by(OutboxRow.id)
            )
        ).all()
        said = []
        for row in waiting:
            drawn = await DRAWN[str(row.view)](ctx, uow, row)
            row.state, row.payload = ("sent", drawn) if drawn else ("dead", {})
            await uow.session.flush()
            said += [str(drawn)] if drawn else []
    return said


async def at(ctx: Context, clock: ManualClock, hour: int, minute: int) -> list[str]:
    """Return what one person is told at a time."""
    clock.advance(datetime(2026, 3, 2, hour, minute, tzinfo=UTC) - clock.now())
    await firing(ctx).fire_due()
    await standup_sweep.sweep(ctx)
    return await deliver(ctx)


async def run_of(ctx: Context, channel: str) -> str:
    async with ctx.database.read() as uow:
        (row,) = await uow.standups.newest("T1", channel, states=("open",))
    return row.id


async def test_three_channels_remind_in_one_message(ctx: Context, clock: ManualClock) -> None:
    for channel, opens in (("C1", "09:30"), ("C2", "09:30"), ("C3", "09:50")):
        await standup(ctx, channel, opens)
    assert await at(ctx, clock, 9, 30) == await at(ctx, clock, 9, 50) == []
    (said,) = await at(ctx, clock, 10, 18)
    assert "3 standups wait for your answer" in said
    for channel in ("C1", "C2", "C3"):
        assert f"<#{channel}>" in said
        assert await run_of(ctx, channel) in said, "its own button"
    assert await at(ctx, clock, 10, 38) == [], "C3 was named at 10:18"


async def test_after_quiet_hours_one_message_is_claimed_at_a_time(
    ctx: Context, clock: ManualClock
) -> None:
    """Both wait for the same moment: drawn side by side, each would name all."""
    async with ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=clock.now(), is_private=False)
    await choose(
        ctx, {"quiet_hours": "10:00-10:25 UTC"}, workspace_id="T1", scope=Scope.USER,
        scope_id=TOKYO, by=TOKYO,
    )  # fmt: skip
    for channel in ("C1", "C2"):
        await standup(ctx, channel, "09:30")
    clock.advance(datetime(2026, 3, 2, 9, 30, tzinfo=UTC) - clock.now())
    await firing(ctx).fire_due()
    clock.advance(48 * MINUTE)
    await standup_sweep.sweep(ctx)
    clock.advance(8 * MINUTE)
    async with ctx.database.begin() as uow:
        heads = await uow.queue.heads(clock.now(), limit=99)
        first, *more = [head.row for head in heads if head.row.channel_id == TOKYO]
        assert more == []
        first.state, first.payload = "sending", await DRAWN[str(first.view)](ctx, uow, first) or {}
        assert "2 standups" in str(first.payload)
        query = select(OutboxRow).where(OutboxRow.channel_id == TOKYO, OutboxRow.id != first.id)
        (other,) = await uow.session.scalars(query)
        assert await DRAWN[str(other.view)](ctx, uow, other) is None, "also by another lane"


async def test_what_reminds_hours_later_is_told_then(ctx: Context, clock: ManualClock) -> None:
    await standup(ctx, "C1", "09:30")
    await standup(ctx, "C2", "09:30", window_minutes=240)
    await at(ctx, clock, 9, 30)
    (first,) = await at(ctx, clock, 10, 18)
    assert "The standup in <#C1> closes" in first
    (second,) = await at(ctx, clock, 12, 42)
    assert "The standup in <#C2> closes" in second


async def test_what_was_answered_is_not_named(ctx: Context, clock: ManualClock) -> None:
    for channel in ("C1", "C2", "C3"):
        await standup(ctx, channel, "09:30")
    await at(ctx, clock, 9, 30)
    await answer(ctx, "T1", await run_of(ctx, "C1"), Said(TOKYO, "a", "form", {0: "x"}))
    (said,) = await at(ctx, clock, 10, 18)
    assert "2 standups" in said
    assert "<#C1>" not in said


async def test_what_was_not_delivered_is_named_again(ctx: Context, clock: ManualClock) -> None:
    for channel in ("C1", "C2"):
        await standup(ctx, channel, "09:30")
    await at(ctx, clock, 9, 30)
    clock.advance(48 * MINUTE)
    await standup_sweep.sweep(ctx)
    async with ctx.database.begin() as uow:
        rows = await uow.session.scalars(select(OutboxRow).where(OutboxRow.channel_id == TOKYO))
        first, _ = sorted(rows, key=lambda row: row.id)
        first.state, first.payload = "dead", await DRAWN[str(first.view)](ctx, uow, first) or {}
    (said,) = await deliver(ctx)
    assert "2 standups" in said


async def test_an_archived_channel_s_standup_asks_nobody(ctx: Context, clock: ManualClock) -> None:
    for channel in ("C1", "C2"):
        await standup(ctx, channel, "09:30")
    await at(ctx, clock, 9, 30)
    async with ctx.database.begin() as uow:
        root = await uow.outbox.by_key("T1", root_key(await run_of(ctx, "C1")))
        assert root is not None
        root.state, root.problem, root.problem_code = "dead", "archived", "channel_gone"
    (said,) = await at(ctx, clock, 10, 18)
    assert "The standup in <#C2> closes" in said
    await at(ctx, clock, 10, 30)
    now = clock.now()
    await revive(ctx.database, "channel", now=now, workspace_id="T1", channel_id="C1")
    async with ctx.database.read() as uow:
        root = await uow.outbox.by_key("T1", root.key)
        assert root is not None
        assert root.state == "pending"
        assert await DRAWN[CARD](ctx, uow, root) is None, "unarchived weeks later, it says nothing"


async def test_home_says_until_when_one_can_answer_oneself(
    ctx: Context, clock: ManualClock
) -> None:
    """The run closes with its last zone; a person's own window does so before."""
    await standup(ctx, "C1", "09:30", zones=("Europe/Berlin", "America/New_York"))
    clock.advance(datetime(2026, 3, 3, 8, 30, tzinfo=UTC) - clock.now())
    await firing(ctx).fire_due()
    now = clock.now()
    async with ctx.database.read() as uow:
        waits = {
            user: await uow.standups.waiting_for("T1", user, now=now) for user in ("U20", "U30")
        }
    ((run, berlin),) = waits["U20"]
    assert run.closes_at > now + 6 * timedelta(hours=1)
    assert line_of(run, berlin).closes_at == now + timedelta(hours=1)
    assert waits["U30"] == [], "New York opens in six hours"
