"""Checks of `teamlead doctor` that ask Slack: both tokens, the scopes, the clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.cli.doctor_check import Check
from bot.cli.doctor_many import check_many
from bot.clock import Clock
from bot.manifest import load_manifest
from bot.settings import Settings

MOST_SKEW_SECONDS = 60
"""Slack refuses signed requests that are five minutes off; our own deadlines mind sooner."""

_BOT, _APP = "Slack bot token", "Slack app token"
_UNREACHABLE = "Check the network, the proxy and SLACK_API_URL."


async def check_slack(settings: Settings, clock: Clock) -> list[Check]:
    """Return the Slack lines; without any token one line that says what to set."""
    bot = settings.slack.bot_token.get_secret_value()
    app = settings.slack.app_token.get_secret_value()
    if not bot and not app and not settings.many_workspaces:
        advice = (
            "For Slack set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (docs/install.md);"
            " `teamlead demo` and `teamlead ask` need neither."
        )
        return [Check("Slack", "note", "No tokens are set.", advice)]
    timeout = settings.outbox.timeout_seconds
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout)) as http:
        client = AsyncWebClient(
            token=bot or None,
            base_url=settings.slack.api_url.rstrip("/") + "/",
            session=http,
            timeout=max(1, round(timeout)),
        )
        if settings.many_workspaces:
            return await check_many(settings, client, clock)
        checks = await _check_bot(client, bot, clock)
        return [*checks, *await _check_ear(client, app, settings)]


async def _check_bot(client: AsyncWebClient, token: str, clock: Clock) -> list[Check]:
    wrong = _wrong_kind(_BOT, "SLACK_BOT_TOKEN", token, "xoxb-")
    if wrong is not None:
        return [wrong]
    try:
        who = await client.auth_test()
    except SlackApiError as refused:
        code = refused.response["error"]
        advice = "Copy the bot token again from the app's “OAuth & Permissions” page."
        return [Check(_BOT, "fix", f"Slack refuses it ({code}).", advice)]
    except (aiohttp.ClientError, TimeoutError) as lost:
        return [_unreachable(_BOT, lost)]
    found = f"{who.get('user', 'the app')} in {who.get('team', 'the workspace')}."
    return [Check(_BOT, "ok", found), _check_scopes(who), _check_clock(who, clock)]


def _check_scopes(who: AsyncSlackResponse) -> Check:
    """Compare what the token may do with what the manifest asks for."""
    header = _header(who.headers, "x-oauth-scopes")
    if not header:
        found = "The server does not say which scopes the token has."
        return Check("Slack scopes", "note", found, "Compare them with manifest.json by hand.")
    granted = {scope.strip() for scope in header.split(",")}
    wanted = load_manifest()["oauth_config"]["scopes"]["bot"]
    missing = sorted(set(wanted) - granted)
    if missing:
        advice = "Add them on the app's “OAuth & Permissions” page and install the app again."
        return Check("Slack scopes", "fix", f"Missing: {', '.join(missing)}.", advice)
    return Check("Slack scopes", "ok", f"All {len(wanted)} of the manifest are granted.")


def _check_clock(who: AsyncSlackResponse, clock: Clock) -> Check:
    """Compare this machine's clock with the server's Date header."""
    try:
        theirs = parsedate_to_datetime(_header(who.headers, "date"))
    except ValueError:
        return Check("Clock", "note", "The server sends no Date header to compare with.")
    skew = abs((clock.now() - _aware(theirs)).total_seconds())
    if skew > MOST_SKEW_SECONDS:
        advice = "Let this machine keep time by NTP."
        return Check("Clock", "fix", f"{skew:.0f} s away from Slack's.", advice)
    return Check("Clock", "ok", f"Within {MOST_SKEW_SECONDS} s of Slack's.")


async def _check_ear(client: AsyncWebClient, app_token: str, settings: Settings) -> list[Check]:
    """`run` needs the app token, `serve` the signing secret; one of them is enough."""
    if not settings.slack.signing_secret.get_secret_value():
        return [await _check_app(client, app_token)]
    served = Check("Signing secret", "ok", "Set: `teamlead serve` can check Slack's requests.")
    return [served, await _check_app(client, app_token)] if app_token else [served]


async def _check_app(client: AsyncWebClient, token: str) -> Check:
    wrong = _wrong_kind(_APP, "SLACK_APP_TOKEN", token, "xapp-")
    if wrong is not None:
        return wrong
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as refused:
        code = refused.response["error"]
        advice = "Make an app-level token with the scope connections:write (docs/install.md)."
        return Check(_APP, "fix", f"Slack refuses it ({code}).", advice)
    except (aiohttp.ClientError, TimeoutError) as lost:
        return _unreachable(_APP, lost)
    return Check(_APP, "ok", "Socket Mode may be opened.")


def _wrong_kind(name: str, variable: str, token: str, prefix: str) -> Check | None:
    if not token:
        return Check(name, "fix", "Not set.", f"Set {variable} (docs/install.md).")
    if not token.startswith(prefix):
        advice = f"Copy the token that starts with {prefix} into {variable}."
        return Check(name, "fix", f"Does not start with {prefix}.", advice)
    return None


def _unreachable(name: str, lost: Exception) -> Check:
    return Check(name, "fix", f"Slack cannot be reached ({type(lost).__name__}).", _UNREACHABLE)


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
