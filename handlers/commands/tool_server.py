"""`/lead tools`: which tools specialists may use, whether they answer, what a task used."""

from bot.services import access, tool_views
from bot.slack.cards.tool_server import calls_post, tools_post
from bot.slack.post import Post
from handlers.commands.table import Call, number


async def run_tools(call: Call) -> Post:
    """Show servers and repositories, or the calls of a task that may be seen from here."""
    ctx = call.desk.ctx
    if call.words:
        wanted = number(call.words, "T", noun="tools")
        async with ctx.database.read() as uow:
            task = await uow.tasks.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
            found = await tool_views.task_calls(ctx, uow, task)
        return calls_post(found.public_id, found.lines)
    verdict = await access.verdict(
        ctx,
        call.desk.directory(call.client, call.workspace_id),
        "configure",
        workspace_id=call.workspace_id,
        user_id=call.user_id,
    )
    async with ctx.database.read() as uow:
        card = await tool_views.tools_card(ctx, uow, call.workspace_id, seen_from=call.channel_id)
    return tools_post(card, may_change=verdict.allowed)
