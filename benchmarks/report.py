"""Turns runs into medians, a table with targets beside, and the files under results/."""

import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import machine
from bot.clock import SystemClock

RESULTS = Path(__file__).parent / "results"
Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """A row of the table; `most` or `least` is its target."""

    key: str
    title: str
    digits: int
    most: float | None = None
    least: float | None = None

    def named(self, **words: object) -> "Measure":
        """Return it with the words put into its title."""
        return replace(self, title=self.title.format(**words))

    @property
    def target(self) -> str:
        """Return the target as the table shows it."""
        if self.most is not None:
            return f"≤ {self.most:g}"
        return f"≥ {self.least:g}" if self.least is not None else "–"

    def met(self, value: float) -> bool | None:
        """Say whether a value reaches the target; None without one."""
        if self.most is not None:
            return value <= self.most
        return value >= self.least if self.least is not None else None


@dataclass(frozen=True)
class Result:
    """All runs of a benchmark: per column a list of runs, the targets hold for column `judged`."""

    title: str
    measures: Sequence[Measure]
    columns: Mapping[str, Sequence[Numbers]]
    facts: machine.Facts
    notes: Sequence[str]
    judged: str

    def median(self, column: str, measure: Measure) -> float | None:
        """Return the median of a column's runs; None when it has none."""
        values = [run[measure.key] for run in self.columns[column] if measure.key in run]
        return statistics.median(values) if values else None

    def verdict(self, measure: Measure) -> str:
        """Return `met`, `missed` or nothing."""
        value = self.median(self.judged, measure) if self.judged in self.columns else None
        met = None if value is None else measure.met(value)
        return "" if met is None else "met" if met else "missed"

    def met(self) -> bool:
        """Say whether no target was missed."""
        return all(self.verdict(measure) != "missed" for measure in self.measures)

    def rows(self) -> list[list[str]]:
        """Return the table's cells, head first."""
        table = [["", *self.columns, "target", ""]]
        for measure in self.measures:
            medians = (self.median(column, measure) for column in self.columns)
            cells = ["–" if m is None else f"{m:,.{measure.digits}f}" for m in medians]
            table.append([measure.title, *cells, measure.target, self.verdict(measure)])
        return table

    def markdown(self) -> str:
        """Return the result as a page."""
        head, *body = self.rows()
        lines = [f"# {self.title}", "", _line(head), _line(["---"] * len(head))]
        lines += [_line(row) for row in body]
        lines += ["", *(f"- {note}" for note in self.notes), "", "Machine: " + self.machine(), ""]
        return "\n".join(lines)

    def machine(self) -> str:
        """Return the machine facts in one line."""
        return ", ".join(f"{name} {value}" for name, value in self.facts.items())

    def as_json(self) -> dict[str, Any]:
        """Return everything, each run included."""
        medians = {
            column: {m.key: self.median(column, m) for m in self.measures}
            for column in self.columns
        }
        return {
            "title": self.title,
            "medians": medians,
            "targets": [{**asdict(m), "verdict": self.verdict(m)} for m in self.measures],
            "runs": {column: [dict(run) for run in runs] for column, runs in self.columns.items()},
            "facts": self.facts,
            "notes": list(self.notes),
        }


def publish(result: Result, name: str, *, as_json: bool, keep: bool) -> None:
    """Print the result; with `keep` also write results/NAME-DATE.md and .json."""
    whole = json.dumps(result.as_json(), indent=1, ensure_ascii=False)
    print(whole if as_json else _plain(result))
    if keep:
        RESULTS.mkdir(exist_ok=True)
        stem = f"{name}-{SystemClock().now():%Y-%m-%d}"
        (RESULTS / f"{stem}.md").write_text(result.markdown())
        (RESULTS / f"{stem}.json").write_text(whole + "\n")
        print(f"kept: benchmarks/results/{stem}.md and .json", file=sys.stderr)


def _plain(result: Result) -> str:
    table = result.rows()
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    notes = [f"- {note}" for note in result.notes]
    return "\n".join([result.title, "", *lines, "", *notes, "", f"Machine: {result.machine()}"])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
