"""Which of Slack's secrets a command needs, and one sentence when one is missing or mixed up."""

from pydantic import SecretStr

from bot.errors import SettingInvalid
from bot.services.workers import Command
from bot.settings import Settings


def check_tokens(settings: Settings, *, command: Command = "run") -> None:
    """Raise SettingInvalid when a secret that `command` needs is missing or of the wrong kind."""
    slack = settings.slack
    _check("SLACK_BOT_TOKEN", slack.bot_token, prefix="xoxb-")
    if command == "serve":
        _check("SLACK_SIGNING_SECRET", slack.signing_secret, prefix="")
    elif command != "worker":
        _check("SLACK_APP_TOKEN", slack.app_token, prefix="xapp-")


def _check(name: str, token: SecretStr, *, prefix: str) -> None:
    value = token.get_secret_value()
    if not value:
        raise SettingInvalid(
            name, "is not set.", hint="See docs/install.md, or try `teamlead demo` without it."
        )
    if not value.startswith(prefix):
        raise SettingInvalid(name, f"should start with {prefix}.", hint="Copy it again.")
