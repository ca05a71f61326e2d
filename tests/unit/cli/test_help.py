"""What the command line says before anything runs: help in whole sentences, refused ports."""

import pytest
from typer.testing import CliRunner

from bot.cli.app import app


def test_the_list_of_commands_cuts_no_sentence_off() -> None:
    result = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"})
    assert result.exit_code == 0
    assert "doctor" in result.output
    assert [
        line
        for line in result.output.splitlines()
        if line.startswith("  ") and line.endswith("...")
    ] == []


@pytest.mark.parametrize(
    "words",
    [["demo", "--port", "65536"], ["run", "--http-port", "-1"], ["worker", "--http-port", "99999"]],
)
def test_a_port_that_there_is_not_is_refused_before_a_start(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "Invalid value for" in result.output
