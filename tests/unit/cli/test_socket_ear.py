"""The first connection: a token that is refused ends the start, a Slack that is busy does not."""

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.process.socket_ear import SocketEar
from bot.clock import SystemClock
from bot.errors import SettingInvalid
from bot.services.gate import Gate
from bot.workspace import Workspace, WorkspaceServer


def app_at(server: WorkspaceServer, workspace: Workspace) -> AsyncApp:
    return AsyncApp(client=AsyncWebClient(workspace.bot_token, base_url=server.api_url))


async def test_a_refused_token_is_said_at_the_start() -> None:
    """The library asks again for ever, and a process that hears nothing looks as if it ran."""
    workspace = Workspace(rate_scale=None)
    async with WorkspaceServer(workspace) as server:
        ear = SocketEar("xapp-1-wrong", SystemClock())
        with pytest.raises(SettingInvalid, match="SLACK_APP_TOKEN was refused by Slack"):
            await ear.listen(app_at(server, workspace), Gate())
        await ear.close()


async def test_one_question_is_enough_for_a_connection() -> None:
    """Slack allows a few a minute."""
    workspace = Workspace(rate_scale=None)
    async with WorkspaceServer(workspace) as server:
        ear = SocketEar(workspace.app_token, SystemClock())
        await ear.listen(app_at(server, workspace), Gate())
        assert await ear.problem() == ""
        assert len(workspace.calls_of("apps.connections.open")) == 1
        await ear.close()
