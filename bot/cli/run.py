"""`teamlead run`, `serve` and `worker`: the bot with an ear on a socket, on HTTP, or with none."""

import typer

from bot import settings as settings_module
from bot.cli import logs
from bot.cli.bot_process import BotProcess
from bot.cli.process import loop
from bot.cli.process.life import live
from bot.services.workers import Command
from bot.settings import HttpSettings, Settings

_WORDS: dict[Command, str] = {
    "run": "Teamlead is on in",
    "serve": "Teamlead takes Slack's requests for",
    "worker": "A Teamlead worker is on for",
}


def run(command: Command, *, http_port: int | None = None) -> None:
    """Run until told to stop. Raises UserFacingError for wrong settings.

    `http_port` overrides the setting; 0 takes a free port.
    """
    settings = with_port(settings_module.load(), http_port)
    logs.set_up(settings.app)
    loop.run(_run(command, settings), kind=settings.app.event_loop)


async def _run(command: Command, settings: Settings) -> None:
    def announce(bot: BotProcess) -> None:
        model = bot.runtime.context.models.default_label
        at = f" Health: {bot.http_url}/readyz." if bot.http_url else ""
        typer.echo(f"{_WORDS[command]} {bot.team_name} ({model}).{at} Ctrl-C ends it.", err=True)

    await live(BotProcess(settings, command=command), announce)


def with_port(settings: Settings, port: int | None) -> Settings:
    """Return the settings with another HTTP port, unless it is None."""
    if port is None:
        return settings
    http = HttpSettings(**{**settings.http.model_dump(), "port": port})
    return settings.model_copy(update={"http": http})
