"""A gate's verdict as a table, as JSON, and as annotations that GitHub shows beside the code."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.domain.quality_gate import CHECKS, GateState, Judged, Verdict
from bot.domain.report import Finding

_SIGNS = {GateState.MET: "[green]met[/]", GateState.MISSED: "[red]missed[/]",
          GateState.NOT_MEASURED: "[yellow]not measured[/]"}  # fmt: skip
_LISTED = 10
_ANNOTATED = 9
"""GitHub shows ten errors of a step; the first is the summary."""
_WIDTH = 100


class Known(Protocol):
    """What was judged."""

    @property
    def repository(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def commit(self) -> str: ...
    @property
    def branch(self) -> str: ...


def print_table(verdict: Verdict, name: str) -> None:
    """Print a line for each check, then what is beyond the limits, then the outcome."""
    console = Console()
    console.width = max(console.width, _WIDTH)
    table = Table("check", "value", "limit", "state", "", box=SIMPLE_HEAD)
    said = [one for one in verdict.checks if not is_silent(one)]
    for one in said:
        rule = CHECKS[one.check]
        value = "" if one.value is None else rule.show(one.value, limit=one.limit)
        why = one.why if one.state is GateState.NOT_MEASURED or one.main is not None else ""
        note = escape(f"{why} {note_of(one)}".strip())
        table.add_row(rule.words, value, rule.limit_words(one.limit), _SIGNS[one.state], note)
    if said:
        console.print(table)
    for one in verdict.of(GateState.MISSED):
        _print_findings(console, one)
    silent = [CHECKS[one.check].words for one in verdict.checks if is_silent(one)]
    if silent:
        console.print(f"No report says: {', '.join(silent)}.", highlight=False)
    console.print(f"{escape(name) + ': ' if name else ''}{outcome(verdict)}", highlight=False)


def _print_findings(console: Console, one: Judged) -> None:
    if not one.findings:
        return
    console.print(f"{CHECKS[one.check].words}:", highlight=False)
    for finding in one.findings[:_LISTED]:
        console.print(
            f"  {escape(_place(finding))}{escape(finding.text)}", highlight=False, soft_wrap=True
        )
    if len(one.findings) > _LISTED:
        console.print(f"  and {len(one.findings) - _LISTED} more", highlight=False)


def _place(finding: Finding) -> str:
    line = f":{finding.line}" if finding.line else ""
    return f"{finding.path}{line}: " if finding.path else ""


def note_of(one: Judged) -> str:
    """Return what is to be said of a check beside its numbers."""
    parts = []
    if one.waiver is not None:
        parts.append(f"Waived until {one.waiver.until} by {one.waiver.owner}: {one.waiver.reason}")
    elif one.ended is not None:
        parts.append(f"The waiver of {one.ended.owner} ended on {one.ended.until}.")
    if one.fails and one.state is GateState.NOT_MEASURED:
        parts.append("It is required.")
    return " ".join(parts)


def is_silent(one: Judged) -> bool:
    """Whether nobody said or asked anything about a check."""
    nothing = one.state is GateState.NOT_MEASURED and not one.why
    return nothing and not one.required and one.waiver is None


def outcome(verdict: Verdict) -> str:
    """Return one sentence: how the gate stands and how many checks are how."""
    counts = ", ".join(
        f"{len(found)} {state}" for state in GateState if (found := verdict.of(state))
    )
    waived = sum(one.waiver is not None for one in verdict.checks)
    more = f", {waived} waived" if waived else ""
    return f"{str(verdict.state).capitalize()} ({counts}{more})."


def as_dict(verdict: Verdict, known: Known) -> dict[str, Any]:
    """Return the verdict for `--json`; `--baseline` reads it again."""
    return {
        "repository": known.repository or None,
        "service": known.service or None,
        "commit": known.commit or None,
        "branch": known.branch or None,
        "state": verdict.state,
        "checks": [_check(one) for one in verdict.checks],
    }


def _check(one: Judged) -> dict[str, Any]:
    waiver = one.waiver or one.ended
    return {
        "check": one.check,
        "state": one.state,
        "value": one.value,
        "limit": one.limit,
        "comparison": CHECKS[one.check].comparison,
        "unit": CHECKS[one.check].unit or None,
        "main": one.main,
        "why": one.why or None,
        "required": one.required,
        "fails": one.fails,
        "waiver": waiver
        and {
            "owner": waiver.owner,
            "reason": waiver.reason,
            "until": waiver.until.isoformat(),
            "counts": one.waiver is not None,
        },
        "findings": [
            {"rule": item.rule, "path": item.path, "line": item.line, "text": item.text}
            for item in one.findings
        ],
    }


@contextmanager
def no_commands() -> Iterator[None]:
    """Have GitHub take nothing that is printed in the block for a command of ours.

    A report's texts and paths are anybody's: `::set-output …` may be the name of a test.
    """
    token = secrets.token_hex(16)
    typer.echo(f"::stop-commands::{token}")
    try:
        yield
    finally:
        typer.echo(f"::{token}::")


def annotations(verdict: Verdict) -> Iterator[str]:
    """Yield GitHub's workflow commands: one for each check that is not met, then its places."""
    for one in verdict.checks:
        if one.state is GateState.MET or is_silent(one):
            continue
        level = "error" if one.fails else "warning"
        text = " ".join(part for part in (one.why, note_of(one)) if part)
        title = f"{CHECKS[one.check].words}: {one.state}"
        yield f"::{level} title={_property(title)}::{_data(text)}"
        for finding in one.findings[:_ANNOTATED]:
            if finding.path:
                line = f",line={finding.line}" if finding.line else ""
                yield f"::{level} file={_property(finding.path)}{line}::{_data(finding.text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
