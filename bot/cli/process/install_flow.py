"""`/slack/install` and `/slack/oauth_redirect`: an admin comes, agrees at Slack, and is back."""

import hashlib
import secrets
from datetime import timedelta
from html import escape
from urllib.parse import urljoin

import structlog
from slack_bolt import BoltResponse
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import INSTALL_PATH, REDIRECT_PATH, scopes
from bot.services import installations
from bot.services.context import Context
from bot.services.installation_seal import Seal
from bot.services.installations import Grant
from bot.slack.oauth import Granted

log = structlog.get_logger(__name__)

STATE_SECONDS = 600
"""As Bolt's own: long enough to log in and read what is asked for."""

_REASONS = {
    "access_denied": "You did not allow it, so nothing was installed.",
    "invalid_browser": "This was begun in another browser, or cookies are off here.",
    "invalid_state": "This link was used before, or is older than ten minutes.",
    "invalid_code": "Slack did not take the code; it may be used up.",
    "storage_error": "This app is installed in single workspaces, not in a whole organisation.",
}


def install_flow(ctx: Context, seal: Seal, client: AsyncWebClient) -> AsyncOAuthFlow:
    """Return Bolt's OAuth flow on our database; `client` has no token."""
    settings = ctx.settings
    public = settings.http.url.rstrip("/")
    return AsyncOAuthFlow(
        client=client,
        settings=AsyncOAuthSettings(
            client_id=settings.slack.client_id,
            client_secret=settings.slack.client_secret.get_secret_value(),
            scopes=scopes(),
            user_scopes=[],
            redirect_uri=f"{public}{REDIRECT_PATH}" if public else None,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            # Slack's directory wants a redirect, and there is nothing to say before it.
            install_page_rendering_enabled=False,
            authorization_url=authorization_url(settings.slack.api_url),
            installation_store=InstallationStore(ctx, seal),
            state_store=StateStore(ctx),
            state_expiration_seconds=STATE_SECONDS,
            callback_options=AsyncCallbackOptions(success=_installed, failure=_failed),
        ),
    )


def authorization_url(api_url: str) -> str:
    """Return where a server asks people whether they agree: beside its Web API, as Slack's is."""
    return urljoin(api_url.rstrip("/") + "/", "../oauth/v2/authorize")


class InstallationStore(AsyncInstallationStore):
    """What Bolt's flow needs of a store: to save. Tokens are read by `Tokens`."""

    def __init__(self, ctx: Context, seal: Seal) -> None:
        self._ctx = ctx
        self._seal = seal

    async def async_save(self, installation: Installation) -> None:
        """Store an installation; raises BoltError for one of a whole organisation.

        Tokens of people are not asked for and not kept.
        """
        workspace_id, token = installation.team_id, installation.bot_token
        if installation.is_enterprise_install or not workspace_id or not token:
            raise BoltError("only workspaces can be installed in")
        expires_at, now = installation.bot_token_expires_at, self._ctx.clock.now()
        granted = Granted(
            token=token,
            refresh_token=installation.bot_refresh_token or "",
            expires_in=None if not expires_at else int(expires_at - now.timestamp()),
        )
        await installations.install(
            self._ctx,
            self._seal,
            Grant(
                workspace_id=workspace_id,
                workspace_name=installation.team_name or "",
                installed_by=installation.user_id or "",
                app_id=installation.app_id or "",
                bot_id=installation.bot_id or "",
                bot_user_id=installation.bot_user_id or "",
                scopes=tuple(installation.bot_scopes or ()),
                granted=granted,
                enterprise_id=installation.enterprise_id,
            ),
        )


class StateStore(AsyncOAuthStateStore):
    """States in the database: any process takes back what another one issued."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """Return a fresh state."""
        state = secrets.token_urlsafe(32)
        now = self._ctx.clock.now()
        until = now + timedelta(seconds=STATE_SECONDS)
        async with self._ctx.database.begin(urgent=True) as uow:
            await uow.installations.add_state(_digest(state), now=now, expires_at=until)
        return state

    async def async_consume(self, state: str) -> bool:
        """Return whether it was issued, in time, and not taken before."""
        async with self._ctx.database.begin(urgent=True) as uow:
            return await uow.installations.take_state(_digest(state), now=self._ctx.clock.now())


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    found = args.installation
    name = found.team_name or "your workspace"
    link = f"https://app.slack.com/client/{found.team_id}"
    text = f"Lead is installed in {name}. Invite it into a channel: /invite @lead"
    page = _page(text, f'<a href="{escape(link, quote=True)}">Open Slack</a>')
    utils = args.settings.state_utils
    headers = {"Content-Type": _HTML, "Set-Cookie": [utils.build_set_cookie_for_deletion()]}
    return BoltResponse(status=200, headers=headers, body=page)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("installation.failed", reason=args.reason)
    text = _REASONS.get(args.reason, "Slack did not finish the installation.")
    again = f'<a href="{INSTALL_PATH}">Begin again</a>'
    return BoltResponse(
        status=args.suggested_status_code,
        headers={"Content-Type": _HTML},
        body=_page(text, "" if args.reason == "storage_error" else again),
    )


_HTML = "text/html; charset=utf-8"


def _page(text: str, link: str) -> str:
    """Return a small page; `link` is markup of ours."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Lead</title>'
        '<meta name="viewport" content="width=device-width">'
        "<style>body{font:1rem/1.5 system-ui,sans-serif;margin:4rem auto;max-width:34rem;"
        "padding:0 1rem}</style></head>"
        f"<body><p>{escape(text)}</p><p>{link}</p></body></html>"
    )
