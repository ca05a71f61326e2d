"""`teamlead demo`: a local workspace, the bot and a chat page in one process, no token needed."""

import asyncio
import shutil
import webbrowser
from functools import partial
from pathlib import Path

import typer
from pydantic import SecretStr

from bot import settings as settings_module
from bot.bootstrap import make_home
from bot.cli import logs
from bot.cli.bot_process import BotProcess
from bot.cli.process import loop
from bot.cli.process.life import live
from bot.manifest import load_manifest
from bot.settings import AppSettings, DatabaseSettings, Settings, SlackSettings
from bot.workspace import PortBusy, Workspace, WorkspaceServer

DEFAULT_PORT = 8642


def run(*, port: int, browser: bool, fresh: bool) -> None:
    """Run until told to stop. Raises UserFacingError for wrong settings or a busy port."""
    given = settings_module.load()
    logs.set_up(given.app, least="warning" if given.app.log_level == "info" else None)
    work = _run(given, port=port, browser=browser, fresh=fresh)
    loop.run(work, kind=given.app.event_loop)


async def _run(given: Settings, *, port: int, browser: bool, fresh: bool) -> None:
    home = given.app.home / "demo"
    make_home(given.app.home)
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    make_home(home)
    workspace = Workspace(manifest=load_manifest(), state_file=home / "workspace.db")
    server = await _serve(workspace, port)
    try:
        bot = BotProcess(demo_settings(given, home, workspace, server), command="demo")
        await live(bot, partial(_announce, page_url=server.page_url, browser=browser))
    finally:
        await server.stop()


def _announce(bot: BotProcess, *, page_url: str, browser: bool) -> None:
    model = bot.runtime.context.models.default_label
    typer.echo(f"Teamlead demo ({model}): {page_url}")
    typer.echo("Write “@lead …” in #backend. Ctrl-C ends it; the next demo goes on from here.")
    if browser:
        # Opening one may take seconds, in which the page itself must be served.
        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, page_url)


async def _serve(workspace: Workspace, port: int) -> WorkspaceServer:
    """Serve the page; when the default port is taken, any free one will do."""
    server = WorkspaceServer(workspace, port=port)
    try:
        await server.start()
    except PortBusy:
        if port != DEFAULT_PORT:
            raise
        server = WorkspaceServer(workspace, port=0)
        await server.start()
    return server


def demo_settings(
    given: Settings, home: Path, workspace: Workspace, server: WorkspaceServer
) -> Settings:
    """Return the settings pointed at the local workspace, with a home of their own."""
    app = given.app.model_copy(update={"home": home})
    slack = SlackSettings(
        bot_token=SecretStr(workspace.bot_token),
        app_token=SecretStr(workspace.app_token),
        api_url=server.api_url,
    )
    database = DatabaseSettings(url=SecretStr(""))
    update = {"app": AppSettings(**app.model_dump()), "slack": slack, "database": database}
    return given.model_copy(update=update)
