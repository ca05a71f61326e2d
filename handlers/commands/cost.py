"""`/lead cost`: what model calls cost, by whom and for what; a file and a chart of it."""

from bot.domain.cost import read
from bot.errors import UserFacingError
from bot.services import costs
from bot.services.kpis import Seat
from bot.slack.cards import text_post
from bot.slack.cards.cost import cost_card
from bot.slack.post import Post
from handlers.commands.table import Call
from handlers.rooms import room_is_private


async def run_cost(call: Call) -> Post:
    """Show what calls cost, or post it as a CSV file or a chart."""
    asked = read(call.words)
    ctx, seat = call.desk.ctx, Seat.of_channel(call.workspace_id, call.channel_id)
    if not asked.csv and not asked.chart:
        async with ctx.database.read() as uow:
            return cost_card(await costs.card_of(ctx, uow, seat, asked))
    if asked.chart and asked.by not in (None, "days"):
        raise UserFacingError(
            "I draw what each day cost.", hint=f"`/lead cost {asked.by}` lists the others."
        )
    await call.require("ask", channel_id=call.channel_id)
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    post = costs.post_file if asked.csv else costs.post_days
    await post(ctx, seat, asked, receipt=call.receipt, is_private=private)
    return text_post("I post it here as a CSV file." if asked.csv else "I post the chart here.")
