"""`teamlead serve` on a local workspace that sends it signed requests, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot.cli.bot_process import BotProcess
from bot.model.port import Model
from bot.settings import HttpSettings, Settings
from bot.workspace import WorkspaceServer
from tests.support.databases import migrated_home
from tests.support.http_slack import SECRET, HttpLink, http_slack
from tests.support.stage import Stage, settings_for
from tests.support.workspaces import patient_workspace


@dataclass
class Served:
    """The stage, with `serve` on it, and a client of our own."""

    stage: Stage
    link: HttpLink
    http: aiohttp.ClientSession

    @property
    def url(self) -> str:
        """Where the bot listens."""
        return self.stage.bot.http_url

    async def get(self, path: str) -> tuple[int, str]:
        """Return status and body."""
        async with self.http.get(f"{self.url}{path}") as answer:
            return answer.status, await answer.text()

    async def post(self, body: str, headers: dict[str, str]) -> tuple[int, str]:
        """Send an event's request; return status and body."""
        headers = {"Content-Type": "application/json", **headers}
        async with self.http.post(f"{self.url}/slack/events", data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def serving(home: Path, *, offline: Model | None = None) -> AsyncIterator[Served]:
    """Run workspace and `serve` for as long as the block lasts."""
    workspace = patient_workspace()
    async with WorkspaceServer(workspace) as server:
        settings = _settings(server, home)
        await migrated_home(home)
        async with (
            BotProcess(settings, command="serve", offline=offline) as bot,
            http_slack(workspace, bot.http_url) as link,
            aiohttp.ClientSession() as http,
        ):
            yield Served(Stage(workspace, server, bot), link, http)


def _settings(server: WorkspaceServer, home: Path) -> Settings:
    settings = settings_for(server, home)
    slack = settings.slack.model_copy(
        update={"app_token": SecretStr(""), "signing_secret": SecretStr(SECRET)}
    )
    return settings.model_copy(update={"slack": slack, "http": HttpSettings(port=0)})
