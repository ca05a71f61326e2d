"""`/lead measures`: what reports, and which service each repository or project is."""

from bot.services import measure_origins
from bot.services.service_graph import Place
from bot.slack.cards import text_post
from bot.slack.cards.measure import origin_list
from bot.slack.post import Post
from bot.slack.text import escape
from handlers.commands.table import Call


async def run_measures(call: Call) -> Post:
    """Show the places that report, or say which service one is."""
    ctx = call.desk.ctx
    if not call.words.strip():
        async with ctx.database.read() as uow:
            rows = await uow.facts.origins(call.workspace_id, limit=measure_origins.MOST)
        return origin_list(rows, now=ctx.clock.now())
    await call.require("decide", channel_id=call.channel_id)
    said = measure_origins.read_naming(call.words)
    place = Place(call.workspace_id, call.channel_id, call.user_id)
    service = await measure_origins.name_once(ctx, place, said, receipt=call.receipt)
    if service is None:
        return text_post("That is done already.")
    if not service:
        return text_post(f"{escape(said.name)} is no service any more.")
    return text_post(f"{escape(said.name)} is *{escape(service)}*; what it reported counts for it.")
