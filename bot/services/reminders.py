"""The simplest ceremony: at its time a channel is reminded of something."""

from bot.domain.lanes import POST
from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.slack.cards import text_post
from bot.slack.text import escape


async def remind(ctx: Context, _starter: Starter, slot: DueSlot) -> None:
    """Say the schedule's name in its channel; the outbox's key keeps it from being said twice."""
    schedule = slot.schedule
    post = text_post(f":alarm_clock: {escape(schedule.name)}")
    async with ctx.database.begin() as uow:
        await uow.outbox.add(
            workspace_id=schedule.workspace_id,
            channel_id=schedule.channel_id,
            key=slot.key,
            method=POST,
            payload={"text": post.text, "blocks": post.blocks},
            now=ctx.clock.now(),
        )


REMINDER = Ceremony(
    kind="reminder",
    title="Reminder",
    about="says its text here",
    window_minutes=60,
    run=remind,
)
