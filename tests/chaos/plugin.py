"""The chaos suite's options for pytest, and the table of faults that a session ends with."""

from pathlib import Path

import pytest

from tests.chaos.report import Row, as_table, write

PROPERTY = "chaos"
"""Under this name a test reports its row; rows come from pytest-xdist's workers, too."""

_rows: list[Row] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    group = parser.getgroup("chaos")
    group.addoption("--chaos-seed", type=int, default=1, help="draws faults and moments")
    group.addoption(
        "--chaos-faults", type=int, default=24, help="faults on each database, over all kinds"
    )
    group.addoption("--chaos-report", type=Path, help="also write the table: FILE.md and FILE.json")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect a test's row, whether it passed or not."""
    if report.when == "call":
        _rows.extend(
            Row(**value)
            for name, value in report.user_properties
            if name == PROPERTY and isinstance(value, dict)
        )


def summarise(reporter: pytest.TerminalReporter) -> None:
    """Print the table, and write it where it was asked for."""
    if not _rows:
        return
    seed = reporter.config.getoption("--chaos-seed")
    reporter.write_sep("-", f"chaos (seed {seed})")
    for line in as_table(_rows).splitlines():
        reporter.write_line(line)
    target: Path | None = reporter.config.getoption("--chaos-report")
    if target is not None:
        write(target, _rows, seed=seed)
