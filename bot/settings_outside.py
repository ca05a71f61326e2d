"""Settings of what is outside: Slack, Claude, the database, the network, the key."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def group(prefix: str) -> SettingsConfigDict:
    """Return what groups have in common: from the environment and `.env`, never changed."""
    return SettingsConfigDict(
        env_prefix=prefix, env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )


class SlackSettings(BaseSettings):
    """How to reach Slack. Standard names, so that Slack's own tools find them too."""

    model_config = group("SLACK_")

    bot_token: SecretStr = Field(SecretStr(""), description="Bot token, starts with `xoxb-`.")
    app_token: SecretStr = Field(
        SecretStr(""), description="App-level token for Socket Mode, starts with `xapp-`."
    )
    signing_secret: SecretStr = Field(SecretStr(""), description="Checks requests in HTTP mode.")
    client_id: str = Field(
        "", description="For many workspaces, in place of the bot token (docs/many-workspaces.md)."
    )
    client_secret: SecretStr = Field(SecretStr(""), description="Belongs to the client id.")
    api_url: str = Field(
        "https://slack.com/api/", description="Slack's Web API, or a compatible server."
    )


class ClaudeSettings(BaseSettings):
    """How to reach Claude. Standard names of Anthropic's own SDK."""

    model_config = group("ANTHROPIC_")

    api_key: SecretStr = Field(SecretStr(""), description="Without it the offline playbook works.")
    base_url: str = Field("", description="A Messages-compatible server instead of Anthropic's.")


class DatabaseSettings(BaseSettings):
    """Where rows live."""

    model_config = group("DATABASE_")

    url: SecretStr = Field(
        SecretStr(""),
        description="`sqlite:///FILE` or `postgresql://…`; empty: a file under `TEAMLEAD_HOME`.",
    )


class HttpSettings(BaseSettings):
    """Where a process listens: Slack's requests (`serve`), health and metrics (all)."""

    model_config = group("TEAMLEAD_HTTP_")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: Annotated[int, Ge(0), Le(65535)] | None = Field(
        None,
        description="Port; `serve` takes 3000 when it is empty, `run` and `worker` listen only"
        " when it is set. 0 takes a free one.",
    )

    url: str = Field(
        "",
        description="Public address of `serve`, e.g. `https://lead.example.com`; empty: Slack takes"
        " the first redirect URL of the app.",
    )


class SecretsSettings(BaseSettings):
    """What seals the tokens of many workspaces in the database (docs/many-workspaces.md)."""

    model_config = group("TEAMLEAD_SECRETS_")

    key: SecretStr = Field(
        SecretStr(""),
        description="Key that `teamlead workspaces key` makes; several, comma-separated: the first"
        " seals, all open.",
    )
    command: str = Field(
        "", description="Command that prints the key instead, e.g. one that asks your key store."
    )


class TracingSettings(BaseSettings):
    """Where spans go. OpenTelemetry's own name; needs the extra `otel` (docs/operate.md)."""

    model_config = group("OTEL_EXPORTER_OTLP_")

    endpoint: str = Field("", description="OTLP over HTTP, e.g. a collector; empty: no tracing.")
