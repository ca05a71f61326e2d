"""The simplest ceremony: at its time a channel is reminded of something."""

from datetime import timedelta
from typing import Any

from bot.domain.lanes import POST
from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.slack.cards import text_post
from bot.slack.post import Post
from bot.slack.text import escape
from storage.models import OutboxRow, Schedule
from storage.uow import UnitOfWork

VIEW = "reminder"
"""View of outbox rows."""
TOO_LATE = timedelta(hours=12)
"""Ours: a reminder of yesterday, said when an archived channel is opened again, misleads."""


async def remind(ctx: Context, _starter: Starter, slot: DueSlot) -> None:
    """Say the schedule's name in its channel; the outbox's key keeps it from being said twice."""
    schedule = slot.schedule
    post = await preview(ctx, schedule)
    async with ctx.database.begin() as uow:
        await uow.outbox.add(
            workspace_id=schedule.workspace_id,
            channel_id=schedule.channel_id,
            key=slot.key,
            method=POST,
            payload={"text": post.text, "blocks": post.blocks},
            view=VIEW,
            now=ctx.clock.now(),
        )


async def draw(ctx: Context, _uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Return what was to be said; None when it could not be said for long."""
    return row.payload if ctx.clock.now() - row.created_at <= TOO_LATE else None


async def preview(_ctx: Context, schedule: Schedule) -> Post:
    """Return what the channel will read."""
    return text_post(f":alarm_clock: {escape(schedule.name)}")


REMINDER = Ceremony(
    kind="reminder",
    title="Reminder",
    about="says its text here",
    window_minutes=0,
    run=remind,
    preview=preview,
)
