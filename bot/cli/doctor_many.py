"""Checks of `teamlead doctor` for a bot of many workspaces: the app, the key, each token."""

from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.doctor_check import Check
from bot.clock import Clock
from bot.errors import DatabaseAway, SettingInvalid
from bot.manifest import REDIRECT_PATH
from bot.services.installation_seal import Seal, seal_from
from bot.settings import Settings
from storage.engine import database_url, open_engine
from storage.models import Installation
from storage.uow import Database

_APP, _KEY, _ADDRESS, _TOKENS = "Slack app", "Key", "Public address", "Workspaces"
MOST_ASKED = 20
"""Ours: so many workspaces show what is wrong, and nobody waits for minutes."""


async def check_many(settings: Settings, client: AsyncWebClient, clock: Clock) -> list[Check]:
    """Return the lines; `client` has no token."""
    checks = [_check_app(settings), _check_address(settings)]
    try:
        seal = seal_from(settings.secrets)
    except SettingInvalid as wrong:
        return [*checks, Check(_KEY, "fix", wrong.text, wrong.hint)]
    checks.append(Check(_KEY, "ok", "It can seal tokens."))
    return [*checks, *await _check_workspaces(settings, client, seal, clock)]


def _check_app(settings: Settings) -> Check:
    slack = settings.slack
    for name, value in (
        ("SLACK_CLIENT_SECRET", slack.client_secret),
        ("SLACK_SIGNING_SECRET", slack.signing_secret),
    ):
        if not value.get_secret_value():
            advice = f"Copy it from “Basic Information” into {name} (docs/many-workspaces.md)."
            return Check(_APP, "fix", f"{name} is not set.", advice)
    return Check(_APP, "ok", f"{slack.client_id}, for many workspaces by `teamlead serve`.")


def _check_address(settings: Settings) -> Check:
    url = settings.http.url
    if not url:
        found = "Not set: Slack sends browsers to the first redirect URL of the app."
        return Check(_ADDRESS, "note", found, "Set TEAMLEAD_HTTP_URL.")
    if urlsplit(url).scheme != "https":
        return Check(_ADDRESS, "fix", f"{url} is not https.", "Slack takes nothing else.")
    return Check(_ADDRESS, "ok", f"Slack sends browsers back to {url.rstrip('/')}{REDIRECT_PATH}.")


async def _check_workspaces(
    settings: Settings, client: AsyncWebClient, seal: Seal, clock: Clock
) -> list[Check]:
    """Ask Slack about the newest installations, each with its own token."""
    try:
        rows = await _installed(settings)
    except (SQLAlchemyError, DatabaseAway, OSError):
        return [Check(_TOKENS, "note", "The database does not tell; see above.")]
    if not rows:
        return [Check(_TOKENS, "note", "None has installed the app yet.", "Open /slack/install.")]
    asked = rows[:MOST_ASKED]
    found = [await _wrong(row, name, client, seal, clock) for row, name in asked]
    bad = [check for check in found if check is not None]
    if bad:
        return bad
    words = f"{len(rows)} installed; Slack takes the tokens of {len(asked)}."
    return [Check(_TOKENS, "ok", words)]


async def _wrong(
    row: Installation, name: str, client: AsyncWebClient, seal: Seal, clock: Clock
) -> Check | None:
    """Return what is wrong with one workspace's token, or nothing."""
    title = f"{name or row.workspace_id} ({row.workspace_id})"
    try:
        token = seal.open(row.workspace_id, row.bot_token)
        if row.expires_at is not None and row.expires_at <= clock.now():
            # The next use renews it, and only the bot may.
            return _refused(title, row, row.problem) if row.problem else None
        await client.auth_test(token=token)
    except SettingInvalid as wrong:
        return Check(title, "fix", wrong.text, wrong.hint)
    except SlackApiError as refused:
        return _refused(title, row, str(refused.response["error"]))
    except (aiohttp.ClientError, TimeoutError) as lost:
        return Check(title, "fix", f"Slack cannot be reached ({type(lost).__name__}).")
    return None


def _refused(title: str, row: Installation, code: str) -> Check:
    advice = f"Install it again, or `teamlead workspaces remove {row.workspace_id}`."
    return Check(title, "fix", f"Slack refuses the token ({code}).", advice)


async def _installed(settings: Settings) -> list[tuple[Installation, str]]:
    engine = open_engine(database_url(settings.database_url))
    database = Database(engine)
    try:
        async with database.read() as uow:
            return [(row, name) for row, name in await uow.installations.all() if row.bot_token]
    finally:
        await database.close()
