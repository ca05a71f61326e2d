"""Rate limits and faults of the Web API."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import ManualClock
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.rates import RateLimits
from bot.workspace.seed import BACKEND, MAYA
from tests.workspace.conftest import client_of

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def test_one_message_a_second_per_channel_with_bursts() -> None:
    """Five in a row pass, the sixth is 429 with Retry-After; a second later one passes."""
    clock = ManualClock(START)
    async with WorkspaceServer(Workspace(clock=clock)) as server:
        client = client_of(server)
        for number in range(5):
            await client.chat_postMessage(channel=BACKEND, text=str(number))
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=BACKEND, text="too fast")
        response = caught.value.response
        assert (response.status_code, response["error"]) == (429, "ratelimited")
        assert response.headers["Retry-After"] == "1"
        other = await client.chat_postMessage(channel=MAYA, text="another channel")
        assert other["ok"]
        clock.advance(timedelta(seconds=1))
        assert (await client.chat_postMessage(channel=BACKEND, text="now"))["ok"]
        refused = [call for call in server.workspace.calls if call.status == 429]
        assert [call.args["text"] for call in refused] == ["too fast"]


def test_tiers_scale_and_refill() -> None:
    """Tier 2 is 20 a minute, twice that at scale 2, without end at None."""
    clock = ManualClock(START)
    for scale, expected in ((1.0, 20), (2.0, 40)):
        rates = RateLimits(clock, scale=scale)
        passed = 0
        while rates.take("chat.startStream") is None:
            passed += 1
        assert passed == expected
    assert rates.take("chat.startStream") == 2
    clock.advance(timedelta(seconds=60))
    assert rates.take("chat.startStream") is None
    free = RateLimits(clock, scale=None)
    assert all(free.take("chat.startStream") is None for _ in range(1000))


async def test_a_storm_of_429(workspace: Workspace, client: AsyncWebClient) -> None:
    """rate_limit at 1 refuses everything before it is done."""
    workspace.faults.set(rate_limit=1.0)
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=BACKEND, text="x")
    workspace.faults.clear()
    assert workspace.history("#backend") == []


async def test_a_server_error_does_nothing(workspace: Workspace, client: AsyncWebClient) -> None:
    """503, and the message is not there."""
    workspace.faults.next_calls("chat.postMessage", "server_error")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=BACKEND, text="x")
    assert caught.value.response.status_code == 503
    assert workspace.history("#backend") == []
    assert (await client.chat_postMessage(channel=BACKEND, text="x"))["ok"]


async def test_a_lost_answer_leaves_the_message(
    server: WorkspaceServer, workspace: Workspace
) -> None:
    """The hard case: it was posted, the caller never hears of it."""
    workspace.faults.next_calls("chat.postMessage", "drop")
    client = AsyncWebClient(
        token=workspace.bot_token,
        base_url=server.api_url,
        retry_handlers=[AsyncConnectionErrorRetryHandler(max_retry_count=0)],
    )
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=BACKEND, text="x")
    assert [message["text"] for message in workspace.history("#backend")] == ["x"]


def test_dice_repeat_with_their_seed() -> None:
    """The same seed strikes the same calls."""
    runs = []
    for _ in range(2):
        workspace = Workspace(seed_number=7)
        workspace.faults.set(drop=0.5)
        runs.append([workspace.faults.strike("message", "drop") for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {None, "drop"}
