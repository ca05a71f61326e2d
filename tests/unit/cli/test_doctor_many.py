"""`teamlead doctor` for many workspaces: the app's secrets, the key, each workspace's token."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.bootstrap import Runtime, build
from bot.cli import doctor
from bot.clock import SystemClock
from bot.manifest import load_manifest
from bot.services import installations
from bot.services.installation_seal import Seal, new_key
from bot.services.installations import Grant
from bot.settings import (
    AppSettings,
    HttpSettings,
    SecretsSettings,
    Settings,
    SlackSettings,
    groups,
    variable,
)
from bot.slack.oauth import Granted
from bot.workspace import Workspace, WorkspaceServer
from tests.support.desk import KeptNews

KEY = new_key()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only defaults: none of the machine's settings or `.env`."""
    for group in groups().values():
        for field in group.model_fields:
            monkeypatch.delenv(variable(group, field), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def server() -> AsyncIterator[WorkspaceServer]:
    async with WorkspaceServer(Workspace(manifest=load_manifest(), rate_scale=None)) as running:
        yield running


def many(home: Path, server: WorkspaceServer, **changes: str) -> Settings:
    given = {"url": "https://lead.example.com", "key": KEY, "signing_secret": "s", **changes}
    slack = SlackSettings(
        client_id="1.2",
        client_secret=SecretStr("c"),
        signing_secret=SecretStr(given["signing_secret"]),
        api_url=server.api_url,
    )
    return Settings(
        app=AppSettings(home=home),
        slack=slack,
        http=HttpSettings(url=given["url"]),
        secrets=SecretsSettings(key=SecretStr(given["key"])),
    )


async def installed(settings: Settings, *tokens: str) -> None:
    """Store an installation per token: of T1, T2 and so on."""
    runtime: Runtime = await build(settings, KeptNews())
    for number, token in enumerate(tokens, start=1):
        grant = Grant(
            workspace_id=f"T{number}",
            workspace_name="Acme",
            installed_by="U1",
            app_id="A1",
            bot_id="B1",
            bot_user_id="U2",
            scopes=("commands",),
            granted=Granted(token),
        )
        await installations.install(runtime.context, Seal([KEY]), grant)
    await runtime.close()


async def told(settings: Settings) -> dict[str, tuple[str, str]]:
    checks = await doctor.examine(settings, clock=SystemClock())
    return {check.name: (check.state, f"{check.found} {check.advice}") for check in checks}


async def test_all_is_well(tmp_path: Path, server: WorkspaceServer) -> None:
    settings = many(tmp_path, server)
    await installed(settings, server.workspace.bot_token)
    found = await told(settings)
    assert {state for state, _ in found.values()} == {"ok"}
    assert "1 installed" in found["Workspaces"][1]


async def test_a_token_that_slack_refuses_is_named(tmp_path: Path, server: WorkspaceServer) -> None:
    settings = many(tmp_path, server)
    await installed(settings, server.workspace.bot_token, "xoxb-gone")
    state, text = (await told(settings))["Acme (T2)"]
    assert state == "fix"
    assert "invalid_auth" in text
    assert "teamlead workspaces remove T2" in text


@pytest.mark.parametrize(
    ("changes", "name", "state", "text"),
    [
        ({"key": ""}, "Key", "fix", "teamlead workspaces key"),
        ({"key": new_key()}, "Acme (T1)", "fix", "does not open"),
        ({"url": ""}, "Public address", "note", "TEAMLEAD_HTTP_URL"),
        ({"url": "http://lead.example.com"}, "Public address", "fix", "https"),
        ({"signing_secret": ""}, "Slack app", "fix", "SLACK_SIGNING_SECRET"),
    ],
    ids=["no key", "another key", "no address", "no TLS", "no signing secret"],
)
async def test_what_is_missing_is_said(
    tmp_path: Path,
    server: WorkspaceServer,
    changes: dict[str, str],
    name: str,
    state: str,
    text: str,
) -> None:
    await installed(many(tmp_path, server), server.workspace.bot_token)
    found = (await told(many(tmp_path, server, **changes)))[name]
    assert found[0] == state
    assert text in found[1]
