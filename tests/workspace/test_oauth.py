"""Installing by OAuth: a code once, tokens that expire, two workspaces behind one API."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clock import ManualClock
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.grants import CLIENT_ID, CLIENT_SECRET
from bot.workspace.seed import MAYA
from bot.workspace.shapes import Identity

BACK = "http://127.0.0.1:9/slack/oauth_redirect"
OTHER = Identity(
    team_id="T0OTHER001", team_name="Umbrella", bot_id="B0OTHER", bot_user_id="U0OTHER"
)
CLOCK = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
async def server() -> AsyncIterator[WorkspaceServer]:
    first = Workspace(rate_scale=None, clock=CLOCK)
    second = Workspace(rate_scale=None, clock=CLOCK, identity=OTHER, bot_token="xoxb-other")
    async with WorkspaceServer(first, second) as running:
        yield running


async def agree(server: WorkspaceServer, **more: str) -> dict[str, list[str]]:
    """Send a browser to the page and return what it brings back."""
    asked = {"client_id": CLIENT_ID, "redirect_uri": BACK, "state": "s 1", **more}
    async with (
        aiohttp.ClientSession() as http,
        http.get(
            f"{server.page_url}oauth/v2/authorize", params=asked, allow_redirects=False
        ) as answer,
    ):
        assert answer.status == 302, await answer.text()
        where = urlsplit(answer.headers["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == BACK
    return parse_qs(where.query)


def client(server: WorkspaceServer, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=server.api_url)


async def access(
    server: WorkspaceServer, secret: str = CLIENT_SECRET, **args: Any
) -> AsyncSlackResponse:
    return await client(server).oauth_v2_access(client_id=CLIENT_ID, client_secret=secret, **args)


async def test_a_code_becomes_a_token_once(server: WorkspaceServer) -> None:
    back = await agree(server)
    assert back["state"] == ["s 1"]
    given = await access(server, code=back["code"][0], redirect_uri=BACK)
    assert given["team"] == {"id": "T0ACME0001", "name": "Acme"}
    assert given["authed_user"]["id"] == MAYA
    assert "refresh_token" not in given.data
    assert (await client(server, given["access_token"]).auth_test())["team"] == "Acme"
    with pytest.raises(SlackApiError, match="invalid_code"):
        await access(server, code=back["code"][0])


async def test_who_says_no_brings_no_code(server: WorkspaceServer) -> None:
    assert await agree(server, deny="1") == {"state": ["s 1"], "error": ["access_denied"]}


async def test_only_the_app_gets_tokens(server: WorkspaceServer) -> None:
    code = (await agree(server))["code"][0]
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await access(server, "guessed", code=code)


async def test_a_token_speaks_for_its_own_workspace(server: WorkspaceServer) -> None:
    first, second = server.workspaces
    code = (await agree(server, team="T0OTHER001"))["code"][0]
    token = (await access(server, code=code))["access_token"]
    await client(server, token).chat_postMessage(channel="C0BACKEND1", text="hello Umbrella")
    assert [m["text"] for m in second.history("#backend")] == ["hello Umbrella"]
    assert first.history("#backend") == []


async def test_tokens_expire_and_are_renewed(server: WorkspaceServer) -> None:
    server.workspace.grants.expires_in = 60
    old = await access(server, code=(await agree(server))["code"][0])
    CLOCK.advance(timedelta(seconds=61))
    with pytest.raises(SlackApiError, match="token_expired"):
        await client(server, old["access_token"]).auth_test()
    renew = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"]}
    new = await access(server, **renew)
    assert (await client(server, new["access_token"]).auth_test())["ok"]
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await access(server, **renew)


async def test_after_the_removal_no_token_works(server: WorkspaceServer) -> None:
    server.workspace.uninstall()
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client(server, server.workspace.bot_token).auth_test()
    answer: AsyncSlackResponse = await client(server, "xoxb-other").auth_test()
    assert answer["team"] == "Umbrella"
