"""`/lead team`: who is there, what for, and who is busy."""

from bot.services import task_views
from bot.slack.cards import team_list
from bot.slack.post import Post
from bot.slack.views import SpecialistRow
from handlers.commands.table import Call


async def show_team(call: Call) -> Post:
    """Show the specialists with their present work."""
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
