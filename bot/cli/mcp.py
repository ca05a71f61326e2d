"""`teamlead mcp`: MCP on standard input and output, with the rights of who runs the bot.

Whoever can start it has the database anyway. It still sees public things only, and those of the one
channel that was named: what an agent on the operator's machine reads often goes to a model.
"""

from mcp.server.stdio import stdio_server

from bot import settings as settings_module
from bot.bootstrap import build
from bot.cli import logs
from bot.domain.mcp_token import SCOPES, Agent, check_name
from bot.mcp.server import server
from bot.mcp.tool import Call
from bot.services.adr_scope import scope_of
from bot.services.mcp_tokens import check_person
from bot.services.slack_news import SlackNews


async def run(*, workspace: str | None, channel: str | None, user: str, name: str) -> None:
    """Serve until the other side closes. Raises UserFacingError before anything is served.

    A task that is delegated is stored; the bot that runs on the same database starts it.
    """
    settings = settings_module.load()
    logs.set_up(settings.app)
    if user:
        check_person(user)
    news = SlackNews()
    runtime = await build(settings, news)
    ctx = runtime.context
    news.attach(ctx)
    slack = bool(settings.slack.bot_token.get_secret_value() or settings.slack.client_id)
    try:
        async with ctx.database.begin() as uow:
            found = await scope_of(
                uow, workspace=workspace, channel=channel, now=ctx.clock.now(), slack=slack
            )
        agent = Agent(
            workspace_id=found.workspace_id,
            name=check_name(name),
            scopes=SCOPES,
            user_id=user,
            is_operator=True,
            channel_id=found.channel_id,
        )
        served = server(lambda _: Call(ctx, agent))
        async with stdio_server() as (reading, writing):
            await served.run(reading, writing, served.create_initialization_options())
    finally:
        await runtime.close()
