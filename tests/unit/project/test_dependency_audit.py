"""`make audit` tells a finding from a clean bill, and both from not having looked."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

ROOT = Path(__file__).parents[3]
FINE = {"name": "aiohttp", "version": "3.14.5", "vulns": []}
SKIPPED = {"name": "typer", "skip_reason": "Dependency not found on PyPI"}
BROKEN = {
    "name": "jinja2",
    "version": "2.4",
    "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"]}, {"id": "X-1", "fix_versions": []}],
}


def verdict(text: str) -> tuple[int, str]:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci/audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Callable[[str], tuple[int, str]], module.verdict)(text)


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([FINE], 0, "No known vulnerability in 1 packages."),
        ([FINE, SKIPPED], 0, "1 not measured: typer"),
        ([SKIPPED], 0, "Not measured: the advisory service"),
        ([], 0, "Not measured"),
        ([FINE, BROKEN, SKIPPED], 1, "jinja2 2.4: PYSEC-2014-8 (fixed in 2.7.2), X-1 (fixed in no"),
    ],
)
def test_what_a_report_means(packages: list[dict[str, Any]], code: int, said: str) -> None:
    ended, text = verdict(json.dumps({"dependencies": packages, "fixes": []}))
    assert ended == code
    assert said in text


@pytest.mark.parametrize("text", ["", "Traceback (most recent call last):", "[]", "null"])
def test_no_report_is_no_clean_bill(text: str) -> None:
    assert verdict(text)[1].startswith("Not measured")
    assert verdict(text)[0] == 0


RECORDED = Path(__file__).parent / "pip_audit"
"""What pip-audit 2.10.1 wrote about a few packages; of an unreachable service it writes nothing."""


@pytest.mark.parametrize(
    ("report", "ended", "code", "said"),
    [
        ("clean", 0, 0, "No known vulnerability in 2 packages."),
        (
            "finding",
            1,
            2,  # make's own for a recipe that failed
            "Known vulnerabilities:\n  jinja2 2.4: CVE-2014-1402 (fixed in 2.7.2)\nRaise the pin",
        ),
        ("skipped", 0, 0, "Not measured: the advisory service did not answer. Run `make audit` "),
        ("", 1, 0, "Not measured: pip-audit gave no report; is the network there?"),
    ],
)
def test_make_audit(report: str, ended: int, code: int, said: str, tmp_path: Path) -> None:
    """The whole line of the Makefile, with a pip-audit that says what the real one said."""
    says = f"cat {RECORDED / report}.json" if report else "echo Traceback >&2"
    program = tmp_path / "bin/pip-audit"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{says}\nexit {ended}\n", "utf-8")
    program.chmod(0o755)
    given = [f"AUDIT={tmp_path}", f"BIN={Path(sys.executable).parent}"]
    found = subprocess.run(
        ["make", "--no-print-directory", "-C", str(ROOT), "audit", *given],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.startswith(said), found.stderr
    assert found.returncode == code


def test_ci_and_make_run_it() -> None:
    assert ".ci/audit.py" in (ROOT / "Makefile").read_text("utf-8")
    assert "make audit" in (ROOT / ".ci/run").read_text("utf-8")
