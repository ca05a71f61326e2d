"""`/lead decisions` and `decision`."""

from bot.services import task_views
from bot.services.workspace_settings import effective
from bot.slack.cards import decision_details, decision_list
from bot.slack.post import Post
from handlers.commands.table import Call, number

SHOWN = 20


async def list_decisions(call: Call) -> Post:
    """Show the newest decisions that may be seen from here."""
    async with call.desk.ctx.database.read() as uow:
        found = await uow.decisions.newest(
            call.workspace_id, limit=SHOWN, seen_from=call.channel_id
        )
    return decision_list([task_views.decision_row(row) for row in found])


async def show_decision(call: Call) -> Post:
    """Show one decision with all its fields."""
    wanted = number(call.words, "D", noun="decision")
    async with call.desk.ctx.database.read() as uow:
        found = await uow.decisions.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
        place = {"channel_id": found.channel_id}
        settings = await effective(call.desk.ctx, uow, call.workspace_id, **place)
    return decision_details(task_views.decision_card_view(found, settings))
