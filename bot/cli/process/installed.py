"""The way to Slack for many workspaces: each with the token that it gave when it was installed."""

from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.process.bolt_app import app_of
from bot.cli.process.connection import FRESH_SECONDS, Http, unreachable
from bot.cli.process.install_flow import install_flow
from bot.clock import Clock
from bot.manifest import INSTALL_PATH
from bot.services.context import Context
from bot.services.installation_seal import Seal, seal_from
from bot.services.installation_tokens import Installed, Tokens
from bot.settings import Settings
from bot.slack.errors import AuthLost, SlackFailure
from bot.slack.oauth import SlackExchange
from bot.slack.poster import Poster, SlackPoster

log = structlog.get_logger(__name__)


class InstalledConnection:
    """Asks the database at each use, so that a removed workspace is not called once more."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._http = Http(settings)
        self._checked = 0.0
        self._ctx: Context | None = None
        self._seal: Seal | None = None
        self._tokens: Tokens | None = None
        self.team_name = ""

    @property
    def tokens(self) -> Tokens:
        """The tokens, once open."""
        if self._tokens is None:
            raise RuntimeError("the connection is not open")
        return self._tokens

    async def open(self, ctx: Context) -> None:
        """Make sure that Slack answers and the key is there; raises SettingInvalid."""
        slack = self._settings.slack
        self._seal = seal_from(self._settings.secrets)
        self._http.open()
        exchange = SlackExchange(
            self._http.client(None),
            client_id=slack.client_id,
            client_secret=slack.client_secret.get_secret_value(),
        )
        self._ctx = ctx
        self._tokens = Tokens(ctx.database, ctx.clock, seal=self._seal, exchange=exchange)
        await self._open_all(ctx)
        try:
            await self._http.client(None).api_test()
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as lost:
            raise unreachable(lost) from None
        self._checked = self._clock.monotonic()

    async def _open_all(self, ctx: Context) -> None:
        """Try the key on every stored token: a wrong one must end the start, not each post."""
        async with ctx.database.read() as uow:
            rows = [row for row, _ in await uow.installations.all() if row.bot_token]
        for row in rows:
            await self.tokens.as_stored(row.workspace_id)
        self.team_name = f"{len(rows)} workspace{'' if len(rows) == 1 else 's'}"

    async def client_for(self, workspace_id: str) -> AsyncWebClient:
        """Return the client with a workspace's token; raises SlackFailure, AuthLost without one."""
        installed = await self.tokens.of(workspace_id)
        if installed is None:
            raise AuthLost("auth.test", "not_installed")
        return self._http.client(installed.token)

    async def poster_for(self, workspace_id: str) -> Poster:
        """Return who posts in a workspace, with the token of the moment of each call."""
        return _WorkspacePoster(self, workspace_id, self._settings.outbox.timeout_seconds)

    def app(self) -> AsyncApp:
        """Return Bolt's app, with the pages on which workspaces install it."""
        if self._ctx is None or self._seal is None:
            raise RuntimeError("the connection is not open")
        client = self._http.client(None)
        page = self._settings.http.url.rstrip("/")
        return app_of(
            self._settings,
            client,
            authorize=Authorize(self.tokens),
            oauth_flow=install_flow(self._ctx, self._seal, client),
            not_installed="I am not installed in this workspace. An admin can install me"
            + (f": {page}{INSTALL_PATH}" if page else "."),
        )

    async def problem(self) -> str:
        """Return why Slack cannot be spoken to, or nothing; asks it at most every 30 s."""
        if self._tokens is None:
            return "not connected yet"
        now = self._clock.monotonic()
        if now - self._checked < FRESH_SECONDS:
            return ""
        try:
            await self._http.client(None).api_test()
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as lost:
            return f"cannot be reached ({type(lost).__name__})"
        self._checked = now
        return ""

    async def close(self) -> None:
        """Give back the session; safe to call twice."""
        await self._http.close()


class _WorkspacePoster:
    """Posts as the app is installed in one workspace at the moment of the call."""

    def __init__(self, connection: InstalledConnection, workspace_id: str, timeout: float) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._timeout = timeout

    async def call(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Call a method and return its answer; raises SlackFailure."""
        client = await self._connection.client_for(self._workspace_id)
        return await SlackPoster(client, timeout_seconds=self._timeout).call(method, payload)


class Authorize(AsyncAuthorize):
    """Tells Bolt as whom to act; nothing is asked of Slack, which told us at the installation."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def __call__(
        self,
        *,
        context: object,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """Return as whom to act in a workspace; None where the app is not installed.

        A token that cannot be renewed now is no reason to lose a message: it is stored first, and
        the outbox tries again.
        """
        if team_id is None:
            return None
        try:
            found: Installed | None = await self._tokens.of(team_id)
        except SlackFailure as failed:
            log.warning("installation.not_renewed", team_id=team_id, error=failed.code)
            found = await self._tokens.as_stored(team_id)
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
            bot_token=found.token,
            bot_scopes=list(found.scopes),
            user_id=user_id,
        )
