"""`/lead team`: who is there, what for, and who is busy; `/lead team chart` draws it for all."""

from bot.errors import UserFacingError
from bot.services import task_views
from bot.services.charts import post_load
from bot.slack.cards import team_list, text_post
from bot.slack.post import Post
from bot.slack.views import SpecialistRow
from handlers.commands.table import Call
from handlers.rooms import room_is_private

CHART = "chart"


async def show_team(call: Call) -> Post:
    """Show the specialists with their present work, or post the chart."""
    words = call.words.lower()
    if words == CHART:
        return await _post_chart(call)
    if words:
        raise UserFacingError(
            f"I know no `/lead team {words[:40]}`.", hint="Did you mean `/lead team chart`?"
        )
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        running = await uow.plans.workload(call.workspace_id, running=True)
        waiting = await uow.plans.workload(call.workspace_id, running=False)
    return team_list(
        [
            SpecialistRow(
                voice=task_views.voice_of(ctx, name),
                when=who.when,
                running=running.get(name, 0),
                waiting=waiting.get(name, 0),
            )
            for name, who in ctx.team.specialists.items()
        ]
    )


async def _post_chart(call: Call) -> Post:
    """Queue the chart for this channel; whoever may ask may have the bot speak here."""
    await call.require("ask", channel_id=call.channel_id)
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    await post_load(
        call.desk.ctx,
        workspace_id=call.workspace_id,
        channel_id=call.channel_id,
        receipt=call.receipt,
        is_private=private,
    )
    return text_post("I am posting the team's load here.")
