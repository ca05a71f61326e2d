"""What people, models and tool servers wrote is text on a terminal, and nothing else."""

import io
import sys
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from bot import __main__ as command
from bot.cli import ask_text, tool_servers
from bot.cli.terminal import shown
from bot.domain.task import TaskState
from bot.errors import UserFacingError
from storage.models import ToolServer
from tests.support.small_team import small_team

EVIL = "a\x1b]0;title\x07b\x9b2Jc\rd\x08\u202ee"


def test_only_tabs_and_ends_of_lines_are_left() -> None:
    assert shown(EVIL) == "a�]0;title�b�2Jc�d�e"
    assert shown("a\tb\r\nc – ü 👩‍🚀") == "a\tb\nc – ü 👩‍🚀"


def test_what_a_tool_server_says(capsys: pytest.CaptureFixture[str]) -> None:
    row = ToolServer(
        name="x", command=None, url="https://x", problem=f"x refused: {EVIL}", seen_at=None,
        permissions={}, pins={}, tools=[{"name": EVIL}],
    )  # fmt: skip
    tool_servers._print(row)
    printed = capsys.readouterr().out
    assert "x refused" in printed
    assert not set(printed) & set("\x1b\x07\x9b\r\x08\u202e")


def test_an_answer() -> None:
    task = SimpleNamespace(state=TaskState.DONE, answer=EVIL)
    report = SimpleNamespace(task=task, assignments=())
    console = Console(file=io.StringIO(), width=80)
    ask_text.show(cast(Any, report), small_team(), console)
    assert not set(cast(Any, console.file).getvalue()) & set("\x1b\x07\x9b\r\x08")


def test_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It may repeat a name that somebody gave."""

    def app() -> None:
        raise UserFacingError(f"There is no {EVIL}.")

    monkeypatch.setattr(command, "app", app)
    monkeypatch.setattr(sys, "argv", ["teamlead"])
    with pytest.raises(SystemExit):
        command.main()
    assert not set(capsys.readouterr().err) & set("\x1b\x07\x9b\r\x08")
