"""`teamlead run`: the bot on Slack, or on any server that speaks its protocol."""

import typer

from bot import settings as settings_module
from bot.cli import logs
from bot.cli.bot_process import BotProcess
from bot.cli.signals import until_told_to_stop


async def run() -> None:
    """Run until told to stop. Raises UserFacingError for wrong settings."""
    settings = settings_module.load()
    logs.set_up(settings.app)
    async with BotProcess(settings) as bot:
        model = bot.runtime.context.models.default_label
        typer.echo(f"Teamlead is on in {bot.team_name} ({model}). Ctrl-C ends it.", err=True)
        await until_told_to_stop()
