"""`teamlead doctor` against the local workspace: good tokens, bad ones, missing scopes."""

import copy
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.bootstrap import open_database, unreachable
from bot.cli import doctor
from bot.cli.doctor_check import Check, exit_code
from bot.clock import ManualClock, SystemClock
from bot.errors import SettingInvalid
from bot.manifest import load_manifest
from bot.settings import (
    AppSettings,
    ClaudeSettings,
    DatabaseSettings,
    ModelSettings,
    Settings,
    SlackSettings,
    groups,
    load_group,
    variable,
)
from bot.workspace import Workspace, WorkspaceServer
from storage.engine import database_url, open_engine
from storage.migrate import migrate
from storage.swap import UNDER_WAY


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only defaults: none of the machine's settings, proxies or `.env`."""
    for group in groups().values():
        for field in group.model_fields:
            monkeypatch.delenv(variable(group, field), raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def server() -> AsyncIterator[WorkspaceServer]:
    async with WorkspaceServer(Workspace(manifest=load_manifest(), rate_scale=None)) as running:
        yield running


def local(home: Path) -> Settings:
    return Settings(app=AppSettings(home=home))


def on_slack(home: Path, server: WorkspaceServer, *, bot: str = "", app: str = "") -> Settings:
    slack = SlackSettings(
        bot_token=SecretStr(bot or server.workspace.bot_token),
        app_token=SecretStr(app or server.workspace.app_token),
        api_url=server.api_url,
    )
    return Settings(app=AppSettings(home=home), slack=slack)


async def found(settings: Settings) -> dict[str, Check]:
    checks = await doctor.examine(settings, clock=SystemClock())
    return {check.name: check for check in checks}


async def test_all_is_well(tmp_path: Path, server: WorkspaceServer) -> None:
    """With good tokens and the whole manifest granted every line is `ok`."""
    checks = await found(on_slack(tmp_path, server))
    assert {check.state for check in checks.values()} == {"ok"}
    assert {"Slack bot token", "Slack app token", "Slack scopes", "Clock"} <= checks.keys()
    assert "Acme" in checks["Slack bot token"].found


async def test_without_tokens(tmp_path: Path) -> None:
    """No Slack is nothing to fix: it says what to set, and the exit code stays 0."""
    checks = await found(local(tmp_path))
    assert checks["Slack"].state == "note"
    assert "SLACK_BOT_TOKEN" in checks["Slack"].advice
    assert exit_code(list(checks.values())) == 0


async def test_refused_tokens(tmp_path: Path, server: WorkspaceServer) -> None:
    """Tokens that Slack does not know are named, each with its error code."""
    checks = await found(on_slack(tmp_path, server, bot="xoxb-no", app="xapp-no"))
    for name in ("Slack bot token", "Slack app token"):
        assert checks[name].state == "fix"
        assert "invalid_auth" in checks[name].found
    assert "Slack scopes" not in checks
    assert exit_code(list(checks.values())) == 1


async def test_swapped_tokens(tmp_path: Path, server: WorkspaceServer) -> None:
    """Tokens in each other's place are told apart by their beginning, without a call."""
    checks = await found(on_slack(tmp_path, server, bot="xapp-1", app="xoxb-1"))
    assert "xoxb-" in checks["Slack bot token"].advice
    assert "xapp-" in checks["Slack app token"].advice
    assert server.workspace.calls == []


async def test_half_the_tokens(tmp_path: Path, server: WorkspaceServer) -> None:
    """One token without the other is a mistake, not an offline demo."""
    settings = on_slack(tmp_path, server)
    slack = settings.slack.model_copy(update={"app_token": SecretStr("")})
    checks = await found(settings.model_copy(update={"slack": slack}))
    assert checks["Slack app token"].state == "fix"
    assert "SLACK_APP_TOKEN" in checks["Slack app token"].advice


async def test_missing_scopes(tmp_path: Path) -> None:
    """Scopes that the manifest wants and the token lacks are listed by name, and only they."""
    manifest = copy.deepcopy(load_manifest())
    manifest["oauth_config"]["scopes"]["bot"].remove("reactions:write")
    async with WorkspaceServer(Workspace(manifest=manifest, rate_scale=None)) as server:
        checks = await found(on_slack(tmp_path, server))
    assert checks["Slack scopes"].state == "fix"
    assert checks["Slack scopes"].found == "Missing: reactions:write."


async def test_slack_unreachable(tmp_path: Path, server: WorkspaceServer) -> None:
    """A server that is not there is one line for each token, not an exception."""
    settings = on_slack(tmp_path, server)
    await server.stop()
    checks = await found(settings)
    assert "SLACK_API_URL" in checks["Slack bot token"].advice
    assert "SLACK_API_URL" in checks["Slack app token"].advice


@pytest.mark.parametrize(("off", "state"), [(30, "ok"), (300, "fix"), (-300, "fix")])
async def test_clock_skew(tmp_path: Path, server: WorkspaceServer, off: int, state: str) -> None:
    """More than a minute away from the server's Date header is something to fix."""
    clock = ManualClock(SystemClock().now() + timedelta(seconds=off))
    checks = await doctor.examine(on_slack(tmp_path, server), clock=clock)
    assert {check.state for check in checks if check.name == "Clock"} == {state}


async def test_home_not_writable(tmp_path: Path) -> None:
    """A home that is a file names TEAMLEAD_HOME."""
    file = tmp_path / "file"
    file.touch()
    checks = await found(local(file / "home"))
    assert checks["Home"].state == "fix"
    assert "TEAMLEAD_HOME" in checks["Home"].advice


async def test_a_home_that_others_look_into(tmp_path: Path) -> None:
    """What people wrote lies there in a file; a home that we make is for its owner alone."""
    home = tmp_path / "made" / "home"
    assert (await found(local(home)))["Home"].state == "ok"
    assert home.stat().st_mode & 0o777 == 0o700
    home.chmod(0o755)
    check = (await found(local(home)))["Home"]
    assert check.state == "note"
    assert f"chmod 700 {home}" in check.advice


async def test_nobody_else_reads_the_database(tmp_path: Path) -> None:
    """Neither the file nor its log, wherever DATABASE_URL has it and whatever the umask is."""
    url = SecretStr(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    given = local(tmp_path / "home").model_copy(update={"database": DatabaseSettings(url=url)})
    before = os.umask(0)
    try:
        database = await open_database(given)
        made = [name for name in os.listdir(tmp_path) if name.startswith("elsewhere")]
        modes = {name: os.stat(tmp_path / name).st_mode & 0o777 for name in made}
        await database.close()
    finally:
        os.umask(before)
    assert set(modes) >= {"elsewhere.db", "elsewhere.db-wal"}
    assert set(modes.values()) == {0o600}


async def test_looking_makes_no_database(tmp_path: Path) -> None:
    """Before the first start there is no database, and the doctor leaves it so."""
    checks = await found(local(tmp_path))
    assert checks["Database"].state == "ok"
    assert [name for name in os.listdir(tmp_path) if ".db" in name] == []


@pytest.mark.parametrize(
    ("revision", "state", "advice"),
    [("", "ok", ""), ("0000", "fix", "teamlead migrate"), ("9999", "fix", "newer Teamlead")],
)
async def test_database_revision(tmp_path: Path, revision: str, state: str, advice: str) -> None:
    """A database from before asks for `teamlead migrate`, one from later for a newer program."""
    settings = local(tmp_path)
    engine = open_engine(database_url(settings.database_url))
    await migrate(engine)
    if revision:
        async with engine.begin() as connection:
            await connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    await engine.dispose()
    checks = await found(settings)
    assert checks["Database"].state == state
    assert advice in checks["Database"].advice


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no database at all", "file is not a database"), (b"", "")],
)
async def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, words: str) -> None:
    """What the file is, not that a server should be started; an empty file is as good as none."""
    (tmp_path / "teamlead.db").write_bytes(content)
    check = (await found(local(tmp_path)))["Database"]
    assert check.state == ("fix" if words else "ok")
    assert words in check.found
    assert "server" not in check.advice
    if words:
        with pytest.raises(SettingInvalid, match=f"cannot be used: {words}"):
            await open_database(local(tmp_path))


async def test_a_home_that_nobody_may_look_into(tmp_path: Path) -> None:
    """`Path.exists` raises there; the tests may be run by somebody who may look anywhere."""

    def shut(self: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "exists", shut)
        patch.setattr(os, "access", lambda *_: False)
        check = (await found(local(tmp_path)))["Database"]
    assert check.state == "fix"
    assert "may not write to its folder" in check.found


async def test_a_restore_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / f"{UNDER_WAY}x").mkdir()
    check = (await found(local(tmp_path)))["Database"]
    assert check.state == "fix"
    assert "a restore was cut off" in check.found


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("database or disk is full", "Make room"),
        ("attempt to write a readonly database", "Let this user write"),
        ("unable to open database file", "Let this user write"),
        ("disk I/O error", "full or broken"),
    ],
)
def test_what_a_disk_says_leads_to_what_helps(said: str, advice: str) -> None:
    error = OperationalError("INSERT", None, sqlite3.OperationalError(said))
    assert advice in unreachable(error).hint


async def test_another_programs_file(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "teamlead.db")) as theirs:
        theirs.execute("CREATE TABLE songs (title TEXT)")
    check = (await found(local(tmp_path)))["Database"]
    assert check.state == "fix"
    assert "another program" in check.found


async def test_a_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The first start makes no folder but the home, so the doctor must not promise the file."""
    url = SecretStr(f"sqlite:///{tmp_path}/nowhere/teamlead.db")
    given = local(tmp_path).model_copy(update={"database": DatabaseSettings(url=url)})
    check = (await found(given))["Database"]
    assert check.state == "fix"
    assert f"{tmp_path}/nowhere" in check.advice


@pytest.mark.parametrize("url", ["mysql://host/name", "postgresql://nobody@127.0.0.1:1/none"])
async def test_database_out_of_reach(tmp_path: Path, url: str) -> None:
    """An unknown kind of database and one that does not answer are said in a sentence."""
    given = local(tmp_path).model_copy(update={"database": DatabaseSettings(url=SecretStr(url))})
    check = (await found(given))["Database"]
    assert check.state == "fix"
    assert check.advice


async def test_bad_team_file(tmp_path: Path) -> None:
    """A charter that cannot be read is named."""
    charters = tmp_path / "team" / "charters"
    charters.mkdir(parents=True)
    (charters / "data-engineer.md").write_text("no front matter", "utf-8")
    given = Settings(app=AppSettings(home=tmp_path, team_dir=tmp_path / "team"))
    check = (await found(given))["Team"]
    assert check.state == "fix"
    assert "data-engineer.md" in check.found


@pytest.mark.parametrize(
    ("model", "state", "words"),
    [
        ("claude-sonnet-5-5", "ok", "claude-sonnet-5-5"),
        ("claude-sonnet-4-5", "note", "ends"),
        ("claude-unheard-of", "note", "no price for claude-unheard-of"),
    ],
)
async def test_claude(tmp_path: Path, model: str, state: str, words: str) -> None:
    """With a key, Claude's models are named; ending ones and unpriced ones get a note."""
    given = Settings(
        app=AppSettings(home=tmp_path),
        claude=ClaudeSettings(api_key=SecretStr("key")),
        model=ModelSettings(lead=model),
    )
    check = (await found(given))["Model"]
    assert check.state == state
    assert words in check.found


async def test_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table goes to stdout, its last line sums it up, and the exit code follows it."""
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    assert await doctor.run() == 0
    shown = capsys.readouterr()
    assert shown.out.rstrip().endswith("Nothing to fix.")
    assert shown.err == ""


async def test_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each wrong value is a line of its own that names the variable and what it may be."""
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("TEAMLEAD_BUDGET_PER_TASK", "much")
    monkeypatch.setenv("TEAMLEAD_LOG_LEVEL", "loud")
    monkeypatch.setenv("TEAMLEAD_HTTP_PORT", "99999")
    assert await doctor.run() == 2
    shown = capsys.readouterr().out
    assert "TEAMLEAD_LOG_LEVEL has a wrong value 'loud': it must be 'debug', 'info'," in shown
    assert "Without it: info." in shown
    assert "TEAMLEAD_BUDGET_PER_TASK has a wrong value 'much': it must be a valid number" in shown
    assert "TEAMLEAD_HTTP_PORT has a wrong value '99999'" in shown
    assert "To fix: 3 of 3." in shown


async def test_claude_without_a_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What two settings together say wrong is found, too."""
    monkeypatch.setenv("TEAMLEAD_MODEL_PROVIDER", "claude")
    assert await doctor.run() == 2
    assert "ANTHROPIC_API_KEY" in capsys.readouterr().out


async def test_http_mode_needs_no_app_token(tmp_path: Path, server: WorkspaceServer) -> None:
    """The signing secret stands for it; an app token that is there is looked at all the same."""
    settings = on_slack(tmp_path, server, app="xapp-no")
    secret = {"signing_secret": SecretStr("a secret")}
    both = settings.slack.model_copy(update=secret)
    checks = await found(settings.model_copy(update={"slack": both}))
    assert checks["Signing secret"].state == "ok"
    assert checks["Slack app token"].state == "fix"

    served = both.model_copy(update={"app_token": SecretStr("")})
    checks = await found(settings.model_copy(update={"slack": served}))
    assert checks["Signing secret"].state == "ok"
    assert "Slack app token" not in checks


class Own(BaseSettings):
    """A group whose words must not be shown."""

    hook: SecretStr = Field(SecretStr("long enough"), min_length=8, description="A hook.")
    word: SecretStr = Field(SecretStr(""), description="Another.")

    @model_validator(mode="after")
    def _both(self) -> "Own":
        if self.word.get_secret_value() == "hunter2":
            raise ValueError("the two do not fit")
        return self


@pytest.mark.parametrize(("name", "said"), [("HOOK", "HOOK has"), ("WORD", " has")])
def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setenv(name, "hunter2")
    with pytest.raises(SettingInvalid) as told:
        load_group(Own)
    assert said in told.value.text
    assert "hunter2" not in told.value.sentence()
