"""What one check of `teamlead doctor` says, and how all of them are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

State = Literal["ok", "note", "fix"]
"""`note` is worth knowing but nothing is broken; `fix` makes the exit code 1."""

_MARKS: dict[State, str] = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "fix": "[red]fix[/]"}


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, what was found, and in one sentence what to do."""

    name: str
    state: State
    found: str
    advice: str = ""


def exit_code(checks: Sequence[Check]) -> int:
    """Return 1 when there is something to fix, else 0."""
    return int(any(check.state == "fix" for check in checks))


def show(checks: Sequence[Check], console: Console) -> None:
    """Print the table and a closing line."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("", "Check", "Found"):
        table.add_column(title, overflow="fold", no_wrap=title == "")
    for check in checks:
        text = escape(check.found)
        if check.advice:
            text += f"\n[bold]{escape(check.advice)}[/bold]"
        table.add_row(_MARKS[check.state], check.name, text)
    console.print(table)
    bad = sum(check.state == "fix" for check in checks)
    console.print()
    console.print("Nothing to fix." if not bad else f"To fix: {bad} of {len(checks)}.")
