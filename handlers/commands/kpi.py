"""`/lead metrics`: the team's numbers with targets and trends; a chart or a file of them."""

from bot.domain.kpi import read
from bot.services import kpi_charts, kpi_export
from bot.services.kpis import Seat, chosen, values
from bot.slack.cards import text_post
from bot.slack.cards.kpi import kpi_card
from bot.slack.post import Post
from handlers.commands.table import Call
from handlers.rooms import room_is_private


async def run_metrics(call: Call) -> Post:
    """Show KPIs by area, name, window and service, or post a chart or a file of them."""
    asked = read(call.words)
    seat = Seat.of_channel(call.workspace_id, call.channel_id)
    ctx = call.desk.ctx
    if not asked.chart and not asked.file:
        async with ctx.database.read() as uow:
            found = await values(ctx, uow, seat, asked)
        return kpi_card(found, asked)
    chosen(asked)
    await call.require("ask", channel_id=call.channel_id)
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    post = kpi_export.post if asked.file else kpi_charts.post
    await post(ctx, seat, asked, receipt=call.receipt, is_private=private)
    return text_post(f"I post {'the file' if asked.file else 'the chart'} here.")
