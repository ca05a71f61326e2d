"""`teamlead workspaces` and `teamlead manifest`: what an operator sees and does."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import settings as settings_module
from bot.bootstrap import build
from bot.cli.process.tokens import check_tokens
from bot.cli.workspaces import state_of
from bot.errors import NotFound, SettingInvalid, UserFacingError
from bot.services import installations
from bot.services.installation_seal import Seal, new_key
from bot.services.installations import Grant
from bot.settings import Settings
from bot.slack.oauth import Granted
from storage.models import Installation
from tests.storage.rows import NOW
from tests.support.command_line import command
from tests.support.desk import KeptNews


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "DATABASE_URL", "TEAMLEAD_HTTP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


async def install(*workspace_ids: str, key: str) -> None:
    runtime = await build(settings_module.load(), KeptNews())
    for workspace_id in workspace_ids:
        grant = Grant(
            workspace_id=workspace_id,
            workspace_name=f"Company {workspace_id}",
            installed_by="U7",
            app_id="A1",
            bot_id="B1",
            bot_user_id="U2",
            scopes=("commands",),
            granted=Granted("xoxb-1"),
        )
        await installations.install(runtime.context, Seal([key]), grant)
    await runtime.close()


async def test_the_list_names_who_and_when_and_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    key = (await command("workspaces", "key")).strip()
    assert Fernet(key)
    assert "one workspace" in await command("workspaces")
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    assert "/slack/install" in await command("workspaces")

    await install("T1", "T2", key=key)
    text = await command("workspaces")
    assert text.count("U7") == 2
    assert "Company T1" in text
    shown = json.loads(await command("workspaces", "--json"))
    assert [item["id"] for item in shown] == ["T2", "T1"]  # the newest first
    assert shown[0]["token"] == "works, does not expire"
    assert "bot_token" not in text + json.dumps(shown)


async def test_an_operator_ends_a_workspace_that_told_nobody() -> None:
    """The event of a removal is lost when no bot runs; its rows go then, or at once."""
    await install("T1", "T2", key=new_key())
    assert "deleted in 30 days" in await command("workspaces", "remove", "T1")
    assert "removed" in json.loads(await command("workspaces", "--json"))[1]["token"]
    assert "All its rows" in await command("workspaces", "remove", "T1", "--now")
    assert [item["id"] for item in json.loads(await command("workspaces", "--json"))] == ["T2"]
    with pytest.raises(NotFound):
        await command("workspaces", "remove", "T1")


async def test_a_new_key_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = new_key(), new_key()
    await install("T1", key=old)
    monkeypatch.setenv("TEAMLEAD_SECRETS_KEY", f"{new},{old}")
    assert "first key: 1" in await command("workspaces", "reseal")
    monkeypatch.setenv("TEAMLEAD_SECRETS_KEY", old)
    with pytest.raises(SettingInvalid, match="does not open"):
        await command("workspaces", "reseal")


async def test_a_lost_key_costs_an_installation_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await install("T1", key=new_key())
    monkeypatch.setenv("TEAMLEAD_SECRETS_KEY", new_key())
    assert "forgotten: 1" in await command("workspaces", "reseal", "--drop")
    [shown] = json.loads(await command("workspaces", "--json"))
    assert shown["token"] == "none: install again"
    assert shown["removed_at"] is None


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"problem": "invalid_refresh_token"}, "install again"),
        ({"expires_at": NOW}, "renewed at the next use"),
        ({"expires_at": NOW + timedelta(hours=5)}, "works for 5 h"),
        ({"removed_at": NOW}, "its rows go on 2026-04-01"),
    ],
    ids=["refused", "expired", "expires", "removed"],
)
def test_the_state_of_a_token(values: dict[str, object], text: str) -> None:
    row = Installation(
        **{"bot_token": "x", "problem": "", "expires_at": None, "removed_at": None, **values}
    )
    assert text in state_of(row, Settings(), NOW)


async def test_the_manifest_for_http_names_the_address() -> None:
    socket = json.loads(await command("manifest"))
    assert socket["settings"]["socket_mode_enabled"] is True
    http = json.loads(await command("manifest", "--url", "https://lead.example.com/", "--rotation"))
    assert http["oauth_config"]["redirect_urls"] == [
        "https://lead.example.com/slack/oauth_redirect"
    ]
    assert http["features"]["slash_commands"][0]["url"] == "https://lead.example.com/slack/commands"
    assert http["settings"]["socket_mode_enabled"] is False
    assert http["settings"]["token_rotation_enabled"] is True
    events = http["settings"]["event_subscriptions"]
    assert events["request_url"] == "https://lead.example.com/slack/events"
    assert {"app_uninstalled", "tokens_revoked"} <= set(events["bot_events"])


@pytest.mark.parametrize(
    "words", [["--url", "http://lead.example.com"], ["--url", "lead"], ["--rotation"]], ids=str
)
async def test_a_manifest_that_slack_would_refuse_is_not_made(words: list[str]) -> None:
    with pytest.raises(UserFacingError) as refused:
        await command("manifest", *words)
    assert refused.value.hint


MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "c",
    "SLACK_SIGNING_SECRET": "s",
    "TEAMLEAD_SECRETS_KEY": new_key(),
}


@pytest.mark.parametrize("missing", ["", *list(MANY)[1:]])
def test_what_many_workspaces_need(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """`serve` starts with exactly that; without any one of them a sentence names it."""
    for name, value in MANY.items():
        monkeypatch.setenv(name, "" if name == missing else value)
    settings = settings_module.load()
    if not missing:
        check_tokens(settings, command="serve")
        check_tokens(settings, command="worker")
        return
    with pytest.raises(SettingInvalid, match=missing) as refused:
        check_tokens(settings, command="serve")
    assert refused.value.hint


def test_one_token_or_many_not_both(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (MANY | {"SLACK_BOT_TOKEN": "xoxb-1"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingInvalid, match="both set"):
        check_tokens(settings_module.load(), command="serve")


def test_socket_mode_is_for_one_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in MANY.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingInvalid, match="SLACK_BOT_TOKEN") as refused:
        check_tokens(settings_module.load(), command="run")
    assert "teamlead serve" in refused.value.hint
