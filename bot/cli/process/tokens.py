"""Which of Slack's secrets a command needs, and one sentence when one is missing or mixed up."""

from pydantic import SecretStr

from bot.errors import SettingInvalid
from bot.services.workers import Command
from bot.settings import Settings

_HINT = "See docs/install.md, or try `teamlead demo` without it."


def check_tokens(settings: Settings, *, command: Command = "run") -> None:
    """Raise SettingInvalid when a secret that `command` needs is missing or of the wrong kind."""
    slack = settings.slack
    if settings.many_workspaces:
        _check_many(settings, command)
    else:
        _check_one(settings, command)
    if command == "serve":
        _check("SLACK_SIGNING_SECRET", slack.signing_secret, prefix="")


def _check_one(settings: Settings, command: Command) -> None:
    slack = settings.slack
    if command == "serve" and slack.client_id:
        raise SettingInvalid(
            "SLACK_BOT_TOKEN",
            "and SLACK_CLIENT_ID are both set.",
            hint="Unset one of them: the token is for one workspace, the id for many.",
        )
    _check("SLACK_BOT_TOKEN", slack.bot_token, prefix="xoxb-")
    if command not in ("serve", "worker"):
        _check("SLACK_APP_TOKEN", slack.app_token, prefix="xapp-")


def _check_many(settings: Settings, command: Command) -> None:
    if command not in ("serve", "worker"):
        raise SettingInvalid(
            "SLACK_BOT_TOKEN",
            "is not set.",
            hint=f"{_HINT} Many workspaces (SLACK_CLIENT_ID) are served by `teamlead serve`.",
        )
    _check("SLACK_CLIENT_SECRET", settings.slack.client_secret, prefix="")
    if not settings.secrets.command and not settings.secrets.key.get_secret_value():
        raise SettingInvalid(
            "TEAMLEAD_SECRETS_KEY",
            "is not set; it seals the tokens of the workspaces.",
            hint="`teamlead workspaces key` makes one (docs/many-workspaces.md).",
        )


def _check(name: str, token: SecretStr, *, prefix: str) -> None:
    value = token.get_secret_value()
    if not value:
        raise SettingInvalid(name, "is not set.", hint=_HINT)
    if not value.startswith(prefix):
        raise SettingInvalid(name, f"should start with {prefix}.", hint="Copy it again.")
