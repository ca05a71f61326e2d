"""`teamlead adr` from the command line: in, out, onto a branch, and what it says when it cannot."""

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.errors import UserFacingError
from tests.support import adr_files


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
    written = adr_files.write_folder(tmp_path / "in", each=len(adr_files.STATUSES) // 2)
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
