"""One token speaks for its own workspace alone, whatever rows the database holds."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.process.connection import SlackConnection
from bot.clock import SystemClock
from bot.settings import SlackSettings
from bot.slack.errors import AuthLost
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import BACKEND
from storage.uow import Database
from tests.support.desk import desk


async def test_posts_of_another_workspace_wait_for_its_token(
    database: Database, tmp_path: Path
) -> None:
    """Else what one company's people wrote would stand in another's channel, under one id."""
    ctx = desk(database, tmp_path).ctx
    workspace = Workspace(rate_scale=None)
    async with WorkspaceServer(workspace) as server:
        slack = SlackSettings(bot_token=SecretStr(workspace.bot_token), api_url=server.api_url)
        settings = ctx.settings.model_copy(update={"slack": slack})
        connection = SlackConnection(settings, SystemClock())
        await connection.open(ctx)
        ours = workspace.identity.team_id
        post = {"channel": BACKEND, "text": "hello"}
        await (await connection.poster_for(ours)).call("chat.postMessage", post)
        for none in ("", ours):
            await (await connection.client_for(none)).auth_test()
        with pytest.raises(AuthLost, match="another workspace's"):
            await (await connection.poster_for("T0OTHER001")).call("chat.postMessage", post)
        with pytest.raises(AuthLost, match="another workspace's"):
            await connection.client_for("T0OTHER001")
        assert len(workspace.calls_of("chat.postMessage")) == 1
        await connection.close()
