"""A misspelled setting is told by `teamlead doctor`, with the one that was meant."""

from pathlib import Path

import pytest

from bot.cli.doctor_names import check_names


def test_names_that_are_no_setting_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the environment and of `.env`, without their values; all else is left alone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "TEAMLEAD_BUDGET_PER_TSK=hunter2\nTEAMLEAD_HOME=/somewhere\nOTHER=1\n"
    )
    environment = {
        "TEAMLEAD_ZZZ": "hunter3",
        "TEAMLEAD_LOG_LEVEL": "info",
        "TEAMLEAD_MCP_TOKEN": "x",
        "teamlead_log_format": "text",
        "HOME": "/",
    }
    checks = check_names(environment)
    assert [(check.state, check.found, check.advice) for check in checks] == [
        (
            "note",
            "TEAMLEAD_BUDGET_PER_TSK is no setting and does nothing.",
            "Did you mean TEAMLEAD_BUDGET_PER_TASK?",
        ),
        (
            "note",
            "TEAMLEAD_ZZZ is no setting and does nothing.",
            "docs/settings.md lists all of them.",
        ),
    ]


def test_nothing_is_said_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check_names({"TEAMLEAD_HOME": "/somewhere"}) == []
