"""The way to Slack's Web API: one HTTP session, one token, checked at the start and asked later."""

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.errors import SettingInvalid
from bot.settings import Settings

FRESH_SECONDS = 30.0
"""Ours: readiness asks Slack again after this long; auth.test is a generous method."""


class SlackConnection:
    """`open` it once, `close` it once; `problem` says whether Slack still takes the token."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._http: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._checked = 0.0
        self.team_name = ""

    @property
    def client(self) -> AsyncWebClient:
        """The client, once open."""
        if self._client is None:
            raise RuntimeError("the connection is not open")
        return self._client

    async def open(self) -> None:
        """Check the bot token and learn the workspace's name; raises SettingInvalid."""
        slack = self._settings.slack
        timeout = self._settings.outbox.timeout_seconds
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout))
        self._client = AsyncWebClient(
            token=slack.bot_token.get_secret_value(),
            base_url=slack.api_url.rstrip("/") + "/",
            session=self._http,
            timeout=max(1, round(timeout)),
        )
        try:
            who = await self._client.auth_test()
        except SlackApiError as refused:
            code = refused.response["error"]
            raise SettingInvalid(
                "SLACK_BOT_TOKEN",
                f"was refused by Slack ({code}).",
                hint="Copy the bot token again from the app's “OAuth & Permissions” page.",
            ) from None
        except (aiohttp.ClientError, TimeoutError) as unreachable:
            raise SettingInvalid(
                "SLACK_API_URL",
                f"cannot be reached ({type(unreachable).__name__}).",
                hint="Check the address and the network.",
            ) from None
        self._checked = self._clock.monotonic()
        self.team_name = str(who.get("team", ""))

    async def problem(self) -> str:
        """Return why Slack cannot be spoken to, or nothing; asks it at most every 30 s."""
        if self._client is None:
            return "not connected yet"
        now = self._clock.monotonic()
        if now - self._checked < FRESH_SECONDS:
            return ""
        try:
            await self._client.auth_test()
        except SlackApiError as refused:
            return f"auth.test said {refused.response['error']}"
        except (aiohttp.ClientError, TimeoutError) as unreachable:
            return f"cannot be reached ({type(unreachable).__name__})"
        self._checked = now
        return ""

    async def close(self) -> None:
        """Give back the session; safe to call twice."""
        if self._http is not None:
            await self._http.close()
            self._http = None
