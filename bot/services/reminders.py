"""The simplest ceremony: at its time a channel is reminded of something."""

from bot.domain.lanes import POST
from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.slack.cards import text_post
from bot.slack.post import Post
from bot.slack.text import escape
from storage.models import Schedule


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
            now=ctx.clock.now(),
        )


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
