"""The suite's result as a table: what was done to the bot, and what it lost or doubled."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One kind of fault on one database; everything after `tasks` should be 0 but the last two.

    `calls_paid_twice` counts repeated model calls that no death explains; `calls_repeated` are
    those that one does, and `in_flight` is how many were under way at a death: its upper limit.
    """

    fault: str
    database: str
    faults: int
    tasks: int
    tasks_lost: int = 0
    tasks_doubled: int = 0
    posts_lost: int = 0
    posts_doubled: int = 0
    calls_paid_twice: int = 0
    calls_repeated: int = 0
    in_flight: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing was lost or doubled, and each repeated call was in flight at a death."""
        wrong = (
            self.tasks_lost,
            self.tasks_doubled,
            self.posts_lost,
            self.posts_doubled,
            self.calls_paid_twice,
        )
        return not any(wrong) and self.calls_repeated <= self.in_flight


_NAMES = [field.name.replace("_", " ") for field in fields(Row)]


def as_table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table, sorted, with a sum for each database."""
    ordered = sorted(rows, key=lambda row: (row.database, row.fault))
    shown = [*ordered, *(_sum(rows, database) for database in sorted({r.database for r in rows}))]
    cells = [_NAMES, *([str(value) for value in astuple(row)] for row in shown)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_NAMES))]
    lines = [_line(line, widths) for line in cells]
    return "\n".join([lines[0], _line(["-" * width for width in widths], widths), *lines[1:]])


def write(target: Path, rows: Sequence[Row], *, seed: int) -> None:
    """Write TARGET.md and TARGET.json, with the facts of the machine."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    python = platform.python_version()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.with_suffix(".md").write_text(
        f"# Chaos\n\nSeed {seed}; {machine}; Python {python}.\n\n{as_table(rows)}\n"
    )
    facts = {"seed": seed, "machine": machine, "python": python}
    content = {**facts, "rows": [asdict(row) for row in rows]}
    target.with_suffix(".json").write_text(json.dumps(content, indent=2) + "\n")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _sum(rows: Sequence[Row], database: str) -> Row:
    numbers = [astuple(row)[2:] for row in rows if row.database == database]
    return Row("all", database, *(sum(column) for column in zip(*numbers, strict=True)))
