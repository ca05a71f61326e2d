"""`teamlead docs`: writes what is generated, and says what is out of date."""

from functools import cache
from pathlib import Path

import pytest

from bot.cli import docs
from bot.cli.docs import generated, run
from bot.cli.docs_schema import schema_sql
from bot.errors import UserFacingError

_schema = cache(schema_sql)
"""Made by all migrations, one after another."""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(docs, "schema_sql", _schema)
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def test_writes_then_finds_nothing(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run writes every file, the second one has nothing to say."""
    assert run(checkout, check=False) == 0
    assert all((checkout / name).is_file() for name in generated())
    capsys.readouterr()
    assert run(checkout, check=False) == 0
    assert run(checkout, check=True) == 0
    assert capsys.readouterr() == ("", "")


def test_check_names_what_differs(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` changes nothing, names the stale and the missing file, and gives 1."""
    run(checkout, check=False)
    (checkout / "manifest.json").write_text("{}", "utf-8")
    (checkout / "docs" / "settings.md").unlink()
    capsys.readouterr()
    assert run(checkout, check=True) == 1
    complaint = capsys.readouterr().err
    assert "manifest.json is out of date" in complaint
    assert "docs/settings.md is out of date" in complaint
    assert "commands.md" not in complaint
    assert (checkout / "manifest.json").read_text("utf-8") == "{}"


def test_elsewhere_is_refused(tmp_path: Path) -> None:
    """Nothing is written into a folder that is no checkout."""
    with pytest.raises(UserFacingError, match="no checkout"):
        run(tmp_path, check=False)
    assert list(tmp_path.iterdir()) == []


def test_no_secret_and_no_machine_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set on this machine does not show in the files."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("TEAMLEAD_HOME", "/somewhere/else")
    texts = [make() for make in generated().values()]
    assert not any("xoxb-secret" in text or "somewhere" in text for text in texts)
