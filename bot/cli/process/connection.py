"""The way to Slack's Web API: one HTTP session; here with one token, checked at the start."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.process.bolt_app import app_of
from bot.clock import Clock
from bot.errors import SettingInvalid
from bot.services import installations
from bot.services.context import Context
from bot.settings import Settings
from bot.slack.errors import AuthLost
from bot.slack.poster import Poster, SlackPoster

log = structlog.get_logger(__name__)

FRESH_SECONDS = 30.0
"""Ours: readiness asks Slack again after this long; auth.test is a generous method."""

_OTHER = "My Slack token is another workspace's; a start with the right one sends it."
_NOT_HERE = "I am set up for another workspace, so I can do nothing here."


class Connection(Protocol):
    """`open` it once, `close` it once; it knows how to act in each workspace."""

    @property
    def team_name(self) -> str:
        """For whom the bot works, once open."""
        ...

    async def open(self, ctx: Context) -> None:
        """Make sure that Slack answers; raises SettingInvalid."""
        ...

    async def client_for(self, workspace_id: str) -> AsyncWebClient:
        """Return the client with a workspace's token; raises SlackFailure."""
        ...

    async def poster_for(self, workspace_id: str) -> Poster:
        """Return who posts in a workspace."""
        ...

    def app(self) -> AsyncApp:
        """Return Bolt's app, which answers for those workspaces."""
        ...

    async def problem(self) -> str:
        """Return why Slack cannot be spoken to, or nothing."""
        ...

    async def close(self) -> None:
        """Give back the session; safe to call twice."""
        ...


class Http:
    """The shared HTTP session of a process, and clients on it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Make the session, on the running loop."""
        timeout = self._settings.outbox.timeout_seconds
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout))

    def client(self, token: str | None) -> AsyncWebClient:
        """Return a client with this token."""
        if self._session is None:
            raise RuntimeError("the connection is not open")
        return AsyncWebClient(
            token=token,
            base_url=self._settings.slack.api_url.rstrip("/") + "/",
            session=self._session,
            timeout=max(1, round(self._settings.outbox.timeout_seconds)),
        )

    async def close(self) -> None:
        """Give back the session; safe to call twice."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class SlackConnection:
    """One workspace, whose token is in the settings."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._http = Http(settings)
        self._client: AsyncWebClient | None = None
        self._poster: Poster | None = None
        self._checked = 0.0
        self.team_name = ""
        self._team_id = ""

    async def open(self, ctx: Context) -> None:
        """Check the bot token and learn the workspace's name; raises SettingInvalid."""
        self._http.open()
        self._client = self._http.client(self._settings.slack.bot_token.get_secret_value())
        timeout = self._settings.outbox.timeout_seconds
        self._poster = SlackPoster(self._client, timeout_seconds=timeout)
        try:
            who = await self._client.auth_test()
        except SlackApiError as refused:
            code = refused.response["error"]
            raise SettingInvalid(
                "SLACK_BOT_TOKEN",
                f"was refused by Slack ({code}).",
                hint="Copy the bot token again from the app's “OAuth & Permissions” page.",
            ) from None
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise unreachable(lost) from None
        self._checked = self._clock.monotonic()
        self.team_name = str(who.get("team", ""))
        if not who.get("is_enterprise_install"):  # then one token is for many
            self._team_id = str(who.get("team_id", ""))
        await installations.came_back(ctx, str(who.get("team_id", "")))

    async def client_for(self, workspace_id: str) -> AsyncWebClient:
        """Return the client; raises AuthLost for a workspace that the token is not of."""
        if self._client is None:
            raise RuntimeError("the connection is not open")
        if self._is_other(workspace_id):
            raise AuthLost("auth.test", "other_workspace", words=_OTHER)
        return self._client

    async def poster_for(self, workspace_id: str) -> Poster:
        """Return the poster, which refuses to post for a workspace that the token is not of."""
        if self._poster is None:
            raise RuntimeError("the connection is not open")
        return _OfAnother() if self._is_other(workspace_id) else self._poster

    def _is_other(self, workspace_id: str) -> bool:
        """A database may hold another workspace's rows, e.g. of a token that was there before.

        What they say is for its people; a channel that both share has one id.
        """
        return (
            workspace_id.startswith("T") and bool(self._team_id) and workspace_id != self._team_id
        )

    def app(self) -> AsyncApp:
        """Return Bolt's app for the one token."""
        if self._client is None:
            raise RuntimeError("the connection is not open")
        app = app_of(self._settings, self._client)
        app.middleware(self._ours_only)
        return app

    async def _ours_only(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next_: Callable[[], Awaitable[None]],
    ) -> BoltResponse | None:
        """Work for the token's workspace alone: an app may be installed in others beside it, and
        Slack signs what is said there with the same secret.
        """
        team = context.team_id or ""
        if not self._is_other(team):
            await next_()
            return None
        log.warning("request.other_workspace", team_id=team)
        if "command" not in body:
            return BoltResponse(status=200)
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": _NOT_HERE})

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
        except (aiohttp.ClientError, TimeoutError) as lost:
            return f"cannot be reached ({type(lost).__name__})"
        self._checked = now
        return ""

    async def close(self) -> None:
        """Give back the session; safe to call twice."""
        await self._http.close()


class _OfAnother:
    """Implements `Poster` for a workspace whose token we do not have."""

    async def call(self, method: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Refuse; raises AuthLost."""
        raise AuthLost(method, "other_workspace", words=_OTHER)


def unreachable(lost: Exception) -> SettingInvalid:
    """Return the sentence for a Slack that does not answer."""
    return SettingInvalid(
        "SLACK_API_URL",
        f"cannot be reached ({type(lost).__name__}).",
        hint="Check the address and the network.",
    )
