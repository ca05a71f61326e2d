"""`teamlead adr` from the command line: in, out, onto a branch, and what it says when it cannot."""

import asyncio
import json
import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.errors import UserFacingError
from bot.workspace.seed import MAYA, PAYMENTS
from tests.support import adr_files
from tests.support.command_line import command
from tests.support.stage import Stage, words


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home of its own, no other setting."""
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path / "home"))


def teamlead(*words: object) -> Result:
    result = CliRunner().invoke(app, ["adr", *map(str, words)])
    if isinstance(result.exception, UserFacingError):
        raise result.exception
    return result


def test_from_files_to_decisions_to_a_branch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = adr_files.write_folder(tmp_path / "in", each=6, forms=("madr4.md", "rst.rst"))
    told = teamlead("import", tmp_path / "in")
    assert told.exit_code == 0
    assert f"{written.records} created, 0 updated, 0 unchanged." in told.output
    assert 'status "depreciated" taken as deprecated' in told.output
    assert "README.md: README.md is about the folder" in told.output

    again = json.loads(teamlead("import", tmp_path / "in", "--json").output)
    assert again["by_outcome"] == {"unchanged": written.records}
    assert again["by_status"] == dict(written.by_status)

    out = teamlead("export", tmp_path / "out")
    assert (out.exit_code, f"{written.records} created" in out.output) == (0, True)

    repository = tmp_path / "repo"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    monkeypatch.setenv("TEAMLEAD_ADR_REPOSITORY", str(repository))
    assert "Committed" in teamlead("export").output
    command = ["git", "-C", str(repository), "show", "adr/teamlead:docs/decisions/README.md"]
    shown = subprocess.run(command, capture_output=True, check=True)
    assert shown.stdout == (tmp_path / "out" / "README.md").read_bytes()
    assert "Nothing to write." in teamlead("export").output

    with pytest.raises(UserFacingError, match="push failed"):
        teamlead("export", "--push")
    origin = tmp_path / "origin.git"
    subprocess.run(["git", "init", "-q", "--bare", str(origin)], check=True)
    remote = ["git", "-C", str(repository), "remote", "add", "origin", str(origin)]
    subprocess.run(remote, check=True)
    assert "Nothing to write. Pushed to origin." in teamlead("export", "--push").output
    command[2] = str(origin)
    assert subprocess.run(command, capture_output=True, check=True).stdout == shown.stdout


def test_a_file_that_a_person_edited_is_left_and_exits_with_2(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "0001-go.md").write_text(adr_files.nygard(1, "Accepted"))
    teamlead("import", place)
    teamlead("export", tmp_path / "out")
    file = tmp_path / "out" / "0001-go.md"
    file.write_text(f"{file.read_text()}\nMine.\n")
    (place / "0001-go.md").write_text(adr_files.nygard(1, "Rejected"))
    teamlead("import", place)
    told = teamlead("export", tmp_path / "out")
    assert told.exit_code == 2
    assert "0001-go.md was edited since it was written; not overwritten." in told.output
    assert file.read_text().endswith("Mine.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "nowhere"), "nowhere is no folder."),
        (("export",), "There is no repository to commit in."),
        (("export", "out", "--push"), "`--push` needs `--git`."),
        (("export", "out", "--git", "nowhere"), "nowhere is no Git repository."),
        (("export", "out", "--workspace", "T9"), "I know no workspace 'T9'."),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UserFacingError) as told:
        teamlead(*words)
    assert told.value.text == sentence


async def test_imported_records_answer_in_slack_while_the_bot_runs(
    stage: Stage, tmp_path: Path
) -> None:
    await stage.lead("decide Use a cache because calls are slow")
    place = tmp_path / "in"
    place.mkdir()
    (place / "0002-go.md").write_text(adr_files.nygard(2, "Superseded by ADR-3"))
    (place / "0003-go.md").write_text(adr_files.nygard(3, "Accepted"))
    (place / "0004-go.md").write_text(adr_files.nygard(4, "on hold"))
    assert "3 created" in await command("adr", "import", str(place))
    listed = words(await stage.lead("decisions"))
    assert "Use queue 3" in listed
    shown = words(await stage.lead("decision D-2"))
    assert "Replaced by" in shown
    assert re.search(r"from the file 0002-go\.md, read \d\d \w{3} \d{4}", shown)
    assert str(tmp_path) not in shown
    assert "D-3" in shown
    unclear = words(await stage.lead("decision D-4"))
    assert "unclear" in unclear
    assert "on hold" in unclear
    assert "took it from the file 0003-go.md" in words(await stage.lead("why D-3"))
    # A record of the whole workspace that a private channel challenges: its words stay there.
    for channel in ("#payments-private", f"D{MAYA[1:]}"):
        stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)
        answer = words(await stage.lead("decision D-3 challenge refunds leak", channel=channel))
        assert "is proposed instead. D-3 stays in force" in answer
    assert "Reconsider" not in words(await stage.lead("decisions"))
    await stage.lead("decision D-3 deprecate we buy it now")
    await command("adr", "export", str(tmp_path / "out"))
    assert "status: deprecated\n" in (tmp_path / "out" / "0003-go.md").read_text()
    # The file says something else now, and a person has spoken since: nothing is overwritten.
    (place / "0003-go.md").write_text(adr_files.nygard(3, "Rejected"))
    arguments = ["adr", "import", str(place)]
    result = await asyncio.to_thread(lambda: CliRunner().invoke(app, arguments))
    assert result.exit_code == 2
    assert "D-3 was changed in Slack since this file was read" in result.output


async def test_where_slack_is_set_up_the_terminals_workspace_is_asked_for_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0001-go.md").write_text(adr_files.nygard(1, "Accepted"))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    with pytest.raises(UserFacingError, match="not heard from the Slack workspace"):
        await command("adr", "import", str(tmp_path))
    assert "1 created" in await command("adr", "import", str(tmp_path), "--workspace", "local")
