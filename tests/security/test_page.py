"""docs/security.md names only tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/security.md").read_text("utf-8"))


def test_each_line_of_the_threat_table_has_a_proof() -> None:
    page = (ROOT / "docs/security.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 10
    assert all("::test_" in row for row in rows)


def test_every_named_test_exists() -> None:
    assert NAMED
    for file, name in NAMED:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"
