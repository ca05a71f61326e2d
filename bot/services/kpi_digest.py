"""The weekly digest of the numbers: posted once for its slot, in quiet hours after them."""

from bot.domain.events import PostsQueued
from bot.domain.kpi import Asked
from bot.services import quiet
from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.services.kpis import Seat, values
from bot.slack.cards.kpi import digest_card
from bot.slack.post import Post
from storage.models import Schedule

ALL = Asked()
"""Every KPI, each in its own window."""


async def post(ctx: Context, _starter: Starter, slot: DueSlot) -> None:
    """Post a slot's digest; done again it changes nothing."""
    schedule = slot.schedule
    shown = await _card(ctx, schedule)
    async with ctx.database.begin() as uow:
        key = f"kpi-digest:{slot.key}"
        await quiet.say(ctx, uow, schedule, key, payload=shown.payload())
        await ctx.announcer.announce(uow, PostsQueued())


async def preview(ctx: Context, schedule: Schedule) -> Post:
    """Return what would be told now."""
    return await _card(ctx, schedule)


async def _card(ctx: Context, schedule: Schedule) -> Post:
    seat = Seat.of_channel(schedule.workspace_id, schedule.channel_id)
    async with ctx.database.read() as uow:
        found = await values(ctx, uow, seat, ALL)
    return digest_card(found, ALL)


METRICS = Ceremony(
    kind="metrics",
    title="Metrics digest",
    about="posts the team's numbers, the missed targets first",
    window_minutes=0,
    run=post,
    preview=preview,
)
