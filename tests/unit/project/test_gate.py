"""The project gates itself: what it asks stays asked, and CI hands over what it is judged by."""

import tomllib
from pathlib import Path

from bot.domain.quality_gate import Check, Policy, read_policy
from bot.reports.yaml_text import load_yaml

ROOT = Path(__file__).parents[3]


def test_nothing_of_the_projects_own_gate_may_go_unmeasured() -> None:
    policy = read_policy(load_yaml((ROOT / ".ci/gate.yml").read_bytes()), Policy())
    assert policy.required == {
        Check.COVERAGE, Check.COMPLEXITY, Check.DUPLICATION, Check.VULNERABILITIES,
    }  # fmt: skip
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert policy.limits[Check.COVERAGE] >= tools["coverage"]["report"]["fail_under"]
    assert policy.limits[Check.COMPLEXITY] <= tools["ruff"]["lint"]["mccabe"]["max-complexity"]
    assert (policy.limits[Check.DUPLICATION], policy.limits[Check.VULNERABILITIES]) == (5, 0)
    assert not policy.waivers


def test_ci_runs_the_gate_on_what_it_measured() -> None:
    lines = (ROOT / "Makefile").read_text("utf-8")
    for report in ("coverage.xml", "complexity.json", "duplication.txt", "bandit.json"):
        assert lines.count(f"build/{report}") >= 2, f"{report} is written and read"
    assert "make gate || status=$?" in (ROOT / ".ci/run").read_text("utf-8")
